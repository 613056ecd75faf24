/**
 * Conditions and drivers in the reader's words. The grammar is the server's (`value::cost::condition` and `expression`); what
 * it cannot be read by is shown as it is written, and the editor always shows what is written.
 */
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';

type Words = Messages['activities']['reading'];

type Token = { kind: 'word' | 'quoted' | 'number' | 'sign'; text: string };

const TOKEN =
  /\s*(?:"([^"]*)"|'([^']*)'|(\d+\.?\d*|\.\d+)|([\p{L}\p{N}_]+)|(!=|<=|>=|[≠≤≥=<>~(),+\-−*×/÷]))/uy;
const SAME: Record<string, string> = { '≠': '!=', '≤': '<=', '≥': '>=', '−': '-', '×': '*', '÷': '/' };

function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const whole = text.trimEnd();
  while (TOKEN.lastIndex < whole.length) {
    const found = TOKEN.exec(whole);
    if (!found) return null;
    const [, double, single, number, word, sign] = found;
    if (double !== undefined || single !== undefined) tokens.push({ kind: 'quoted', text: (double ?? single)! });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: SAME[sign!] ?? sign! });
  }
  return tokens;
}

type Node =
  | { all: Node[] }
  | { any: Node[] }
  | { not: Node }
  | { field: string; sign: string; values: Token[] };

/** Reads a condition; null where it is none. */
function parse(tokens: Token[]): Node | null {
  let at = 0;
  const takesWord = (word: string) => {
    const is = tokens[at]?.kind === 'word' && tokens[at]!.text.toLowerCase() === word;
    if (is) at += 1;
    return is;
  };
  const takes = (sign: string) => {
    const is = tokens[at]?.kind === 'sign' && tokens[at]!.text === sign;
    if (is) at += 1;
    return is;
  };
  const joined = (part: () => Node | null, word: string, join: (nodes: Node[]) => Node): Node | null => {
    const nodes: Node[] = [];
    do {
      const node = part();
      if (!node) return null;
      nodes.push(node);
    } while (takesWord(word));
    return nodes.length === 1 ? nodes[0]! : join(nodes);
  };
  const any = (): Node | null => joined(all, 'or', (nodes) => ({ any: nodes }));
  const all = (): Node | null => joined(one, 'and', (nodes) => ({ all: nodes }));
  const one = (): Node | null => {
    if (takesWord('not')) {
      const inner = one();
      return inner && { not: inner };
    }
    if (takes('(')) {
      const inner = any();
      return inner && takes(')') ? inner : null;
    }
    return test();
  };
  const value = (): Token | null => {
    const negative = takes('-');
    const token = tokens[at];
    if (!token || token.kind === 'sign') return null;
    at += 1;
    return negative ? { ...token, text: `-${token.text}` } : token;
  };
  const test = (): Node | null => {
    const field = tokens[at];
    if (field?.kind !== 'word') return null;
    at += 1;
    if (takesWord('is')) {
      const sign = takesWord('not') ? 'told' : 'empty';
      return takesWord('empty') ? { field: field.text.toLowerCase(), sign, values: [] } : null;
    }
    if (takesWord('in')) {
      if (!takes('(')) return null;
      const values: Token[] = [];
      do {
        const found = value();
        if (!found) return null;
        values.push(found);
      } while (takes(','));
      return takes(')') ? { field: field.text.toLowerCase(), sign: 'in', values } : null;
    }
    const sign = tokens[at];
    if (sign?.kind !== 'sign') return null;
    at += 1;
    const found = value();
    return found && { field: field.text.toLowerCase(), sign: sign.text, values: [found] };
  };
  const node = any();
  return node && at === tokens.length ? node : null;
}

const OPPOSITE: Record<string, string> = {
  '=': '!=',
  '!=': '=',
  in: 'not in',
  'not in': 'in',
  empty: 'told',
  told: 'empty',
  '~': '!~',
};
const SHOWN: Record<string, string> = { '!=': '≠', '<=': '≤', '>=': '≥' };

/** A condition in words: `channel in (call, chat) and minutes > 0` is « canal parmi appel, messagerie et minutes > 0 ». */
export function conditionText(condition: string, t: Messages, f: Formats): string {
  const tokens = tokensOf(condition);
  const node = tokens && tokens.length > 0 && parse(tokens);
  return node ? said(node, t, f) : condition;
}

function said(node: Node, t: Messages, f: Formats): string {
  const words = t.activities.reading;
  const inner = (part: Node) => ('any' in part || 'all' in part ? `(${said(part, t, f)})` : said(part, t, f));
  if ('all' in node) return node.all.map((part) => ('any' in part ? inner(part) : said(part, t, f))).join(` ${words.and} `);
  if ('any' in node) return node.any.map((part) => said(part, t, f)).join(` ${words.or} `);
  if ('not' in node) {
    const opposite = 'field' in node.not && OPPOSITE[node.not.sign];
    return opposite ? said({ ...node.not, sign: opposite } as Node, t, f) : `${words.except} ${inner(node.not)}`;
  }
  return tested(node, t, f);
}

function tested({ field, sign, values }: Extract<Node, { field: string }>, t: Messages, f: Formats): string {
  const words = t.activities.reading;
  const flag = words.flags[field];
  const isOne = (sign === '=') === (values[0]?.text === '1');
  if (flag && (sign === '=' || sign === '!=') && ['0', '1'].includes(values[0]?.text ?? '')) return flag[isOne ? 1 : 0]!;
  const name = words.fields[field] ?? field;
  const shown = values.map((value) => valueText(field, value, t, f)).join(', ');
  switch (sign) {
    case 'empty':
      return `${name} ${words.empty}`;
    case 'told':
      return `${name} ${words.told}`;
    case 'in':
      return `${name} ${words.among} ${shown}`;
    case 'not in':
      return `${name} ${words.notAmong} ${shown}`;
    case '~':
      return `${name} ${words.contains} ${shown}`;
    case '!~':
      return `${name} ${words.containsNot} ${shown}`;
    default:
      return `${name} ${SHOWN[sign] ?? sign} ${shown}`;
  }
}

function valueText(field: string, { kind, text }: Token, t: Messages, f: Formats): string {
  if (kind === 'number') return numberText(text, f);
  const words = t.activities.reading;
  const known = (words.values[field] ?? {})[text.toLowerCase()];
  if (known) return known;
  return kind === 'quoted' ? words.quoted(text) : text;
}

/** So many units of a driver; what is counted needs no word. */
export function unitsText(units: string, driver: string, t: Messages, f: Formats): string {
  const number = f.decimal(Number(units));
  return driver === 'count' ? number : t.account.units(number, driverText(driver, t, f));
}

/** A number with all its digits, and the decimal sign of the reader. */
function numberText(text: string, f: Formats): string {
  return f.decimal(0.5).includes(',') ? text.replace('.', ',') : text;
}

/** A driver in words: one of the known ones, or arithmetic over a fact's fields. */
export function driverText(driver: string, t: Messages, f: Formats): string {
  const known = t.activities.driver[driver];
  if (known) return known;
  const tokens = tokensOf(driver);
  if (!tokens) return driver;
  const words: Words = t.activities.reading;
  const signs: Record<string, string> = { '*': '×', '/': '÷', '-': '−' };
  const shown = tokens.map(({ kind, text }) => {
    if (kind === 'number') return numberText(text, f);
    if (kind === 'word') return words.numbers[text.toLowerCase()] ?? words.fields[text.toLowerCase()] ?? text;
    return signs[text] ?? text;
  });
  return shown.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
}
