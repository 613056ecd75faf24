import type { Formats } from '../../i18n/formats';
import { axis } from './axis';
import type { BuildChart } from './EChart';

export interface WhalePoint {
  /** Share of the customers, best first, from 0 to 1. */
  customers: number;
  /** What they bring together, as a share of the whole; above 1 where the rest takes it away again. */
  share: number;
}

/** The highest point of the curve: from there on each customer takes away. */
export function peakOf(curve: WhalePoint[]): WhalePoint | null {
  return curve.reduce<WhalePoint | null>((best, point) => (best && best.share >= point.share ? best : point), null);
}

/** What the best `customers` bring together, read between the points of the curve. */
export function shareAt(curve: WhalePoint[], customers: number): number | null {
  const after = curve.findIndex((point) => point.customers >= customers);
  if (after < 0) return null;
  const [from, to] = [curve[Math.max(0, after - 1)]!, curve[after]!];
  if (to.customers === from.customers) return to.share;
  return from.share + ((customers - from.customers) / (to.customers - from.customers)) * (to.share - from.share);
}

/** What the best customers bring together, from the best to the worst, with the whole as a line and two points named. */
export function whaleChart(curve: WhalePoint[], top: number, across: string, f: Formats): BuildChart {
  const whole = curve.at(-1)?.share ?? 1;
  const peak = peakOf(curve);
  const atTop = shareAt(curve, top);
  const marks = [
    ...(atTop === null ? [] : [{ name: 'top', coord: [top, atTop], value: f.share(atTop) }]),
    ...(peak && peak.share > whole * 1.005 && peak.customers < 0.995
      ? [{ name: 'peak', coord: [peak.customers, peak.share], value: f.share(peak.share) }]
      : []),
  ];
  return (role) => {
    const label = { color: role('ink-3'), formatter: (value: number) => f.share(value) };
    return {
      grid: { left: 8, right: 20, top: 24, bottom: 34, containLabel: true },
      tooltip: {
        trigger: 'axis',
        formatter: (given) => {
          const [customers, share] = (given as unknown as { value: [number, number] }[])[0]!.value;
          return `${f.share(customers)} → <b>${f.share(share)}</b>`;
        },
      },
      xAxis: {
        type: 'value',
        min: 0,
        max: 1,
        name: across,
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: { color: role('ink-3') },
        ...axis(role),
        splitLine: { show: false },
        axisLabel: label,
      },
      yAxis: { type: 'value', ...axis(role), axisLabel: label },
      series: [
        {
          type: 'line',
          showSymbol: false,
          lineStyle: { color: role('accent'), width: 2 },
          itemStyle: { color: role('accent') },
          areaStyle: { color: role('area') },
          data: curve.map((point) => [point.customers, point.share]),
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: role('ink-3'), type: 'dashed' },
            label: { show: false },
            data: [{ yAxis: whole }],
          },
          markPoint: {
            silent: true,
            symbol: 'circle',
            symbolSize: 8,
            itemStyle: { color: role('accent') },
            label: { color: role('ink'), fontWeight: 500, position: 'right', offset: [2, 12], formatter: '{c}' },
            data: marks,
          },
        },
      ],
    };
  };
}
