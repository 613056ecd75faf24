import { Button } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { alarmQuery, equityMonthsQuery, equityQuery } from '../../api/equity';
import type { EquityMonths, EquityStatement } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { saveCsv } from '../../ui/csv';
import { PageHeader } from '../../ui/PageHeader';
import { dayOptions, PeriodChoice } from '../../ui/PeriodChoice';
import { ProgressLine } from '../../ui/ProgressLine';
import { Empty } from '../../ui/state/Empty';
import { AssumedMargin } from '../AssumedMargin';
import { Load } from '../Load';
import { paths } from '../paths';
import { NotMeasured } from '../home/NotMeasured';
import { AlarmCard } from './AlarmCard';
import { EquityFigures } from './EquityFigures';
import './equity.css';
import { LineRows } from './LineRows';
import { CLOSING, OPENING } from './lines';
import { MonthsCard } from './MonthsCard';
import { chosenPeriod, monthEnds, type Period } from './period';
import { RetentionCard } from './RetentionCard';
import { ServingCard } from './ServingCard';
import { StatementCard } from './StatementCard';
import { StatementTable } from './StatementTable';
import { TurnoverCard } from './TurnoverCard';

/** Customer equity as a statement between two month ends, drawn, named and printable. */
export function EquityPage() {
  const { t } = useI18n();
  const months = useQuery(equityMonthsQuery);
  const search = useSearch({ from: '/office/equity' });
  const ends = monthEnds(months.data?.months ?? []);
  const period = chosenPeriod(ends, search);
  const statement = useQuery({
    ...equityQuery(period?.from ?? '', period?.until ?? ''),
    enabled: period !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title={t.equity.title}>
        {period && <Dates ends={ends} period={period} />}
        {statement.data && <Buttons statement={statement.data} />}
      </PageHeader>
      <ProgressLine active={statement.isFetching && statement.data !== undefined} />
      <Load query={months} blocks={[84, 340, 300]}>
        {(equity) => {
          if (!equity) return <NotMeasured title={t.equity.none} hint={t.equity.noneHint} />;
          if (!period) return <Empty title={t.equity.none} hint={t.equity.noEnds} />;
          return (
            <Load query={statement} blocks={[84, 340, 300]}>
              {(given) => <Statement statement={given} equity={equity} period={period} line={search.line} />}
            </Load>
          );
        }}
      </Load>
    </>
  );
}

interface StatementProps {
  statement: EquityStatement;
  equity: EquityMonths;
  period: Period;
  line?: string;
}

function Statement({ statement, equity, period, line }: StatementProps) {
  const alarm = useQuery(alarmQuery);
  return (
    <div className="equity-page">
      <EquityFigures statement={statement} />
      <AssumedMargin of={statement.assumed_margin} />
      <div className="cards">
        <StatementCard statement={statement} height={400} />
        <StatementTable statement={statement} line={line} />
        {line && <LineRows key={line} period={period} line={line} />}
        {statement.serving && <ServingCard statement={statement} serving={statement.serving} />}
        <MonthsCard equity={equity} next={statement.next} />
        {alarm.data !== undefined && <AlarmCard alarm={alarm.data} />}
        <TurnoverCard period={period} />
        <RetentionCard />
      </div>
    </div>
  );
}

function Dates({ ends, period }: { ends: string[]; period: Period }) {
  const { t, f } = useI18n();
  const navigate = useNavigate();
  const search = useSearch({ from: '/office/equity' });
  return (
    <PeriodChoice
      from={{ label: t.equity.from, value: period.from, options: dayOptions(ends, f.day, (day) => day < period.until) }}
      until={{ label: t.equity.until, value: period.until, options: dayOptions(ends, f.day, (day) => day > period.from) }}
      onChange={(part) => void navigate({ ...paths.equity({ ...search, ...period, ...part }), replace: true })}
    />
  );
}

/** Print it, or take it along. */
function Buttons({ statement }: { statement: EquityStatement }) {
  const { t } = useI18n();
  const { from, until, opening, lines, closing } = statement;
  const save = () =>
    saveCsv(
      `equity-${from}-${until}.csv`,
      ['from', 'until', 'line', 'amount', 'currency'],
      [
        { name: OPENING, amount: opening },
        ...lines,
        { name: CLOSING, amount: closing },
      ].map(({ name, amount }) => [from, until, name, amount.amount, amount.currency]),
    );
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={14} />} onClick={save}>
        {t.equity.exportCsv}
      </Button>
      <Button variant="default" leftSection={<IconPrinter size={14} />} onClick={() => print()}>
        {t.equity.print}
      </Button>
    </>
  );
}
