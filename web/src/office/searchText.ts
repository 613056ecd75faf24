/** What stands behind the question mark of an address: names and texts, as people write and share them. */
export type SearchText = Record<string, string>;

export function parseSearch(text: string): SearchText {
  return Object.fromEntries(new URLSearchParams(text));
}

export function printSearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** Takes only the names a page knows, as texts. */
export function pick<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [K in Name]?: string } => {
    const known: { [K in Name]?: string } = {};
    for (const name of names) {
      if (typeof search[name] === 'string' && search[name] !== '') known[name] = search[name];
    }
    return known;
  };
}
