import { condition, EVERYTHING, group, type Group, type Operator, type Part } from './model';
import { ABOUT_OPERATORS, AMOUNT_KINDS, COMPARISONS, hasAmount, KINDS, TALLIES, tally } from './tally';
import type { About, Kind, What } from './tally';
import { tokens, type Token } from './tokens';

const WHATS = Object.keys(ABOUT_OPERATORS) as What[];
const SIGNS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '~']);

/**
 * Reads the text of an address or a saved view for the builder and the chips, or `null` when it is no filter: the
 * text is then shown as it is, and the server says what is wrong with it. A copy for comfort of the server's
 * grammar, crates/access/src/parse.rs.
 */
export function parseFilter(text: string): Group | null {
  const read = tokens(text);
  if (read === null) return null;
  if (read.length === 0) return EVERYTHING;
  const reader = new Reader(read);
  const part = reader.or();
  if (part === null || !reader.atEnd()) return null;
  return part.type === 'group' ? part : group('and', [part]);
}

class Reader {
  private place = 0;

  constructor(private readonly tokens: Token[]) {}

  atEnd(): boolean {
    return this.place === this.tokens.length;
  }

  or(): Part | null {
    return this.joined('or', () => this.and());
  }

  private and(): Part | null {
    return this.joined('and', () => this.not());
  }

  private joined(word: Group['join'], next: () => Part | null): Part | null {
    const parts: Part[] = [];
    do {
      const part = next();
      if (part === null) return null;
      parts.push(part);
    } while (this.takeWord(word));
    return parts.length === 1 ? parts[0]! : group(word, parts);
  }

  private not(): Part | null {
    if (this.takeWord('not')) {
      const part = this.not();
      if (part === null) return null;
      if (part.type === 'group' && !part.negated) return { ...part, negated: true };
      return group('and', [part], true);
    }
    if (!this.takeSign('(')) return this.test();
    const part = this.or();
    return part !== null && this.takeSign(')') ? part : null;
  }

  private test(): Part | null {
    if (this.isSign('(', 1)) return this.tally();
    const field = this.take('word');
    if (field === null) return null;
    if (this.takeWord('is')) {
      const negated = this.takeWord('not');
      return this.takeWord('empty') ? condition(field, negated ? 'not empty' : 'empty') : null;
    }
    if (this.takeWord('in')) return this.list(field);
    const sign = this.tokens[this.place];
    if (sign?.type !== 'sign' || !SIGNS.has(sign.text)) return null;
    this.place += 1;
    const value = this.value();
    return value === null ? null : condition(field, sign.text as Operator, value);
  }

  private tally(): Part | null {
    const of = this.takeOne('word', TALLIES);
    if (of === null || !this.takeSign('(')) return null;
    const kind = this.takeOne('word', of === 'sum' ? AMOUNT_KINDS : KINDS);
    if (kind === null) return null;
    const where: About[] = [];
    if (this.takeWord('where')) {
      do {
        const about = this.about(kind);
        if (about === null) return null;
        where.push(about);
      } while (this.takeWord('and'));
    }
    if (!this.takeSign(')')) return null;
    const operator = this.takeOne('sign', COMPARISONS);
    const value = this.value();
    return operator === null || value === null ? null : tally(of, kind, operator, value, ...where);
  }

  private about(kind: Kind): About | null {
    const what = this.takeOne('word', WHATS);
    if (what === null || (what === 'amount' && !hasAmount(kind))) return null;
    const operators: readonly string[] = ABOUT_OPERATORS[what];
    const operator = this.takeOne('sign', operators);
    const value = this.value();
    return operator === null || value === null ? null : ({ what, operator, value } as About);
  }

  private list(field: string): Part | null {
    if (!this.takeSign('(')) return null;
    const values: string[] = [];
    do {
      const value = this.value();
      if (value === null) return null;
      values.push(value);
    } while (this.takeSign(','));
    return this.takeSign(')') ? condition(field, 'in', ...values) : null;
  }

  private value(): string | null {
    return this.take('word') ?? this.take('quoted');
  }

  private take(type: Token['type']): string | null {
    const token = this.tokens[this.place];
    if (token?.type !== type) return null;
    this.place += 1;
    return token.text;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.place];
    const found = token?.type === 'word' && token.text.toLowerCase() === word;
    if (found) this.place += 1;
    return found;
  }

  private takeSign(sign: string): boolean {
    const found = this.isSign(sign);
    if (found) this.place += 1;
    return found;
  }

  private isSign(sign: string, ahead = 0): boolean {
    const token = this.tokens[this.place + ahead];
    return token?.type === 'sign' && token.text === sign;
  }

  /** One of these words, in any case, or of these signs. */
  private takeOne<T extends string>(type: 'word' | 'sign', choices: readonly T[]): T | null {
    const token = this.tokens[this.place];
    const found = token?.type === type && choices.find((choice) => choice === token.text.toLowerCase());
    if (!found) return null;
    this.place += 1;
    return found;
  }
}
