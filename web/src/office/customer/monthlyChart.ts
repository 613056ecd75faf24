import type { Customer } from '../../api/contract';
import type { Formats } from '../../i18n/formats';
import { axis } from '../../ui/chart/axis';
import type { BuildChart } from '../../ui/chart/EChart';

const LABEL_EVERY = 6;

/** A bar for each month; a month in which more came back than went out goes below the line. */
export function monthlyChart(monthly: Customer['monthly'], f: Formats): BuildChart {
  const currency = monthly[0]?.revenue.currency ?? 'EUR';
  return (role) => ({
    grid: { left: 4, right: 4, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: role('bg-hover'), opacity: 0.6 } },
      formatter: (given) => {
        const { dataIndex } = (given as unknown as { dataIndex: number }[])[0]!;
        const month = monthly[dataIndex]!;
        return `${f.month(`${month.month}-01`)}<br><b>${f.money(month.revenue)}</b>`;
      },
    },
    xAxis: {
      type: 'category',
      data: monthly.map((month) => f.monthShort(`${month.month}-01`)),
      ...axis(role),
      axisLabel: { color: role('ink-3'), fontSize: 11, interval: (place: number) => place % LABEL_EVERY === 0 },
    },
    yAxis: {
      type: 'value',
      splitNumber: 2,
      ...axis(role),
      axisLabel: {
        color: role('ink-3'),
        fontSize: 11,
        formatter: (value: number) => f.moneyCompact({ amount: String(value), currency }),
      },
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '25%',
        data: monthly.map((month) => ({
          value: Number(month.revenue.amount),
          itemStyle: { color: Number(month.revenue.amount) < 0 ? role('loss') : role('gain'), borderRadius: 2 },
        })),
      },
    ],
  });
}
