import type { Mapping, Target } from '../../../api/contract';

/**
 * What a file must tell: groups of targets of which one each has to be filled. A copy for comfort of the server's
 * rules, crates/sources/src/target.rs.
 */
const REQUIREMENTS: Record<string, string[][]> = {
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
  const filled = (target: string) => columnsOf(mapping, target).length > 0;
  return (REQUIREMENTS[mapping.kind] ?? []).filter((group) => !group.some(filled));
}

/** Whether files of this kind need the target, or one of a few of which it is one. */
export function isNeeded(target: Target, kind: string): boolean {
  return target.required.includes(kind);
}

/** The columns that fill a target. */
export function columnsOf(mapping: Mapping, target: string): string[] {
  const columns = mapping.columns?.[target];
  return columns === undefined ? [] : [columns].flat();
}

/** What the mapping fills. */
export function targetsIn(mapping: Mapping): string[] {
  return Object.keys(mapping.columns ?? {});
}

/** What a column means, or nothing when it is left out. */
export function meaningOf(mapping: Mapping, column: string): string | null {
  return targetsIn(mapping).find((target) => columnsOf(mapping, target).includes(column)) ?? null;
}

/** The mapping with another meaning for a column. */
export function withMeaning(mapping: Mapping, column: string, target: string | null): Mapping {
  const columns: NonNullable<Mapping['columns']> = {};
  for (const name of targetsIn(mapping)) {
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
export function targetsFor(targets: Target[], kind: string): Target[] {
  return targets.filter((target) => target.kind.includes(kind));
}

/** A setting that is neither a column nor the format. */
export function ruleOf(mapping: Mapping, name: string): unknown {
  return (mapping.rules as Record<string, unknown> | undefined)?.[name];
}

export function withRule(mapping: Mapping, name: string, value: unknown): Mapping {
  return { ...mapping, rules: { ...mapping.rules, [name]: value } as Mapping['rules'] };
}
