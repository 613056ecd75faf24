import { useCallback, useState } from 'react';
import type { Guess, Import, Mapping, Upload } from '../../../api/contract';

/** What the reader has chosen so far for one uploaded file. */
export interface Draft {
  source: string;
  mapping: Mapping;
  guess: Guess;
}

const keyOf = (upload: Upload) => `import-${upload.id}`;

/**
 * The draft of a file; it outlives going back and reloading, in this window. A file that came in before under the
 * same name begins with the source it had.
 */
export function useDraft(upload: Upload, imports: Import[]): [Draft, (part: Partial<Draft>) => void] {
  const [draft, setDraft] = useState<Draft>(() => stored(upload) ?? begun(upload, imports));
  const change = useCallback(
    (part: Partial<Draft>) =>
      setDraft((before) => {
        const after = { ...before, ...part };
        sessionStorage.setItem(keyOf(upload), JSON.stringify(after));
        return after;
      }),
    [upload],
  );
  return [draft, change];
}

function begun({ name, guess }: Upload, imports: Import[]): Draft {
  const before = imports.find((one) => one.file_name === name);
  return { source: before?.source ?? sourceName(name), mapping: guess.mapping, guess };
}

function stored(upload: Upload): Draft | null {
  const text = sessionStorage.getItem(keyOf(upload));
  return text ? (JSON.parse(text) as Draft) : null;
}

/** A first name for a source from its file: `web_shop-2026-10.csv.gz` is `web shop`. */
export function sourceName(fileName: string): string {
  return fileName
    .replace(/(\.(csv|tsv|txt|ndjson|jsonl|json|xlsx|parquet|gz))+$/i, '')
    .replace(/[_-]+/g, ' ')
    .replace(/\b\d[\d. ]*\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
