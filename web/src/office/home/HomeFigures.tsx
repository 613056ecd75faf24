import { Link } from '@tanstack/react-router';
import type { Classes, Coherence, EquityStatement, LosingCustomers } from '../../api/contract';
import { amountOf, negated } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { moversOf, shareOf } from '../equity/growth';
import { monthsBetween } from '../equity/period';
import { noCases, populationText } from '../coherence/matrix';
import { paths } from '../paths';

interface Props {
  equity?: EquityStatement | null;
  coherence: Coherence;
  classes: Classes;
}

/** The strip on top: equity, whether it grows, who is out of line, who costs more than he brings. */
export function HomeFigures({ equity, coherence, classes }: Props) {
  return (
    <dl className="figures home-figures">
      {equity && <Equity equity={equity} />}
      {equity && <Growth equity={equity} />}
      {coherence.cells.length > 0 && <Incoherent coherence={coherence} />}
      <Costly classes={classes} losing={equity?.serving?.losing} />
    </dl>
  );
}

function Equity({ equity }: { equity: EquityStatement }) {
  const { t, f } = useI18n();
  return (
    <Figure
      label={t.equity.closing}
      explain={
        <Explain
          subject={t.equity.closing}
          definition={t.equity.explainClosing[equity.definition.measure]}
          method={t.equity.methodClosing}
          date={f.day(equity.until)}
          population={t.common.customers(equity.customers_closing)}
          link={
            <Link {...paths.customers('equity > 0')} className="link">
              {t.common.customers(equity.customers_closing)}
            </Link>
          }
        />
      }
      value={
        <Link {...paths.equity({ from: equity.from, until: equity.until })} className="figure-link" title={f.moneyExact(equity.closing)}>
          {f.moneyKey(equity.closing)}
        </Link>
      }
      detail={
        <>
          {t.common.customers(equity.customers_closing)}
          {equity.serving?.net_equity && (
            <>
              <br />
              <Link {...paths.equity({ from: equity.from, until: equity.until })} className="link" title={f.moneyExact(equity.serving.net_equity)}>
                {t.serving.netDetail(f.moneyKey(equity.serving.net_equity))}
              </Link>
            </>
          )}
        </>
      }
    />
  );
}

function Growth({ equity }: { equity: EquityStatement }) {
  const { t, f } = useI18n();
  const { customers, model, others } = moversOf(equity);
  const down = amountOf(customers) < 0;
  return (
    <Figure
      label={t.home.growing}
      explain={
        <Explain
          subject={t.home.growing}
          definition={t.home.explainGrowing}
          method={t.home.methodGrowing}
          date={t.equity.asOf(f.day(equity.from), f.day(equity.until))}
          population={t.common.customers(equity.customers_closing)}
        />
      }
      value={<span className={down ? 'loss' : 'gain'}>{f.change(shareOf(customers, equity.opening))}</span>}
      detail={
        <>
          {t.home.growth(f.moneyChangeCompact(customers), t.common.months(monthsBetween(equity)))}
          <br />
          {t.home.growthBeside(f.moneyChangeCompact(model), f.moneyChangeCompact(others))}
        </>
      }
    />
  );
}

function Incoherent({ coherence }: { coherence: Coherence }) {
  const { t, f } = useI18n();
  const { open, at_stake: stake } = coherence.worklist;
  return (
    <Figure
      label={t.home.incoherent}
      explain={
        <Explain
          subject={t.home.incoherent}
          definition={t.home.explainIncoherent}
          method={t.coherence.methodMatrix}
          date={coherence.as_of ? f.day(coherence.as_of) : undefined}
          population={populationText(coherence, t)}
        />
      }
      value={
        <Link {...paths.coherence()} className="figure-link">
          {f.number(open)}
        </Link>
      }
      detail={open > 0 ? t.home.incoherentDetail(f.moneyCompact(stake)) : t.home.incoherentNone[noCases(coherence)]}
    />
  );
}

function Costly({ classes, losing }: { classes: Classes; losing?: LosingCustomers | null }) {
  const { t, f } = useI18n();
  const { destroyers } = classes;
  if (!destroyers) return null;
  return (
    <Figure
      label={t.home.costly}
      explain={
        <Explain
          subject={t.home.costly}
          definition={t.home.explainCostly}
          method={t.classes.method}
          date={classes.period ? `${f.day(classes.period.from)} – ${f.day(classes.period.until)}` : undefined}
          population={t.common.customers(classes.customers)}
        />
      }
      value={
        <Link {...paths.customers(destroyers.filter)} className="figure-link">
          {f.number(destroyers.customers)}
        </Link>
      }
      detail={
        <>
          {destroyers.customers > 0 ? t.home.costlyDetail(f.moneyCompact(negated(destroyers.contribution))) : t.home.costlyNone}
          {losing && losing.customers > 0 && (
            <>
              <br />
              <Link {...paths.customers(losing.filter)} className="link">
                {t.serving.losingDetail(losing.customers)}
              </Link>
            </>
          )}
        </>
      }
    />
  );
}
