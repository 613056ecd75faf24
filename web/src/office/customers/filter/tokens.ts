export interface Token {
  type: 'word' | 'quoted' | 'sign';
  text: string;
}

const SIGN = /^(?:!=|<=|>=|[=<>~(),])/;
const WORD = /^[^\s,()=<>!~"']+/;

/** The words and signs of a filter, or `null` for a text that has other things in it. */
export function tokens(text: string): Token[] | null {
  const found: Token[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const token = quoted(rest) ?? plain(rest);
    if (token === null) return null;
    found.push(token.token);
    rest = rest.slice(token.length).trimStart();
  }
  return found;
}

function plain(text: string): { token: Token; length: number } | null {
  const sign = SIGN.exec(text)?.[0];
  if (sign) return { token: { type: 'sign', text: sign }, length: sign.length };
  const word = WORD.exec(text)?.[0];
  return word ? { token: { type: 'word', text: word }, length: word.length } : null;
}

function quoted(text: string): { token: Token; length: number } | null {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return null;
  let content = '';
  for (let place = 1; place < text.length; place += 1) {
    const sign = text[place]!;
    if (sign === quote) return { token: { type: 'quoted', text: content }, length: place + 1 };
    if (sign === '\\' && place + 1 < text.length) place += 1;
    content += text[place]!;
  }
  return null;
}
