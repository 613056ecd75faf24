import type { EquityStatement } from '../../api/contract';
import { lessOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { goneOf, growth } from './growth';
import { monthsBetween } from './period';

/** The strip on top: what the asset is worth, how much of the change customers made, what came in meanwhile. */
export function EquityFigures({ statement }: { statement: EquityStatement }) {
  const { t, f } = useI18n();
  const { opening, closing, definition: made } = statement;
  const months = t.common.months(monthsBetween(statement));
  const own = statement.grown_by_customers;
  const rest = lessOf(lessOf(closing, opening), own);
  const help = (subject: string, definition: string, method: string) => (
    <Explain
      subject={subject}
      definition={definition}
      method={method}
      certainty={t.equity.definition(f.shareFine(made.discount_rate), made.model ?? t.common.unknown)}
      date={t.equity.asOf(f.day(statement.from), f.day(statement.until))}
      population={t.common.customers(statement.customers_closing)}
    />
  );
  return (
    <dl className="figures">
      <Figure
        label={t.equity.closing}
        explain={help(t.equity.closing, t.equity.explainClosing[made.measure], t.equity.methodClosing)}
        value={<span title={f.moneyExact(closing)}>{f.moneyKey(closing)}</span>}
        detail={t.equity.change(f.change(growth(opening, closing)), months)}
      />
      <Figure
        label={t.equity.grown}
        explain={help(t.equity.grown, t.equity.explainGrown, t.equity.methodGrown)}
        value={<span title={f.moneyExact(own)}>{f.moneyChangeCompact(own)}</span>}
        detail={t.equity.grownDetail(f.moneyChangeCompact(rest))}
      />
      <Figure
        label={t.equity.realised}
        explain={help(t.equity.realised, t.equity.explainRealised, t.equity.methodRealised)}
        value={<span title={f.moneyExact(statement.realised_margin)}>{f.moneyKey(statement.realised_margin)}</span>}
        detail={t.equity.realisedDetail(f.moneyKey(statement.expected_margin))}
      />
      <Figure
        label={t.equity.heads}
        explain={help(t.equity.heads, t.equity.explainHeads, t.equity.methodHeads)}
        value={f.number(statement.customers_closing)}
        detail={[
          t.equity.headsDetail(f.number(statement.customers_opening), f.number(statement.customers_acquired)),
          goneOf(statement) > 0 && t.equity.headsGone(f.number(goneOf(statement))),
        ]
          .filter(Boolean)
          .join(', ')}
      />
    </dl>
  );
}
