import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { BuyerOutlook as Buyer, Customer, CustomerOutlook } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { PlainTable } from '../../../ui/Card';
import { Chart } from '../../../ui/chart/Chart';
import { courseChart } from './courseChart';
import { Equivalents } from './Equivalents';

interface Props {
  customer: Customer;
  outlook: CustomerOutlook;
  buyer: Buyer;
}

/** The outlook of one who bought: value with its interval, course, end, reasons, what would change it. */
export function BuyerOutlook({ customer, outlook, buyer }: Props) {
  return (
    <>
      <Finding customer={customer} outlook={outlook} />
      <Course outlook={outlook} buyer={buyer} />
      <Ends buyer={buyer} />
      <Why outlook={outlook} buyer={buyer} />
      <Change outlook={outlook} buyer={buyer} />
      <Members buyer={buyer} />
    </>
  );
}

function Finding({ customer, outlook }: Omit<Props, 'buyer'>) {
  const { t, f } = useI18n();
  const { value } = customer;
  if (!value) return null;
  return (
    <p className="number">
      <strong>{t.outlook.finding[outlook.measure](f.moneyOne(value.expected_value), t.outlook.span(value.horizon_days))}</strong>{' '}
      {t.outlook.findingInterval(f.moneyOne(value.lo80), f.moneyOne(value.hi80))}
    </p>
  );
}

function Course({ outlook, buyer }: Omit<Props, 'customer'>) {
  const { t, f } = useI18n();
  const [asTable, setAsTable] = useState(false);
  const { course } = buyer;
  const build = useMemo(() => courseChart(course, outlook.as_of ?? '', f), [course, outlook.as_of, f]);
  const label = asTable ? t.common.asChart : t.common.asTable;
  const last = course[course.length - 1];
  const said = last ? `${f.decimal(last.transactions)} (${t.outlook.range(f.decimal(last.transactions_lo80), f.decimal(last.transactions_hi80))})` : '';
  return (
    <>
      <div className="row">
        <h3>{t.outlook.chart}</h3>
        <span className="grow" />
        <Tooltip label={label}>
          <ActionIcon
            size="sm"
            aria-label={`${t.outlook.chart} ${label}`}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <IconChartBar size={15} stroke={1.6} /> : <IconTable size={15} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
      </div>
      {asTable ? (
        <div className="card-table" tabIndex={0} role="region" aria-label={t.outlook.chart}>
          <PlainTable
            label={t.outlook.chart}
            table={{
              head: [t.outlook.dayHead, t.outlook.purchasesHead, t.outlook.rangeHead, t.outlook.valueHead],
              body: course.map((step) => [
                f.day(step.day),
                f.decimal(step.transactions),
                t.outlook.range(f.decimal(step.transactions_lo80), f.decimal(step.transactions_hi80)),
                f.moneyOne(step.value),
              ]),
            }}
          />
        </div>
      ) : (
        <Chart build={build} label={`${t.outlook.chart}: ${said}`} height={130} />
      )}
    </>
  );
}

/** Where it leads: all that is to come, how long, and when next. */
function Ends({ buyer }: { buyer: Buyer }) {
  const { t, f } = useI18n();
  const life = buyer.median_life_days;
  return (
    <dl className="pairs outlook-ends">
      <End
        term={t.outlook.residual}
        value={buyer.residual_value ? f.moneyOne(buyer.residual_value) : t.outlook.noBound}
        hint={buyer.residual_value ? t.outlook.residualHint(f.shareFine(buyer.discount_rate)) : t.outlook.noBoundHint}
      />
      {life == null && <End term={t.outlook.life} value={t.outlook.lifeNoBound} hint={t.outlook.lifeNoBoundHint} />}
      {life === 0 && <End term={t.outlook.life} value={t.outlook.lifeOver} hint={t.outlook.lifeOverHint} />}
      {life != null && life > 0 && (
        <End term={t.outlook.life} value={t.outlook.lifeValue(t.outlook.span(life))} hint={t.outlook.lifeHint} />
      )}
      <End
        term={t.outlook.next}
        value={buyer.next_purchase_on ? t.outlook.nextValue(f.day(buyer.next_purchase_on)) : t.outlook.nextNone}
        hint={t.outlook.nextHint(f.share(buyer.p_next_purchase))}
      />
    </dl>
  );
}

function End({ term, value, hint }: { term: string; value: ReactNode; hint: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className="number">
        {value}
        <span className="quiet small outlook-hint">{hint}</span>
      </dd>
    </div>
  );
}

function Why({ outlook, buyer }: Omit<Props, 'customer'>) {
  const { t, f } = useI18n();
  const { why } = buyer;
  const day = f.day(outlook.as_of);
  const gap = why.usual_gap_days == null ? null : Math.round(why.usual_gap_days);
  const here = buyer.course[buyer.course.length - 1]?.transactions ?? 0;
  const purchases = (count: number) => t.outlook.purchases(count, f.decimal(count));
  return (
    <>
      <h3>{t.outlook.why}</h3>
      <ul className="outlook-sentences number">
        <li>
          {t.outlook.bought(why.purchases, t.outlook.span(why.age_days))}{' '}
          {why.silent_days > 0 ? t.outlook.silent(why.silent_days, day) : t.outlook.sameDay(day)}
        </li>
        {gap != null && <li>{why.silent_days > gap ? t.outlook.beyondGap(gap) : t.outlook.withinGap(gap)}</li>}
        {outlook.basis === 'newcomer' && <li>{t.outlook.newcomer}</li>}
        {why.equivalents && <Equivalents equivalents={why.equivalents} />}
        <li>{t.outlook.alive(f.share(buyer.p_alive))}</li>
        <li>{t.outlook.besideNewcomer(purchases(why.newcomer.transactions), purchases(here))}</li>
      </ul>
    </>
  );
}

function Change({ outlook, buyer }: Omit<Props, 'customer'>) {
  const { t, f } = useI18n();
  const { if_bought_today: bought, if_silent: silent, silence_days } = buyer.why;
  const purchases = (count: number) => t.outlook.purchases(count, f.decimal(count));
  return (
    <>
      <h3>{t.outlook.change}</h3>
      <ul className="outlook-sentences number">
        <li>{t.outlook.ifBought(f.day(outlook.as_of), purchases(bought.transactions), f.moneyOne(bought.value))}</li>
        <li>{t.outlook.ifSilent(silence_days, purchases(silent.transactions), f.moneyOne(silent.value))}</li>
      </ul>
    </>
  );
}

function Members({ buyer }: { buyer: Buyer }) {
  const { t, f } = useI18n();
  return (
    <details className="outlook-members">
      <summary>{t.outlook.members}</summary>
      <div className="card-table" tabIndex={0} role="region" aria-label={t.outlook.members}>
        <PlainTable
          label={t.outlook.members}
          table={{
            head: [t.outlook.modelHead, t.outlook.weightHead, t.outlook.aliveHead, t.outlook.purchasesHead],
            body: buyer.members.map((member) => [
              member.name,
              f.share(member.weight),
              f.share(member.p_alive),
              f.decimal(member.transactions),
            ]),
          }}
        />
      </div>
    </details>
  );
}
