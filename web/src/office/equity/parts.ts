import type { CustomerKind, Level } from '../../api/contract';
import type { Messages } from '../../i18n/en';

/** A part of the customers as the reader knows it: a level, a kind, or the name of a source or an owner. */
export function partName(by: string, key: string, t: Messages): string {
  if (by === 'level') return t.common.level[key as Level] ?? t.common.noLevel;
  if (by === 'kind') return t.common.kind[key as CustomerKind] ?? t.common.unknown;
  return key || t.common.unknown;
}
