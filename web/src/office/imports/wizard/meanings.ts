import type { FileKind, Mapping, Target } from '../../../api/contract';

/**
 * What a file must tell: groups of targets of which one each has to be filled. A copy for comfort of the server's
 * rules, crates/sources/src/target.rs.
 */
const REQUIREMENTS: Record<FileKind, string[][]> = {
  customers: [['customer', 'email']],
  sales: [['date'], ['amount', 'unit_price']],
  payments: [['amount'], ['due', 'paid']],
  interactions: [['date']],
  requests: [['opened']],
  reviews: [['date'], ['rating', 'text']],
  referrals: [['date'], ['referred']],
  costs: [['date'], ['amount'], ['activity']],
};

/** The groups that nothing fills yet. */
export function missing(mapping: Mapping): string[][] {
  return REQUIREMENTS[mapping.kind].filter((group) => !group.some((target) => columnsOf(mapping, target).length > 0));
}

export function isNeeded(target: string, kind: FileKind): boolean {
  return REQUIREMENTS[kind].some((group) => group.includes(target));
}

/** The columns that fill a target. */
export function columnsOf(mapping: Mapping, target: string): string[] {
  const columns = mapping.columns[target];
  return columns === undefined ? [] : [columns].flat();
}

/** What a column means, or nothing when it is left out. */
export function meaningOf(mapping: Mapping, column: string): string | null {
  return Object.keys(mapping.columns).find((target) => columnsOf(mapping, target).includes(column)) ?? null;
}

/** The mapping with another meaning for a column. */
export function withMeaning(mapping: Mapping, column: string, target: string | null): Mapping {
  const columns: Mapping['columns'] = {};
  for (const name of Object.keys(mapping.columns)) {
    const rest = columnsOf(mapping, name).filter((one) => one !== column);
    if (rest.length > 0) columns[name] = rest.length === 1 ? rest[0]! : rest;
  }
  if (target !== null) {
    const before = columns[target] === undefined ? [] : [columns[target]].flat();
    columns[target] = before.length > 0 ? [...before, column] : column;
  }
  return { ...mapping, columns };
}

/** What a column of this kind of file can mean. */
export function targetsFor(targets: Target[], kind: FileKind): Target[] {
  return targets.filter((target) => target.kind.includes(kind));
}
