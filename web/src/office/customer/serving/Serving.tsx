import { useQuery } from '@tanstack/react-query';
import type { Customer, ServingAhead, ServingPart } from '../../../api/contract';
import { servingQuery } from '../../../api/customers';
import { amountOf, negated } from '../../../api/money';
import { useI18n } from '../../../i18n/I18n';
import { PlainTable } from '../../../ui/Card';
import { Explain } from '../../../ui/Explain';
import { Load } from '../../Load';
import { hasNeverBought } from './neverBought';
import '../outlook/outlook.css';

interface Props {
  id: string;
  customer: Customer;
}

/** Expected margin less the expected cost to serve, and where the rates come from. */
export function Serving({ id, customer }: Props) {
  const { t, f } = useI18n();
  const query = useQuery(servingQuery(id));
  const told = query.data?.serving;
  const none = customer.past.is_elsewhere
    ? t.customer.reasons.other_currency
    : hasNeverBought(customer)
      ? t.serving.neverBought
      : t.serving.none;
  return (
    <section className="outlook" aria-labelledby="serving-title">
      <div className="row">
        <h2 id="serving-title">{t.serving.title}</h2>
        <Explain
          subject={t.serving.title}
          definition={t.serving.explain}
          method={t.serving.method}
          certainty={told ? t.serving.horizon(f.shareFine(told.discount_rate)) : undefined}
          date={told ? f.day(told.as_of) : undefined}
        />
      </div>
      <Load query={query} blocks={[80]}>
        {({ serving }) => (serving ? <Told serving={serving} /> : <p className="quiet small">{none}</p>)}
      </Load>
    </section>
  );
}

function Told({ serving }: { serving: ServingAhead }) {
  const { t, f } = useI18n();
  const { expected_margin: margin, expected_cost: cost, expected_contribution: left, purchases, years } = serving;
  return (
    <>
      <dl className="pairs outlook-ends number">
        {margin && (
          <div>
            <dt>{t.serving[serving.measure]}</dt>
            <dd>{f.moneyOne(margin)}</dd>
          </div>
        )}
        <div>
          <dt>{t.serving.cost}</dt>
          <dd>
            {f.moneyOne(negated(cost))}
            <span className="quiet small outlook-hint">
              {t.serving.purchases(purchases.expected, f.decimal(purchases.expected), f.moneyOne(purchases.rate))}
            </span>
            <span className="quiet small outlook-hint">
              {t.serving.years(years.expected, f.decimal(years.expected), f.moneyOne(years.rate))}
            </span>
          </dd>
        </div>
        {left && (
          <div>
            <dt>{t.serving.contribution}</dt>
            <dd>
              <strong className={amountOf(left) < 0 ? 'loss' : undefined}>{f.moneyOne(left)}</strong>
            </dd>
          </div>
        )}
      </dl>
      <p className="quiet small">{left ? t.serving.horizon(f.shareFine(serving.discount_rate)) : t.serving.noMargin}</p>
      <Rates purchases={purchases} years={years} />
    </>
  );
}

/** Each rate: this customer's own, everybody's, how much the own one counts, and what comes of it. */
function Rates({ purchases, years }: { purchases: ServingPart; years: ServingPart }) {
  const { t, f } = useI18n();
  const row = (name: string, part: ServingPart) => [
    name,
    part.own_rate ? f.moneyOne(part.own_rate) : '–',
    f.moneyOne(part.base_rate),
    f.share(part.credibility),
    f.moneyOne(part.rate),
  ];
  return (
    <details className="outlook-members">
      <summary>{t.serving.rates}</summary>
      <div className="card-table" tabIndex={0} role="region" aria-label={t.serving.rates}>
        <PlainTable
          label={t.serving.rates}
          table={{
            head: [t.serving.partHead, t.serving.ownHead, t.serving.baseHead, t.serving.weightHead, t.serving.rateHead],
            body: [row(t.serving.purchase, purchases), row(t.serving.year, years)],
          }}
        />
      </div>
    </details>
  );
}
