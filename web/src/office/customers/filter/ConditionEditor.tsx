import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Field } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import type { Condition, Operator, Test } from './model';
import { operatorWord, OPERATORS_OF, wordsOf } from './operators';
import { TALLIES, tally, withOf, type TallyOf } from './tally';
import { TallyEditor } from './TallyEditor';
import { useDescribe } from './useDescribe';
import { ValueEditor } from './ValueEditor';

interface Props {
  part: Test;
  fields: Field[];
  onChange: (part: Test) => void;
  onRemove: () => void;
}

/** One condition: on which field or facts, how it compares, with what. */
export function ConditionEditor({ part, fields, onChange, onRemove }: Props) {
  const { t } = useI18n();
  const describe = useDescribe(fields);

  const chooseField = (name: string) => {
    const before = part.type === 'condition' ? part : undefined;
    const type = fields.find((one) => one.name === before?.field)?.type;
    const next = fields.find((one) => one.name === name);
    const usual = OPERATORS_OF[wordsOf(next?.type ?? 'text')];
    const kept = before !== undefined && next?.type === type;
    onChange({
      type: 'condition',
      field: name,
      operator: kept && usual.includes(before.operator) ? before.operator : usual[0]!,
      values: kept && next?.type !== 'choice' ? before.values : [],
    });
  };
  const chooseTally = (of: TallyOf) =>
    onChange(part.type === 'tally' ? withOf(part, of) : tally(of, 'sale', '>=', ''));

  return (
    <div className="filter-condition">
      <NativeSelect
        aria-label={t.customers.field}
        value={part.type === 'tally' ? tallyChoice(part.of) : part.field}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          const of = TALLIES.find((one) => tallyChoice(one) === chosen);
          if (of) chooseTally(of);
          else chooseField(chosen);
        }}
        data={[
          ...fields.map((one) => ({ value: one.name, label: t.fields.customer[one.name] ?? one.name })),
          { group: t.tallies.facts, items: TALLIES.map((of) => ({ value: tallyChoice(of), label: t.tallies[of] })) },
        ]}
      />
      {part.type === 'tally' ? (
        <TallyEditor part={part} fields={fields} onChange={onChange} />
      ) : (
        <FieldTest part={part} fields={fields} onChange={onChange} />
      )}
      <ActionIcon
        className="filter-remove"
        aria-label={t.customers.removeCondition(describe(part))}
        onClick={onRemove}
      >
        <IconX size={15} />
      </ActionIcon>
    </div>
  );
}

/** No name of a field has brackets. */
function tallyChoice(of: TallyOf): string {
  return `${of}()`;
}

interface FieldTestProps {
  part: Condition;
  fields: Field[];
  onChange: (part: Condition) => void;
}

function FieldTest({ part, fields, onChange }: FieldTestProps) {
  const { t } = useI18n();
  const field = fields.find((one) => one.name === part.field);
  const type = field?.type ?? 'text';
  const operators = OPERATORS_OF[wordsOf(type)];
  const choices = operators.includes(part.operator) ? operators : [part.operator, ...operators];
  const chooseOperator = (operator: Operator) => {
    const none = operator === 'empty' || operator === 'not empty';
    const values = none ? [] : operator === 'in' ? part.values : part.values.slice(0, 1);
    onChange({ ...part, operator, values });
  };
  return (
    <>
      <NativeSelect
        aria-label={t.customers.operator}
        value={part.operator}
        onChange={(event) => chooseOperator(event.currentTarget.value as Operator)}
        data={choices.map((operator) => ({ value: operator, label: operatorWord(operator, type, t.customers) }))}
      />
      <div className="filter-value">
        <ValueEditor part={part} field={field} onValues={(values) => onChange({ ...part, values })} />
      </div>
    </>
  );
}
