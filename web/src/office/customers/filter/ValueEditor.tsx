import { MultiSelect, NativeSelect, TagsInput, TextInput } from '@mantine/core';
import type { Field } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { DAY_UNITS, percentToShare, printDaysBack, readDaysBack, shareToPercent, type DayUnit } from './day';
import type { Condition } from './model';
import { choiceLabel } from './useDescribe';

interface Props {
  part: Condition;
  field: Field | undefined;
  onValues: (values: string[]) => void;
}

/** The value that a condition compares with, as its field's type asks for. */
export function ValueEditor({ part, field, onValues }: Props) {
  const { t } = useI18n();
  if (part.operator === 'empty' || part.operator === 'not empty') return null;
  const value = part.values[0] ?? '';
  const set = (next: string) => onValues([next]);
  const many = part.operator === 'in';

  if (field?.type === 'choice') {
    const data = (field.choices ?? []).map((choice) => ({ value: choice, label: choiceLabel(choice, t) }));
    if (many) {
      return <MultiSelect aria-label={t.customers.value} data={data} value={part.values} onChange={onValues} />;
    }
    return (
      <NativeSelect
        aria-label={t.customers.value}
        value={value}
        onChange={(event) => set(event.currentTarget.value)}
        data={[{ value: '', label: '…' }, ...data]}
      />
    );
  }
  if (many) {
    return (
      <TagsInput
        aria-label={t.customers.values}
        placeholder={t.customers.values}
        value={part.values}
        onChange={onValues}
      />
    );
  }
  switch (field?.type) {
    case 'day':
      return <DayValue value={value} onValue={set} />;
    case 'share':
      return (
        <NumberValue value={shareToPercent(value)} suffix="%" onValue={(percent) => set(percentToShare(percent))} />
      );
    case 'number':
    case 'money':
      return <NumberValue value={value} onValue={set} />;
    default:
      return (
        <TextInput
          aria-label={t.customers.value}
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}

interface ValueProps {
  value: string;
  onValue: (value: string) => void;
}

/** A number as people type it, with its unit behind it. */
export function NumberValue({ value, suffix, onValue }: ValueProps & { suffix?: string }) {
  const { t } = useI18n();
  return (
    <TextInput
      aria-label={t.customers.value}
      inputMode="decimal"
      rightSection={suffix && <span className="quiet small">{suffix}</span>}
      rightSectionWidth={suffix && suffix.length > 1 ? 44 : undefined}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value.replace(',', '.').replace(/[^\d.-]/g, ''))}
    />
  );
}

/** A date, or a time counted back from today, which moves with the calendar. */
export function DayValue({ value, label, onValue }: ValueProps & { label?: string }) {
  const { t } = useI18n();
  const named = label ?? t.customers.value;
  const back = readDaysBack(value);
  const relative = back !== null || value === '';
  return (
    <>
      <NativeSelect
        aria-label={t.customers.dayHow}
        value={relative ? 'ago' : 'on'}
        onChange={(event) => onValue(event.currentTarget.value === 'ago' ? '-90d' : today())}
        data={[
          { value: 'ago', label: t.customers.dayAgo },
          { value: 'on', label: t.customers.dayOn },
        ]}
      />
      {relative ? (
        <>
          <TextInput
            aria-label={named}
            inputMode="numeric"
            w={64}
            value={back ? String(back.count) : ''}
            onChange={(event) => {
              const count = parseInt(event.currentTarget.value, 10);
              onValue(count >= 0 ? printDaysBack({ count, unit: back?.unit ?? 'd' }) : '');
            }}
          />
          <NativeSelect
            aria-label={t.customers.dayUnitHow}
            value={back?.unit ?? 'd'}
            onChange={(event) =>
              onValue(printDaysBack({ count: back?.count ?? 90, unit: event.currentTarget.value as DayUnit }))
            }
            data={DAY_UNITS.map((unit) => ({ value: unit, label: t.customers.dayUnit[unit] }))}
          />
        </>
      ) : (
        <TextInput
          type="date"
          aria-label={named}
          value={value}
          onChange={(event) => onValue(event.currentTarget.value || today())}
        />
      )}
    </>
  );
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
