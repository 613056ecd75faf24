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
  return { ...mapping, columns, rules: rulesOf(mapping, columns) };
}

/** Units that a column can count in, by its meaning: the rule that tells it, and its values, what is usual first. */
export const UNITS: Record<string, { rule: string; units: string[] }> = {
  kg: { rule: 'kg_are', units: ['kilograms', 'grams', 'tonnes', 'pounds'] },
  km: { rule: 'km_are', units: ['kilometres', 'metres', 'miles'] },
};

/** The rules of a mapping, less the units of what other columns fill now. */
function rulesOf(mapping: Mapping, columns: NonNullable<Mapping['columns']>): Mapping['rules'] {
  const rules = { ...(mapping.rules as Record<string, unknown> | undefined) };
  for (const [target, { rule }] of Object.entries(UNITS)) {
    const same = columnsOf({ ...mapping, columns }, target).join('\n') === columnsOf(mapping, target).join('\n');
    if (!same) delete rules[rule];
  }
  return rules as Mapping['rules'];
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
