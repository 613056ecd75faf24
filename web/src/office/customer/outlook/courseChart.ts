import type { BuyerOutlook } from '../../../api/contract';
import type { Formats } from '../../../i18n/formats';
import { axis } from '../../../ui/chart/axis';
import type { BuildChart } from '../../../ui/chart/EChart';

/** Purchases expected up to each quarter of the horizon, dashed as all that is to come, in their 80 % band. */
export function courseChart(course: BuyerOutlook['course'], from: string, f: Formats): BuildChart {
  const days = [from, ...course.map((step) => step.day)];
  const low = [0, ...course.map((step) => step.transactions_lo80)];
  const high = [0, ...course.map((step) => step.transactions_hi80)];
  const expected = [0, ...course.map((step) => step.transactions)];
  return (role) => {
    const edge = { type: 'line' as const, stack: 'band', symbol: 'none', silent: true, lineStyle: { opacity: 0 } };
    return {
      grid: { left: 4, right: 14, top: 10, bottom: 2, containLabel: true },
      tooltip: {
        trigger: 'axis',
        formatter: (given) => {
          const { dataIndex: at } = (given as unknown as { dataIndex: number }[])[0]!;
          return `${f.day(days[at])}<br><b>${f.decimal(expected[at])}</b> (${f.decimal(low[at])} – ${f.decimal(high[at])})`;
        },
      },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: days.map((day) => f.monthShort(day)),
        ...axis(role),
        axisLabel: { color: role('ink-3'), fontSize: 11, interval: 1 },
      },
      yAxis: {
        type: 'value',
        splitNumber: 2,
        minInterval: 1,
        ...axis(role),
        axisLabel: { color: role('ink-3'), fontSize: 11, formatter: (value: number) => f.number(value) },
      },
      series: [
        { ...edge, data: low },
        { ...edge, data: high.map((top, at) => top - low[at]!), areaStyle: { color: role('area') } },
        {
          type: 'line',
          symbolSize: 5,
          lineStyle: { color: role('accent'), width: 2, type: 'dashed' },
          itemStyle: { color: role('accent') },
          data: expected,
        },
      ],
    };
  };
}
