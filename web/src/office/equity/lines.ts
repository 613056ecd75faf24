import { amountOf, lessOf } from '../../api/money';
import type { EquityCustomers, EquityLine, EquityStatement } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import type { BridgeLine } from '../../ui/bridge/Bridge';
import { paths } from '../paths';

/** Names of the totals, beside those of the lines. */
export const OPENING = 'opening';
export const CLOSING = 'closing';

/** The line of those who left, against expectation. */
export const CHURN = 'churn_variance';

export function lineName(name: string, t: Messages): string {
  if (name === OPENING) return t.equity.opening;
  if (name === CLOSING) return t.equity.closingLine;
  return t.equity.lines[name] ?? name;
}

/** The lines in which something moved. */
export function movedLines(statement: EquityStatement): EquityLine[] {
  return statement.lines.filter((line) => amountOf(line.amount) !== 0);
}

/** The line that moved most the way the whole went, if there is one. */
export function largestLine(statement: EquityStatement): EquityLine | null {
  const way = Math.sign(amountOf(statement.closing) - amountOf(statement.opening));
  const size = (line: EquityLine) => way * amountOf(line.amount);
  return movedLines(statement)
    .filter((line) => size(line) > 0)
    .reduce<EquityLine | null>((largest, line) => (largest && size(largest) >= size(line) ? largest : line), null);
}

/** The statement as bars: opening, the lines that moved, closing; each opens its customers. */
export function bridgeLines(statement: EquityStatement, t: Messages, f: Formats): BridgeLine[] {
  const { from, until } = statement;
  const total = (name: string, day: string, amount: EquityStatement['opening']): BridgeLine => ({
    name,
    kind: 'total',
    label: f.day(day),
    amount: amountOf(amount),
    text: f.moneyCompact(amount),
    link: paths.equity({ from, until, line: name }),
    linkLabel: t.equity.openLine(lineName(name, t), f.moneyCompact(amount)),
  });
  const changes = movedLines(statement).map((line): BridgeLine => {
    const label = lineName(line.name, t);
    const text = f.moneyChangeCompact(line.amount);
    return {
      name: line.name,
      kind: 'change',
      label,
      amount: amountOf(line.amount),
      text,
      link: paths.equity({ from, until, line: line.name }),
      linkLabel: t.equity.openLine(label, text),
    };
  });
  return [total(OPENING, from, statement.opening), ...changes, total(CLOSING, until, statement.closing)];
}

/** What happened to equity between the dates, in one or two sentences. */
export function statementFinding(statement: EquityStatement, t: Messages, f: Formats): string {
  const [opening, closing] = [amountOf(statement.opening), amountOf(statement.closing)];
  const change = f.moneyCompact({ amount: Math.abs(closing - opening).toFixed(2), currency: statement.currency });
  const share = opening > 0 ? ` (${f.change((closing - opening) / opening)})` : '';
  const said =
    closing === opening
      ? t.equity.statementSame
      : closing > opening
        ? t.equity.statementUp(change, share)
        : t.equity.statementDown(change, share);
  const most = largestLine(statement);
  return most ? `${said} ${t.equity.statementMost(lineName(most.name, t), f.moneyChangeCompact(most.amount))}` : said;
}

/** How many customers of a line are listed and what they come to; where that is not all of it, the rest and the whole. */
export function rowsText(
  { total_rows: listed, amount, rest, is_complete: isWhole }: Pick<EquityCustomers, 'total_rows' | 'amount' | 'rest' | 'is_complete'>,
  t: Messages,
  f: Formats,
): string {
  if (listed === 0 && amountOf(amount) === 0) return t.equity.rowsNone;
  const told = t.equity.rowsFinding(t.common.customers(listed), f.moneyExact(lessOf(amount, rest)));
  return isWhole ? told : `${told} ${t.equity.rowsRest(f.moneyExact(rest), f.moneyExact(amount))}`;
}
