import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Customer } from '../../api/contract';
import { outlookQuery } from '../../api/customers';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { horizonMonths } from '../../ui/horizon';
import { LevelBadge, levelNumber } from '../../ui/LevelBadge';
import { condition, group } from '../customers/filter/model';
import { printFilter } from '../customers/filter/print';
import { modelName } from '../model/forecasters';
import { paths } from '../paths';

interface Props {
  customer: Customer;
}

/** What this customer is worth: level, expected value, still active or not; the past apart. */
export function CustomerFigures({ customer }: Props) {
  return (
    <dl className="figures compact">
      <LevelFigure customer={customer} />
      <ExpectedFigure customer={customer} />
      <AliveFigure customer={customer} />
      <PastFigure customer={customer} />
      <RequestsFigure customer={customer} />
      <OwnerFigure customer={customer} />
    </dl>
  );
}

function useModelDate(customer: Customer): string | undefined {
  const { t, f } = useI18n();
  return customer.value ? t.customer.modelAsOf(modelName(customer.value.model, t), f.day(customer.value.as_of)) : undefined;
}

function LevelFigure({ customer }: Props) {
  const { t } = useI18n();
  const date = useModelDate(customer);
  const { level } = customer;
  return (
    <Figure
      label={t.customer.level}
      explain={
        <Explain
          subject={t.customer.level}
          definition={t.customer.explainLevel}
          date={date}
          link={
            level && (
              <Link {...paths.customers(`level = ${level}`)} className="link">
                {t.common.level[level]}
              </Link>
            )
          }
        />
      }
      value={<LevelBadge level={level} />}
      detail={level ? t.customer.levelPlace(levelNumber(level)) : t.customer.notValued}
    />
  );
}

function ExpectedFigure({ customer }: Props) {
  const { t, f } = useI18n();
  const date = useModelDate(customer);
  const { value, measure } = customer;
  if (!value) return <ProspectFigure customer={customer} />;
  const months = horizonMonths(value.horizon_days);
  const horizon = months ? t.customer.horizon(months) : t.customer.horizonDays(value.horizon_days);
  const label = t.customer.expected[measure];
  return (
    <Figure
      label={label}
      explain={
        <Explain
          subject={`${label}, ${horizon}`}
          definition={t.customer.explainValue[measure]}
          certainty={t.customer.explainValueInterval(
            f.moneyOne(value.lo80),
            f.moneyOne(value.hi80),
            f.moneyOne(value.lo95),
            f.moneyOne(value.hi95),
          )}
          date={date}
          population={value.reason ? (t.customer.reasons[value.reason] ?? value.reason) : undefined}
        />
      }
      value={<span title={f.moneyExact(value.expected_value)}>{f.moneyOne(value.expected_value)}</span>}
      detail={
        <>
          {t.customer.interval(f.moneyOne(value.lo80), f.moneyOne(value.hi80))}
          <br />
          {horizon}
        </>
      }
    />
  );
}

/** Of one who never bought: what customers like him brought; told in full beside the timeline. */
function ProspectFigure({ customer }: Props) {
  const { t, f } = useI18n();
  const prospect = useQuery(outlookQuery(String(customer.id))).data?.prospect;
  const none = customer.past.is_elsewhere ? t.customer.reasons.other_currency : t.customer.notValuedHint;
  return (
    <Figure
      label={t.customer.expected[customer.measure]}
      value={prospect ? f.moneyOne(prospect.value) : '–'}
      detail={prospect ? t.customer.likeOthers : none}
    />
  );
}

function AliveFigure({ customer }: Props) {
  const { t, f } = useI18n();
  const date = useModelDate(customer);
  const { value } = customer;
  const notYet = 
    customer.past.transactions === 0 && !customer.past.is_elsewhere ? t.customer.neverBought : t.customer.notValued;
  return (
    <Figure
      label={t.customer.alive}
      explain={<Explain subject={t.customer.alive} definition={t.customer.explainAlive} date={date} />}
      value={f.share(value?.p_alive)}
      detail={value ? t.customer.purchasesExpected(value.expected_transactions, f.decimal(value.expected_transactions)) : notYet}
    />
  );
}

function PastFigure({ customer }: Props) {
  const { t, f } = useI18n();
  const { past } = customer;
  const label = past.margin ? t.customer.past.margin : t.customer.past.revenue;
  const shown = past.margin ?? past.revenue;
  return (
    <Figure
      label={label}
      explain={
        <Explain
          subject={label}
          definition={t.customer.explainPast}
          population={t.customer.purchases(past.transactions)}
          date={past.first_purchase ? `${f.day(past.first_purchase)} – ${f.day(past.last_purchase)}` : undefined}
        />
      }
      value={<span title={f.moneyExact(shown)}>{f.moneyOne(shown)}</span>}
      detail={past.margin ? t.customer.pastOn(f.moneyOne(past.revenue)) : t.customer.purchases(past.transactions)}
    />
  );
}

function RequestsFigure({ customer }: Props) {
  const { t, f } = useI18n();
  const { open_requests: open, oldest_open_request: oldest } = customer;
  return (
    <Figure
      label={t.customer.openRequests}
      explain={<Explain subject={t.customer.openRequests} definition={t.customer.explainRequests} />}
      value={open > 0 ? <span className="loss">{f.number(open)}</span> : f.number(0)}
      detail={open === 0 ? t.customer.noRequest : oldest ? t.customer.oldestRequest(open, f.day(oldest)) : undefined}
    />
  );
}

function OwnerFigure({ customer }: Props) {
  const { t } = useI18n();
  const owner = customer.owner;
  const filter = owner ? printFilter(group('and', [condition('owner', '=', owner)])) : 'owner is empty';
  return (
    <Figure
      label={t.customer.owner}
      explain={
        <Explain
          subject={t.customer.owner}
          definition={t.customer.explainOwner}
          link={
            <Link {...paths.customers(filter)} className="link">
              {owner ?? t.customer.noOwner}
            </Link>
          }
        />
      }
      value={owner ?? <span className="quiet">{t.customer.noOwner}</span>}
    />
  );
}
