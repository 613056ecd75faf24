import type { Portfolio } from '../../api/contract';
import type { Formats } from '../../i18n/formats';
import type { Messages } from '../../i18n/en';
import { axis } from '../../ui/chart/axis';
import type { BuildChart } from '../../ui/chart/EChart';

const MARK = 0.2;

/** The share of value held by the most valuable customers, beside the line of equal shares. */
export function concentrationChart(
  curve: Portfolio['concentration'],
  top: number | null,
  t: Messages['portfolio'],
  f: Formats,
): BuildChart {
  const highest = Math.max(1, ...curve.map((point) => point.value));
  return (role) => ({
    grid: { left: 8, right: 24, top: 16, bottom: 34, containLabel: true },
    tooltip: {
      trigger: 'axis',
      formatter: (given) => {
        const [customers, value] = (given as unknown as { value: [number, number] }[])[0]!.value;
        return `${f.share(customers)} → <b>${f.share(value)}</b>`;
      },
    },
    xAxis: {
      type: 'value',
      max: 1,
      name: t.shareOfCustomers,
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: { color: role('ink-3') },
      ...axis(role),
      splitLine: { show: false },
      axisLabel: { color: role('ink-3'), formatter: (value: number) => f.share(value) },
    },
    yAxis: {
      type: 'value',
      max: highest > 1.001 ? undefined : 1,
      ...axis(role),
      axisLabel: { color: role('ink-3'), formatter: (value: number) => f.share(value) },
    },
    series: [
      {
        type: 'line',
        silent: true,
        showSymbol: false,
        lineStyle: { color: role('ink-3'), width: 1, type: 'dashed' },
        data: [
          [0, 0],
          [1, 1],
        ],
        endLabel: { show: false },
        markPoint: {
          silent: true,
          symbolSize: 0,
          label: {
            color: role('ink-3'),
            position: 'right',
            offset: [6, 18],
            // In two lines it stays inside the smallest chart.
            width: 100,
            overflow: 'break',
            lineHeight: 15,
            formatter: t.evenly,
          },
          data: [{ name: 'evenly', coord: [0.5, 0.5] }],
        },
      },
      {
        type: 'line',
        showSymbol: false,
        lineStyle: { color: role('accent'), width: 2 },
        itemStyle: { color: role('accent') },
        areaStyle: { color: role('area') },
        data: curve.map((point) => [point.customers, point.value]),
        markPoint: top === null ? undefined : {
          silent: true,
          symbol: 'circle',
          symbolSize: 8,
          itemStyle: { color: role('accent') },
          label: {
            color: role('ink'),
            fontWeight: 500,
            position: 'right',
            offset: [2, 12],
            formatter: `${f.share(MARK)} → ${f.share(top)}`,
          },
          data: [{ name: 'top', coord: [MARK, top] }],
        },
      },
    ],
  });
}
