import { Link } from '@tanstack/react-router';
import type { Portfolio } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { horizonMonths } from '../../ui/horizon';
import { paths } from '../paths';

/** The strip on top: what is expected, what has been, of how many, and how much rests on few. */
export function KeyFigures({ portfolio }: { portfolio: Portfolio }) {
  return (
    <dl className="figures">
      <Expected portfolio={portfolio} />
      <Past portfolio={portfolio} />
      <Customers portfolio={portfolio} />
      <TopShare portfolio={portfolio} />
    </dl>
  );
}

function Expected({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { expected, measure, horizon_days: days } = portfolio;
  const horizon = days ? horizonText(days, t) : '';
  const label = [t.portfolio.expected[measure], horizon].filter(Boolean).join(', ');
  const link = (
    <Link {...paths.customers('expected_value > 0')} className="link">
      {t.common.customers(portfolio.customers)}
    </Link>
  );
  return (
    <Figure
      label={label}
      explain={
        <Explain
          subject={label}
          definition={t.portfolio.explainExpected[measure]}
          certainty={t.portfolio.explainInterval}
          date={portfolio.as_of ? f.day(portfolio.as_of) : undefined}
          population={t.common.customers(portfolio.model?.customers ?? portfolio.customers)}
          link={link}
        />
      }
      value={expected ? <span title={f.moneyExact(expected.value)}>{f.moneyKey(expected.value)}</span> : '–'}
      detail={
        <Interval portfolio={portfolio} />
      }
    />
  );
}

function Interval({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { expected } = portfolio;
  if (!expected) return t.portfolio.notValued;
  if (!expected.lo95 || !expected.hi95) return null;
  return t.portfolio.between95(f.moneyKey(expected.lo95), f.moneyKey(expected.hi95));
}

/** The horizon inside a sentence. */
function horizonText(days: number, t: Messages): string {
  const months = horizonMonths(days);
  const text = months ? t.portfolio.horizon(months) : t.portfolio.horizonDays(days);
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function Past({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { past } = portfolio;
  const purchases = t.common.purchases(past.transactions);
  const label = past.margin ? t.portfolio.past.margin : t.portfolio.past.revenue;
  const shown = past.margin ?? past.revenue;
  return (
    <Figure
      label={label}
      explain={
        <Explain
          subject={label}
          definition={t.portfolio.explainPast}
          date={past.first_day ? `${f.day(past.first_day)} – ${f.day(past.last_day)}` : undefined}
          population={purchases}
          link={
            <Link {...paths.customers('transactions > 0')} className="link">
              {t.common.customers(portfolio.customers)}
            </Link>
          }
        />
      }
      value={<span title={f.moneyExact(shown)}>{f.moneyKey(shown)}</span>}
      detail={
        past.margin
          ? t.portfolio.pastDetail(f.moneyKey(past.revenue), purchases)
          : t.portfolio.pastDetailSpend(purchases)
      }
    />
  );
}

function Customers({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { customers, prospects, active_expected: active } = portfolio;
  const details = [
    active > 0 ? t.portfolio.activeDetail(f.number(Math.round(active))) : null,
    prospects > 0 ? t.common.prospects(prospects) : null,
  ];
  return (
    <Figure
      label={t.portfolio.customersKpi}
      explain={
        <Explain
          subject={t.portfolio.customersKpi}
          definition={t.portfolio.explainCustomers}
          date={portfolio.as_of ? f.day(portfolio.as_of) : undefined}
          population={t.common.customers(customers)}
          link={
            <Link {...paths.customers()} className="link">
              {t.portfolio.customersKpi}
            </Link>
          }
        />
      }
      value={f.number(customers)}
      detail={details.filter(Boolean).join(' · ')}
    />
  );
}

function TopShare({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { expected, top20_share: share } = portfolio;
  return (
    <Figure
      label={t.portfolio.topShare}
      explain={
        <Explain
          subject={t.portfolio.topShare}
          definition={t.portfolio.explainTop}
          date={portfolio.as_of ? f.day(portfolio.as_of) : undefined}
          population={t.common.customers(portfolio.model?.customers ?? portfolio.customers)}
        />
      }
      value={f.share(share)}
      detail={expected ? t.portfolio.topShareDetail(f.moneyKey(expected.value)) : t.portfolio.notValued}
    />
  );
}
