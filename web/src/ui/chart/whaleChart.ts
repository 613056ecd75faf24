import type { Formats } from '../../i18n/formats';
import { axis } from './axis';
import type { BuildChart } from './EChart';

export interface WhalePoint {
  /** Share of the customers, best first, from 0 to 1. */
  customers: number;
  /** What they bring together, as a share of the whole; above 1 where the rest takes it away again. */
  share: number;
}

/** What the best `customers` bring together, read between the points of the curve. */
export function shareAt(curve: WhalePoint[], customers: number): number | null {
  const after = curve.findIndex((point) => point.customers >= customers);
  if (after < 0) return null;
  const [from, to] = [curve[Math.max(0, after - 1)]!, curve[after]!];
  if (to.customers === from.customers) return to.share;
  return from.share + ((customers - from.customers) / (to.customers - from.customers)) * (to.share - from.share);
}

/** The curve with a point of its own put in where it belongs. */
export function withPoint(curve: WhalePoint[], point: WhalePoint): WhalePoint[] {
  if (curve.some((one) => one.customers === point.customers)) return curve;
  return [...curve, point].sort((a, b) => a.customers - b.customers);
}

/**
 * What the best customers bring together, from the best to the worst, with the whole as a line and two points named: what the
 * `top` bring, and the `peak`, from which on each customer takes away.
 */
export function whaleChart(
  points: WhalePoint[],
  peak: WhalePoint | null,
  top: number,
  across: string,
  f: Formats,
): BuildChart {
  const curve = peak ? withPoint(points, peak) : points;
  const whole = curve.at(-1)?.share ?? 1;
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
