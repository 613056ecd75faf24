import { ActionIcon, NativeSelect, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Field } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { describeAbout } from './describeTally';
import { ABOUT_OPERATORS, COMPARISONS, firstOf, isFinished, kindsOf, replaced, withKind } from './tally';
import type { About, AboutAs, Comparison, Kind, Tally } from './tally';
import { useWords } from './useDescribe';
import { DayValue, NumberValue } from './ValueEditor';

interface Props {
  part: Tally;
  fields: Field[];
  onChange: (part: Tally) => void;
}

/** Facts counted or added up: how the outcome compares, and below it which facts count. */
export function TallyEditor({ part, fields, onChange }: Props) {
  const words = useWords();
  const { t } = words;
  return (
    <>
      <NativeSelect
        aria-label={t.customers.operator}
        value={part.operator}
        onChange={(event) => onChange({ ...part, operator: event.currentTarget.value as Comparison })}
        data={COMPARISONS.map((one) => ({ value: one, label: t.tallies.operators[part.of][one] }))}
      />
      <div className="filter-value">
        <NumberValue
          value={part.value}
          suffix={part.of === 'sum' ? words.currency : undefined}
          onValue={(value) => onChange({ ...part, value })}
        />
      </div>
      <FactsEditor part={part} fields={fields} onChange={onChange} />
    </>
  );
}

/** Kind, period, words and source; what else the filter's text asks of the facts is said, and can go. */
function FactsEditor({ part, fields, onChange }: Props) {
  const words = useWords();
  const t = words.t.tallies;
  const { where } = part;
  const [day, text, source] = [firstOf(where, 'day'), firstOf(where, 'text'), firstOf(where, 'source')];
  const placed: (About | undefined)[] = [day, text, source];
  const others = where.filter((about) => !placed.includes(about));
  const kinds = kindsOf(part.of, fields.some((field) => field.name === 'cost'));
  const change = (before: About | undefined, after: About | undefined) =>
    onChange({ ...part, where: replaced(where, before, after) });
  return (
    <fieldset className="filter-facts" aria-label={t.which}>
      <NativeSelect
        aria-label={t.kind}
        value={part.kind}
        onChange={(event) => onChange(withKind(part, event.currentTarget.value as Kind))}
        data={(kinds.includes(part.kind) ? kinds : [part.kind, ...kinds]).map((kind) => ({
          value: kind,
          label: t.kinds[kind],
        }))}
      />
      <Period day={day} onDay={(next) => change(day, next)} />
      <TextInput
        className="filter-words"
        aria-label={t.words}
        placeholder={t.words}
        value={text?.value ?? ''}
        onChange={(event) => change(text, { what: 'text', operator: '~', value: event.currentTarget.value })}
      />
      <Source source={source} onSource={(next) => change(source, next)} />
      {others.filter(isFinished).map((about, place) => {
        const said = describeAbout(about, words);
        return (
          <span key={place} className="filter-other">
            <span>{said}</span>
            <ActionIcon aria-label={t.removeDetail(said)} onClick={() => change(about, undefined)}>
              <IconX size={13} />
            </ActionIcon>
          </span>
        );
      })}
    </fieldset>
  );
}

const USUAL_PERIODS: Comparison[] = ['>=', '<='];

interface PeriodProps {
  day: AboutAs<'day'> | undefined;
  onDay: (day: AboutAs<'day'> | undefined) => void;
}

function Period({ day, onDay }: PeriodProps) {
  const t = useI18n().t.tallies;
  const operators = !day || USUAL_PERIODS.includes(day.operator) ? USUAL_PERIODS : [day.operator, ...USUAL_PERIODS];
  const choose = (chosen: string) => {
    const operator = operators.find((one) => one === chosen);
    onDay(operator && { what: 'day', operator, value: day?.value ?? '-90d' });
  };
  return (
    <>
      <NativeSelect
        aria-label={t.period}
        value={day?.operator ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: '', label: t.anyTime },
          ...operators.map((one) => ({ value: one, label: t.periods[one] })),
        ]}
      />
      {day && <DayValue label={t.dayValue} value={day.value} onValue={(value) => onDay({ ...day, value })} />}
    </>
  );
}

interface SourceProps {
  source: AboutAs<'source'> | undefined;
  onSource: (source: AboutAs<'source'> | undefined) => void;
}

function Source({ source, onSource }: SourceProps) {
  const t = useI18n().t.tallies;
  const operators = ABOUT_OPERATORS.source;
  const choose = (chosen: string) => {
    const operator = operators.find((one) => one === chosen);
    onSource(operator && { what: 'source', operator, value: source?.value ?? '' });
  };
  return (
    <>
      <NativeSelect
        aria-label={t.whichSource}
        value={source?.operator ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: '', label: t.anySource },
          ...operators.map((one) => ({ value: one, label: t.sources[one] })),
        ]}
      />
      {source && (
        <TextInput
          className="filter-words"
          aria-label={t.sourceName}
          value={source.value}
          onChange={(event) => onSource({ ...source, value: event.currentTarget.value })}
        />
      )}
    </>
  );
}
