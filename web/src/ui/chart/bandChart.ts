import { axis } from './axis';
import type { BuildChart } from './EChart';

export interface BandPoint {
  /** The short name of the date on the axis. */
  label: string;
  value: number | null;
  /** What was expected beforehand, with the range it was expected in. */
  expected?: number | null;
  low?: number | null;
  high?: number | null;
  /** Rests on little: its part of the line is drawn in dots. */
  isEarly?: boolean;
}

interface Words {
  /** Text of the box over a point. */
  about: (place: number) => string;
  /** Writes a number along the axis. */
  tick: (value: number) => string;
}

/** The values that rest on little, and the others; a line between the two is of the first kind. */
export function earlyApart(points: BandPoint[]): { early: (number | null)[]; later: (number | null)[] } {
  const isEarly = (place: number) => points[place]?.isEarly ?? false;
  return {
    early: points.map(({ value }, place) => (isEarly(place) || isEarly(place - 1) ? value : null)),
    later: points.map(({ value }, place) => (isEarly(place) ? null : value)),
  };
}

/** A line of values over time, with the range that was expected of each as a band behind it. */
export function bandChart(points: BandPoint[], { about, tick }: Words): BuildChart {
  const low = points.map((point) => point.low ?? null);
  const width = points.map((point) => (point.low == null || point.high == null ? null : point.high - point.low));
  const { early, later } = earlyApart(points);
  return (role) => {
    const edge = { type: 'line' as const, stack: 'band', stackStrategy: 'all' as const, symbol: 'none', silent: true };
    return {
      grid: { left: 8, right: 20, top: 12, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'axis',
        formatter: (given) => about((given as unknown as { dataIndex: number }[])[0]!.dataIndex),
      },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: points.map((point) => point.label),
        ...axis(role),
        axisLabel: { color: role('ink-3'), hideOverlap: true, interval: Math.max(0, Math.ceil(points.length / 8) - 1) },
      },
      yAxis: { type: 'value', scale: true, ...axis(role), axisLabel: { color: role('ink-3'), formatter: tick } },
      series: [
        { ...edge, lineStyle: { opacity: 0 }, data: low },
        { ...edge, lineStyle: { opacity: 0 }, areaStyle: { color: role('area') }, data: width },
        {
          type: 'line',
          symbol: 'none',
          lineStyle: { color: role('ink-3'), width: 1.5, type: 'dashed' },
          itemStyle: { color: role('ink-3') },
          data: points.map((point) => point.expected ?? null),
        },
        {
          type: 'line',
          symbol: 'emptyCircle',
          symbolSize: 5,
          lineStyle: { color: role('accent'), width: 2, type: 'dotted' },
          itemStyle: { color: role('accent') },
          data: early,
        },
        {
          type: 'line',
          symbol: 'circle',
          symbolSize: 5,
          lineStyle: { color: role('accent'), width: 2 },
          itemStyle: { color: role('accent') },
          data: later,
        },
      ],
    };
  };
}
