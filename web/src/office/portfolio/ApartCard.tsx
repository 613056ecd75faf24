import type { Portfolio } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import './ApartCard.css';

/** What the figures leave out: sales that name nobody, and amounts in other currencies. */
export function ApartCard({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { unattributed, other_currencies: others } = portfolio;
  const lines = others.map((other) => ({
    what: t.portfolio.otherCurrency(other.currency),
    hint: t.portfolio.otherCurrencyHint,
    facts: other.facts,
    amount: other.amount,
  }));
  if (unattributed && unattributed.facts > 0) {
    lines.unshift({ what: t.portfolio.unattributed, hint: t.portfolio.unattributedHint, ...unattributed });
  }
  return (
    <Card
      span={5}
      title={t.portfolio.apart}
      finding={lines.length > 0 ? t.portfolio.apartFinding : t.portfolio.apartNone}
    >
      {lines.length > 0 && (
        <dl className="apart number">
          {lines.map((line) => (
            <div key={line.what}>
              <dt>
                {line.what}
                <small>{line.hint}</small>
              </dt>
              <dd>
                {f.money(line.amount)}
                <small>{t.common.facts(line.facts)}</small>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
