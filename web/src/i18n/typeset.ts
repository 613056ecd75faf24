/**
 * French spacing, so that the catalogue can be written with plain spaces: a narrow no-break space before
 * `; : ! ? %` and inside guillemets.
 */
export function typesetText(text: string): string {
  return text.replace(/ ([;:!?%»])/g, '\u202f$1').replace(/« /g, '«\u202f');
}

/** The same catalogue with every text, also those that functions give, set as French asks. */
export function typeset<T>(entry: T): T {
  if (typeof entry === 'string') return typesetText(entry) as T;
  if (typeof entry === 'function') {
    const build = entry as unknown as (...given: unknown[]) => unknown;
    return ((...given: unknown[]) => typeset(build(...given))) as T;
  }
  if (Array.isArray(entry)) return entry.map((one: unknown) => typeset(one)) as T;
  if (entry !== null && typeof entry === 'object') {
    return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, typeset(value)])) as T;
  }
  return entry;
}
