import { IconAlertCircle, IconBuilding, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { CustomerRow, Field, Money } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { LevelBadge } from '../../ui/LevelBadge';
import { paths } from '../paths';

interface Props {
  field: Field;
  row: CustomerRow;
}

/** One value of one customer, as its field asks for. */
export function CustomerCell({ field, row }: Props) {
  const { t } = useI18n();
  switch (field.name) {
    case 'name':
      return <Name row={row} />;
    case 'level':
      return row.level ? <LevelBadge level={row.level} /> : <Nothing />;
    case 'kind':
      return row.kind ? t.common.kind[row.kind] : <Nothing />;
    case 'expected_value':
    case 'expected_spend':
      return <Expected row={row} field={field} />;
    case 'open_requests':
      return <Requests count={row.open_requests} />;
    case 'source':
      return <Text>{row.sources.join(', ')}</Text>;
    default:
      return <Plain field={field} value={valueOf(row, field.name)} />;
  }
}

/** A field's value in the row; fields that the list does not carry are absent, not wrong. */
export function valueOf(row: CustomerRow, name: string): unknown {
  if (name === 'source') return row.sources;
  return (row as unknown as Record<string, unknown>)[name];
}

function Name({ row }: { row: CustomerRow }) {
  const { t } = useI18n();
  const Icon = row.kind === 'organisation' ? IconBuilding : IconUser;
  return (
    <>
      <Icon size={15} stroke={1.5} className="customer-kind" aria-label={row.kind ? t.common.kind[row.kind] : undefined} />
      <Link {...paths.customer(row.id)} tabIndex={-1}>
        {row.name}
      </Link>
    </>
  );
}

function Expected({ row, field }: Props) {
  const { t, f } = useI18n();
  const value = valueOf(row, field.name) as Money | null | undefined;
  if (!value) return <Nothing />;
  const [low, high] = [row.expected_value_lo80, row.expected_value_hi80];
  const interval = low && high ? t.customers.interval(f.money(low), f.money(high)) : undefined;
  return <span title={interval}>{f.money(value)}</span>;
}

function Requests({ count }: { count: number }) {
  const { t } = useI18n();
  if (count === 0) return <Nothing />;
  return (
    <span className="requests loss" title={t.customers.openRequests(count)}>
      <IconAlertCircle size={14} aria-hidden />
      {count}
    </span>
  );
}

function Plain({ field, value }: { field: Field; value: unknown }) {
  const { f } = useI18n();
  if (value === null || value === undefined || value === '') return <Nothing />;
  switch (field.type) {
    case 'money':
      return <span title={f.moneyExact(value as Money)}>{f.money(value as Money)}</span>;
    case 'share':
      return f.share(value as number);
    case 'number':
      return f.decimal(Number(value));
    case 'day':
      return f.day(value as string);
    default:
      return <Text>{String(value)}</Text>;
  }
}

function Text({ children }: { children: string }) {
  return (
    <span className="ellipsis" title={children}>
      {children}
    </span>
  );
}

function Nothing() {
  return <span className="quiet">–</span>;
}
