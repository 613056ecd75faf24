import { Link } from '@tanstack/react-router';
import type { EquityLine, EquityStatement } from '../../api/contract';
import { sumOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { paths } from '../paths';
import { lineName } from './lines';

interface Props {
  statement: EquityStatement;
  /** The line whose customers are shown. */
  line?: string;
}

/** The statement to the cent: what customers did apart from all else; each line opens its customers. */
export function StatementTable({ statement, line }: Props) {
  const { t, f } = useI18n();
  const [own, others] = [true, false].map((wanted) => statement.lines.filter((one) => one.is_customers === wanted));
  return (
    <Card span={4} title={t.equity.asOf(f.day(statement.from), f.day(statement.until))} finding={t.equity.sumNote}>
      <table className="plain number statement" aria-label={t.equity.title}>
        <tbody>
          <Total name="opening" label={t.equity.opening} statement={statement} chosen={line} />
          <Part title={t.equity.byCustomers} lines={own!} statement={statement} chosen={line} />
          <Part title={t.equity.byOthers} lines={others!} statement={statement} chosen={line} />
          <Total name="closing" label={t.equity.closingLine} statement={statement} chosen={line} />
        </tbody>
      </table>
    </Card>
  );
}

function Total({ name, label, statement, chosen }: { name: 'opening' | 'closing'; label: string } & Omit<PartProps, 'title' | 'lines'>) {
  const { t, f } = useI18n();
  const amount = f.moneyExact(statement[name]);
  return (
    <tr className="statement-total" aria-current={name === chosen || undefined}>
      <th scope="row">
        <Link
          {...paths.equity({ from: statement.from, until: statement.until, line: name })}
          resetScroll={false}
          className="link"
          aria-label={t.equity.openLine(label, amount)}
        >
          {label}
        </Link>
      </th>
      <td className="right">{amount}</td>
    </tr>
  );
}

interface PartProps {
  title: string;
  lines: EquityLine[];
  statement: EquityStatement;
  chosen?: string;
}

function Part({ title, lines, statement, chosen }: PartProps) {
  const { t, f } = useI18n();
  const { from, until, currency } = statement;
  const sum = sumOf(
    lines.map((line) => line.amount),
    currency,
  );
  return (
    <>
      <tr className="statement-part">
        <th scope="row">{title}</th>
        <td className="right">{f.moneyExact(sum)}</td>
      </tr>
      {lines.map((line) => {
        const name = lineName(line.name, t);
        return (
          <tr key={line.name} className="statement-line" aria-current={line.name === chosen || undefined}>
            <th scope="row">
              <Link
                {...paths.equity({ from, until, line: line.name })}
                resetScroll={false}
                className="link"
                aria-label={t.equity.openLine(name, f.moneyExact(line.amount))}
              >
                {name}
              </Link>{' '}
              <Explain
                subject={name}
                definition={t.equity.explainLines[line.name] ?? name}
                date={t.equity.asOf(f.day(from), f.day(until))}
              />
            </th>
            <td className="right">{f.moneyExact(line.amount)}</td>
          </tr>
        );
      })}
    </>
  );
}
