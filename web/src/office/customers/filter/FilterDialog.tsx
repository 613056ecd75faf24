import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Field } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { GroupEditor } from './GroupEditor';
import { condition, group, type Group } from './model';
import { parseFilter } from './parse';
import { printFilter } from './print';
import './filter.css';

interface Props {
  /** The filter as the address has it. */
  text: string;
  fields: Field[];
  onApply: (text: string) => void;
  onClose: () => void;
}

/** Builds a filter from conditions and groups, or takes it as text. */
export function FilterDialog({ text, fields, onApply, onClose }: Props) {
  const { t } = useI18n();
  const filterable = fields.filter((field) => field.filterable);
  const [filter, setFilter] = useState<Group>(() => startOf(text, filterable));
  const [written, setWritten] = useState(text);
  const [asText, setAsText] = useState(() => parseFilter(text) === null);
  const readable = parseFilter(written) !== null;

  const toText = () => {
    setWritten(printFilter(filter));
    setAsText(true);
  };
  const toForm = () => {
    setFilter(startOf(written, filterable));
    setAsText(false);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={t.customers.builderTitle}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form
        className="filter-form"
        onSubmit={(event) => {
          event.preventDefault();
          onApply(asText ? written.trim() : printFilter(filter));
        }}
      >
        <p className="quiet small">{t.customers.builderHint}</p>
        {asText ? (
          <Textarea
            data-autofocus
            autosize
            minRows={3}
            label={t.customers.filter}
            description={t.customers.textHint}
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value)}
            classNames={{ input: 'filter-text' }}
            error={written.trim() !== '' && !readable ? t.customers.badFilter : undefined}
          />
        ) : (
          <GroupEditor group={filter} fields={filterable} onChange={setFilter} />
        )}
        <div className="row wrap">
          {asText ? (
            <Button variant="subtle" color="gray" disabled={!readable} onClick={toForm}>
              {t.customers.asForm}
            </Button>
          ) : (
            <Button variant="subtle" color="gray" onClick={toText}>
              {t.customers.asText}
            </Button>
          )}
          <span className="grow" />
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit">{t.customers.apply}</Button>
        </div>
      </form>
    </Modal>
  );
}

/** The filter of the address, or one condition to begin with. */
function startOf(text: string, fields: Field[]): Group {
  const read = parseFilter(text);
  if (read && read.parts.length > 0) return read;
  return group('and', [firstCondition(fields)]);
}

export function firstCondition(fields: Field[]) {
  const field = fields.find((one) => one.name === 'level') ?? fields[0];
  return condition(field?.name ?? 'name', '=', '');
}
