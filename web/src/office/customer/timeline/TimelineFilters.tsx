import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useI18n } from '../../../i18n/I18n';
import type { TimelineSearch } from './Timeline';

const TYPING_MS = 250;

interface Props {
  kind: string;
  q: string;
  counts: Record<string, number>;
  onChange: (part: TimelineSearch) => void;
}

/** Which kinds of facts, and which words. Only kinds that the customer has are offered. */
export function TimelineFilters({ kind, q, counts, onChange }: Props) {
  const { t, f } = useI18n();
  const chosen = kind ? kind.split(',') : [];
  const kinds = Object.keys(t.customer.kindPlural).filter((one) => (counts[one] ?? 0) > 0);
  const toggle = (one: string) => {
    const next = chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
    onChange({ kind: next.join(',') || undefined, fact: undefined });
  };
  return (
    <>
      <Search text={q} onText={(text) => onChange({ q: text || undefined, fact: undefined })} />
      <div className="timeline-kinds" role="group" aria-label={t.customer.kinds}>
        <button
          type="button"
          aria-pressed={chosen.length === 0}
          onClick={() => onChange({ kind: undefined, fact: undefined })}
        >
          {t.customer.allKinds}
        </button>
        {kinds.map((one) => (
          <button key={one} type="button" aria-pressed={chosen.includes(one)} onClick={() => toggle(one)}>
            {t.customer.kindPlural[one]} <span className="number">{f.number(counts[one])}</span>
          </button>
        ))}
      </div>
    </>
  );
}

function Search({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useI18n();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);
  return (
    <TextInput
      className="timeline-search"
      placeholder={t.customer.searchTimeline}
      aria-label={t.customer.searchTimeline}
      leftSection={<IconSearch size={14} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
