import { useMemo } from 'react';
import type { EquityDay } from '../../api/draft';
import { amountOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { bandChart } from '../../ui/chart/bandChart';
import { Chart } from '../../ui/chart/Chart';
import { ChartKey } from '../../ui/chart/ChartKey';
import { Explain } from '../../ui/Explain';

interface Props {
  days: EquityDay[];
  span?: number;
  height?: number;
}

/** Equity at every month end, with the range in which the month before expected it. */
export function MonthsCard({ days, span = 7, height = 260 }: Props) {
  const { t, f } = useI18n();
  const currency = days[0]?.equity.currency ?? 'EUR';
  const build = useMemo(() => {
    const points = days.map((day) => ({
      label: f.monthShort(day.day),
      value: amountOf(day.equity),
      expected: day.expected && amountOf(day.expected),
      low: day.low && amountOf(day.low),
      high: day.high && amountOf(day.high),
    }));
    return bandChart(points, {
      tick: (value) => f.moneyCompact({ amount: String(value), currency }),
      about: (place) => {
        const day = days[place]!;
        const expected =
          day.low && day.high
            ? `<br>${t.equity.expectedHead} ${f.moneyKey(day.expected)} (${t.equity.range(f.moneyKey(day.low), f.moneyKey(day.high))})`
            : '';
        return `${f.day(day.day)}<br><b>${f.moneyKey(day.equity)}</b>${expected}`;
      },
    });
  }, [days, currency, t, f]);
  const judged = days.filter((day) => day.low && day.high);
  const inside = judged.filter(
    (day) => amountOf(day.equity) >= amountOf(day.low) && amountOf(day.equity) <= amountOf(day.high),
  ).length;
  const finding = judged.length > 0 ? t.equity.monthsFinding(inside, judged.length) : t.equity.monthsPlain(days.length);
  return (
    <Card
      span={span}
      title={t.equity.months}
      finding={finding}
      explain={
        <Explain
          subject={t.equity.months}
          definition={t.equity.explainMonths}
          method={t.equity.methodClosing}
          date={days.length > 0 ? `${f.day(days[0]!.day)} – ${f.day(days.at(-1)!.day)}` : undefined}
          population={t.common.customers(days.at(-1)?.customers ?? 0)}
        />
      }
      table={{
        head: [t.equity.monthHead, t.equity.valueHead, t.equity.expectedHead, t.equity.rangeHead, t.equity.customersHead],
        body: [...days]
          .reverse()
          .map((day) => [
            f.day(day.day),
            f.money(day.equity),
            f.money(day.expected),
            day.low && day.high ? t.equity.range(f.money(day.low), f.money(day.high)) : '–',
            f.number(day.customers),
          ]),
      }}
    >
      <ChartKey came={t.equity.keyMeasured} told={t.equity.keyExpected} isValue />
      <Chart build={build} label={`${t.equity.months} ${finding}`} height={height} />
    </Card>
  );
}
