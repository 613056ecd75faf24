import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { IconArrowBarLeft, IconArrowBarRight, IconChevronDown, IconChevronUp, IconColumns3 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Field } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { moved, resized, usualColumns, type Column } from './columns';

const WIDTH_STEP = 20;

interface Props {
  fields: Field[];
  columns: Column[];
  onChange: (columns: Column[]) => void;
}

/** Which columns are shown, in which order and how wide: all that the mouse does in the header, by keyboard. */
export function ColumnsMenu({ fields, columns, onChange }: Props) {
  const { t } = useI18n();
  const name = (field: string) => t.fields.customer[field] ?? field;
  const hidden = fields.filter((field) => !columns.some((column) => column.name === field.name));
  return (
    <Popover position="bottom-end" width={320} trapFocus returnFocus withRoles>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={14} />}>
          {t.customers.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customers.columnsTitle}>
        <ul className="column-list">
          {columns.map((column, place) => (
            <li key={column.name} className="column-line">
              <Checkbox
                checked
                disabled={columns.length === 1}
                label={name(column.name)}
                aria-label={t.customers.showColumn(name(column.name))}
                onChange={() => onChange(columns.filter((one) => one !== column))}
              />
              <span className="grow" />
              <Step
                label={t.customers.narrower(name(column.name))}
                onStep={() => onChange(resized(columns, column.name, column.width - WIDTH_STEP))}
              >
                <IconArrowBarLeft size={14} />
              </Step>
              <Step
                label={t.customers.wider(name(column.name))}
                onStep={() => onChange(resized(columns, column.name, column.width + WIDTH_STEP))}
              >
                <IconArrowBarRight size={14} />
              </Step>
              <Step
                label={t.customers.moveLeft(name(column.name))}
                disabled={place === 0}
                onStep={() => onChange(moved(columns, place, place - 1))}
              >
                <IconChevronUp size={14} />
              </Step>
              <Step
                label={t.customers.moveRight(name(column.name))}
                disabled={place === columns.length - 1}
                onStep={() => onChange(moved(columns, place, place + 1))}
              >
                <IconChevronDown size={14} />
              </Step>
            </li>
          ))}
          {hidden.map((field) => (
            <li key={field.name} className="column-line">
              <Checkbox
                checked={false}
                label={name(field.name)}
                aria-label={t.customers.showColumn(name(field.name))}
                onChange={() => onChange([...columns, { name: field.name, width: field.width }])}
              />
            </li>
          ))}
        </ul>
        <Button variant="subtle" color="gray" mt={8} onClick={() => onChange(usualColumns(fields))}>
          {t.customers.resetColumns}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

interface StepProps {
  label: string;
  disabled?: boolean;
  onStep: () => void;
  children: ReactNode;
}

function Step({ label, disabled, onStep, children }: StepProps) {
  return (
    <ActionIcon size="sm" aria-label={label} title={label} disabled={disabled} onClick={onStep}>
      {children}
    </ActionIcon>
  );
}
