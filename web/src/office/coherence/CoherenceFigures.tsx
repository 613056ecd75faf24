import { Link } from '@tanstack/react-router';
import type { Coherence } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { paths } from '../paths';
import { populationText } from './matrix';

/** The strip on top: who is compared, what was put into them, what they brought, what is to be decided. */
export function CoherenceFigures({ coherence }: { coherence: Coherence }) {
  const { t, f } = useI18n();
  const { total, period, worklist } = coherence;
  const valued = populationText(coherence, t);
  const dates = period && t.coherence.twelveMonths(f.day(period.from), f.day(period.until));
  const ofPeriod = [t.common.customers(total.customers), dates].filter(Boolean).join(', ');
  const help = (subject: string, definition: string, population = t.common.customers(total.customers), filter = total.filter) => (
    <Explain
      subject={subject}
      definition={definition}
      method={t.coherence.methodMatrix}
      date={period ? `${f.day(period.from)} – ${f.day(period.until)}` : undefined}
      population={population}
      link={
        <Link {...paths.customers(filter)} className="link">
          {population}
        </Link>
      }
    />
  );
  return (
    <dl className="figures">
      <Figure
        label={t.coherence.valueHead}
        explain={help(t.coherence.valueHead, t.coherence.explainValue[coherence.measure], valued, 'level is not empty')}
        value={<span title={f.moneyExact(total.value)}>{f.moneyKey(total.value)}</span>}
        detail={valued}
      />
      <Figure
        label={t.coherence.investedHead}
        explain={help(t.coherence.investedHead, t.coherence.explainInvested)}
        value={<span title={f.moneyExact(total.invested)}>{f.moneyKey(total.invested)}</span>}
        detail={ofPeriod}
      />
      <Figure
        label={t.coherence.contributionHead}
        explain={help(t.coherence.contributionHead, t.coherence.explainContribution)}
        value={<span title={f.moneyExact(total.contribution)}>{f.moneyKey(total.contribution)}</span>}
        detail={ofPeriod}
      />
      <Figure
        label={t.coherence.moneyHead}
        explain={help(t.coherence.moneyHead, t.coherence.explainWorklist)}
        value={<span title={f.moneyExact(worklist.at_stake)}>{f.moneyKey(worklist.at_stake)}</span>}
        detail={t.coherence.casesDetail(t.common.customers(worklist.open), f.number(worklist.decided))}
      />
    </dl>
  );
}
