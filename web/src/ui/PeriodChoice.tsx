import { NativeSelect } from '@mantine/core';
import './PeriodChoice.css';

export interface Option {
  value: string;
  label: string;
}

interface Props {
  from: { label: string; value: string; options: Option[] };
  until: { label: string; value: string; options: Option[] };
  onChange: (part: { from?: string; until?: string }) => void;
}

/** Two dates of a list, the first before the second. */
export function PeriodChoice({ from, until, onChange }: Props) {
  return (
    <div className="period-choice">
      <label>
        <span>{from.label}</span>
        <NativeSelect
          value={from.value}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
          data={from.options}
        />
        <Printed {...from} />
      </label>
      <label>
        <span>{until.label}</span>
        <NativeSelect
          value={until.value}
          onChange={(event) => onChange({ until: event.currentTarget.value })}
          data={until.options}
        />
        <Printed {...until} />
      </label>
    </div>
  );
}

/** On paper the date stands by itself: choices are not printed. */
function Printed({ value, options }: { value: string; options: Option[] }) {
  return (
    <strong className="period-printed" aria-hidden>
      {options.find((option) => option.value === value)?.label ?? value}
    </strong>
  );
}

/** The days as options, the latest first. */
export function dayOptions(days: string[], label: (day: string) => string, allowed: (day: string) => boolean): Option[] {
  return days
    .filter(allowed)
    .map((day) => ({ value: day, label: label(day) }))
    .reverse();
}
