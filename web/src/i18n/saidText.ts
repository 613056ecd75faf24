/** What the server says of files, rows and mappings, by its word and values, in the reader's language. */
import type { Said } from '../api/contract';
import type { Messages } from './en';

interface SaidText {
  cause: string;
  /** What to do about it; empty where there is nothing to do. */
  remedy: string;
}

/** The text that a word of the server stands for; null for one that this page does not know. */
export function saidText(said: Said, t: Messages): SaidText | null {
  const texts: Record<string, string[] | undefined> = t.said.texts;
  const parts = texts[said.code];
  if (!parts) return null;
  const [cause = '', remedy = ''] = parts.map((part) => filled(part, said.values, t));
  return { cause, remedy };
}

/** The text as sentences. */
export function saidSentences(said: Said, t: Messages): string | null {
  const text = saidText(said, t);
  return text && [text.cause, text.remedy].filter(Boolean).map(sentence).join(' ');
}

/** A template with its values; words of ours among them are translated, also several with commas between them. */
export function filled(template: string, values: Record<string, string>, t: Messages): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const words = wordsFor(name, t);
    const value = values[name] ?? '';
    return words ? value.split(', ').map((word) => words[word] ?? word).join(', ') : value;
  });
}

function wordsFor(name: string, t: Messages): Record<string, string> | null {
  if (name === 'looks_like') return t.said.looksLike;
  if (name === 'kind') return t.imports.kind;
  if (name === 'target' || name === 'targets') return { ...t.fields.customer, ...t.imports.target };
  if (name === 'field') return t.fields.customer;
  return null;
}

/** With a capital and a full stop. */
export function sentence(text: string): string {
  return /[.…]$/.test(text) ? upper(text) : `${upper(text)}.`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
