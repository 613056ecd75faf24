import type { EquityStatement } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Bridge } from '../../ui/bridge/Bridge';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { bridgeLines, lineName, statementFinding } from './lines';

interface Props {
  statement: EquityStatement;
  span?: number;
  height?: number;
}

/** The statement as a bridge from opening to closing. */
export function StatementCard({ statement, span = 8, height }: Props) {
  const { t, f } = useI18n();
  const { currency } = statement;
  const finding = statementFinding(statement, t, f);
  return (
    <Card
      span={span}
      title={t.equity.statement}
      finding={finding}
      explain={<StatementHelp statement={statement} />}
      table={{
        head: [t.equity.lineHead, t.equity.amountHead],
        body: [
          [t.equity.opening, f.moneyExact(statement.opening)],
          ...statement.lines.map((line) => [lineName(line.name, t), f.moneyExact(line.amount)]),
          [t.equity.closingLine, f.moneyExact(statement.closing)],
        ],
      }}
    >
      <Bridge
        label={`${t.equity.statement} ${finding}`}
        lines={bridgeLines(statement, t, f)}
        tick={(value) => f.moneyCompact({ amount: String(value), currency })}
        cutNote={t.equity.axisCut}
        height={height}
      />
    </Card>
  );
}

function StatementHelp({ statement }: { statement: EquityStatement }) {
  const { t, f } = useI18n();
  return (
    <Explain
      subject={t.equity.title}
      definition={t.equity.explainClosing[statement.definition.measure]}
      method={t.equity.methodClosing}
      date={t.equity.asOf(f.day(statement.from), f.day(statement.until))}
      population={t.common.customers(statement.customers_closing)}
    />
  );
}
