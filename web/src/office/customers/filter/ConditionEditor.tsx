import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Field } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import type { Condition, Operator } from './model';
import { operatorWord, OPERATORS_OF, wordsOf } from './operators';
import { describe } from './useDescribe';
import { ValueEditor } from './ValueEditor';

interface Props {
  part: Condition;
  fields: Field[];
  onChange: (part: Condition) => void;
  onRemove: () => void;
}

/** One condition: which field, how it compares, with what. */
export function ConditionEditor({ part, fields, onChange, onRemove }: Props) {
  const { t, f } = useI18n();
  const field = fields.find((one) => one.name === part.field);
  const type = field?.type ?? 'text';
  const operators = OPERATORS_OF[wordsOf(type)];
  const choices = operators.includes(part.operator) ? operators : [part.operator, ...operators];

  const chooseField = (name: string) => {
    const next = fields.find((one) => one.name === name);
    const usual = OPERATORS_OF[wordsOf(next?.type ?? 'text')];
    const kept = next?.type === field?.type;
    onChange({
      ...part,
      field: name,
      operator: kept && usual.includes(part.operator) ? part.operator : usual[0]!,
      values: kept && next?.type !== 'choice' ? part.values : [],
    });
  };
  const chooseOperator = (operator: Operator) => {
    const none = operator === 'empty' || operator === 'not empty';
    const values = none ? [] : operator === 'in' ? part.values : part.values.slice(0, 1);
    onChange({ ...part, operator, values });
  };

  return (
    <div className="filter-condition">
      <NativeSelect
        aria-label={t.customers.field}
        value={part.field}
        onChange={(event) => chooseField(event.currentTarget.value)}
        data={fields.map((one) => ({ value: one.name, label: t.fields.customer[one.name] ?? one.name }))}
      />
      <NativeSelect
        aria-label={t.customers.operator}
        value={part.operator}
        onChange={(event) => chooseOperator(event.currentTarget.value as Operator)}
        data={choices.map((operator) => ({ value: operator, label: operatorWord(operator, type, t.customers) }))}
      />
      <div className="filter-value">
        <ValueEditor part={part} field={field} onValues={(values) => onChange({ ...part, values })} />
      </div>
      <ActionIcon aria-label={t.customers.removeCondition(describe(part, fields, t, f))} onClick={onRemove}>
        <IconX size={15} />
      </ActionIcon>
    </div>
  );
}
