import { Button, TextInput } from '@mantine/core';
import { IconFilter, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Field } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { useHotkeys } from '../../ui/keys/hotkeys';
import { FilterDialog } from './filter/FilterDialog';
import { useDescribe } from './filter/useDescribe';
import { topParts, withoutPart } from './filter/model';
import { parseFilter } from './filter/parse';
import { printFilter } from './filter/print';
import type { useList } from './useList';

const TYPING_MS = 200;

interface Props {
  list: ReturnType<typeof useList>;
  fields: Field[];
}

/** Free text, the filter as chips, and the way to its builder. */
export function FilterBar({ list, fields }: Props) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const describe = useDescribe(fields);
  const text = list.search.filter ?? '';
  const filter = parseFilter(text);
  const parts = filter && text ? topParts(filter) : [];
  const set = (next: string) => list.change({ filter: next || undefined });
  return (
    <div className="filter-bar" role="search">
      <SearchBox text={list.search.q ?? ''} onText={(q) => list.change({ q: q || undefined }, true)} />
      <Button variant="default" leftSection={<IconFilter size={14} />} onClick={() => setOpen(true)}>
        {parts.length > 0 ? t.customers.filterWith(parts.length) : t.customers.filter}
      </Button>
      {text !== '' && (
        <ul className="filter-chips" aria-label={t.customers.activeFilters}>
          {filter ? (
            parts.map((part, place) => (
              <Chip
                key={place}
                text={describe(part)}
                onOpen={() => setOpen(true)}
                onRemove={() => set(printFilter(withoutPart(filter, place)))}
              />
            ))
          ) : (
            <Chip text={text} onOpen={() => setOpen(true)} onRemove={() => set('')} />
          )}
        </ul>
      )}
      {(text !== '' || list.search.q) && (
        <Button variant="subtle" color="gray" onClick={() => list.change({ filter: undefined, q: undefined })}>
          {t.customers.clearFilters}
        </Button>
      )}
      {open && (
        <FilterDialog
          text={text}
          fields={fields}
          onClose={() => setOpen(false)}
          onApply={(next) => {
            set(next);
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

interface SearchBoxProps {
  text: string;
  onText: (text: string) => void;
}

/** The address follows a moment after the last key. */
function SearchBox({ text, onText }: SearchBoxProps) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  useHotkeys({ '/': () => input.current?.focus() });
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);
  return (
    <TextInput
      ref={input}
      className="filter-search"
      placeholder={t.customers.search}
      aria-label={t.customers.search}
      leftSection={<IconSearch size={14} />}
      rightSection={typed === '' ? <kbd>/</kbd> : undefined}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          setTyped('');
          input.current?.blur();
        }
      }}
    />
  );
}

interface ChipProps {
  text: string;
  onOpen: () => void;
  onRemove: () => void;
}

function Chip({ text, onOpen, onRemove }: ChipProps) {
  const { t } = useI18n();
  return (
    <li className="filter-chip">
      <button type="button" title={t.customers.editFilter} onClick={onOpen}>
        {text}
      </button>
      <button type="button" aria-label={t.customers.removeFilter(text)} onClick={onRemove}>
        <IconX size={13} aria-hidden />
      </button>
    </li>
  );
}
