import type { PlotBin } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { axis } from '../../ui/chart/axis';
import type { BuildChart, Role } from '../../ui/chart/EChart';
import type { Tracked } from './tracked';

type Words = Messages['model'];

const GRID = { left: 8, right: 24, top: 28, bottom: 34, containLabel: true };

function names(role: Role, across: string, up: string) {
  const style = { color: role('ink-3') };
  return {
    x: { name: across, nameLocation: 'middle' as const, nameGap: 28, nameTextStyle: style },
    y: { name: up, nameTextStyle: { ...style, align: 'left' as const }, nameGap: 12 },
  };
}

/** What came, drawn through; what was foretold, dashed. */
function lines(role: Role) {
  return {
    came: { itemStyle: { color: role('loss') }, lineStyle: { color: role('loss'), width: 2 } },
    told: { itemStyle: { color: role('accent') }, lineStyle: { color: role('accent'), width: 2, type: 'dashed' as const } },
  };
}

interface Pointed {
  dataIndex: number;
}

/** Two lines over weeks, with a line where the known part ends. */
export function trackingChart(weeks: Tracked[], origin: number, t: Words, f: Formats): BuildChart {
  const at = Math.min(weeks.length - 1, Math.max(0, Math.floor(origin) - 1));
  return (role) => {
    const { came, told } = lines(role);
    const { y } = names(role, '', t.repeatPurchases);
    return {
      grid: { ...GRID, bottom: 8 },
      tooltip: {
        trigger: 'axis',
        formatter: (given) => {
          const week = weeks[(given as unknown as Pointed[])[0]!.dataIndex]!;
          return `${t.weekHead} ${f.day(week.day)}<br>${t.came} <b>${f.number(week.actual)}</b><br>${t.expected} <b>${f.decimal(week.expected)}</b>`;
        },
      },
      xAxis: {
        type: 'category',
        data: weeks.map((week) => f.monthShort(week.day)),
        ...axis(role),
        splitLine: { show: false },
        axisLabel: { color: role('ink-3'), hideOverlap: true, interval: Math.max(0, Math.ceil(weeks.length / 8) - 1) },
      },
      yAxis: { type: 'value', ...y, ...axis(role), axisLabel: { color: role('ink-3'), formatter: f.numberCompact } },
      series: [
        {
          type: 'line',
          showSymbol: false,
          ...came,
          lineStyle: { ...came.lineStyle, width: 1.5 },
          data: weeks.map((week) => week.actual),
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: role('ink-3'), type: 'dotted' },
            label: { color: role('ink-3'), formatter: `${t.known} | ${t.ahead}` },
            data: [{ xAxis: at }],
          },
        },
        { type: 'line', showSymbol: false, ...told, data: weeks.map((week) => week.expected) },
      ],
    };
  };
}

/** Points of what came over what was foretold; on the dashed line they are the same. */
export function calibrationChart(tenths: PlotBin[], t: Words, f: Formats): BuildChart {
  const most = Math.max(0.01, ...tenths.flatMap((bin) => [bin.predicted, bin.actual]));
  return (role) => {
    const { came, told } = lines(role);
    const { x, y } = names(role, t.foretoldEach, t.cameEach);
    const label = { color: role('ink-3'), formatter: f.figure };
    return {
      grid: GRID,
      tooltip: {
        trigger: 'item',
        formatter: (given) => {
          const bin = tenths[(given as unknown as Pointed).dataIndex];
          return bin ? `${t.foretold} <b>${f.figure(bin.predicted)}</b><br>${t.came} <b>${f.figure(bin.actual)}</b>` : '';
        },
      },
      xAxis: { type: 'value', min: 0, ...x, ...axis(role), splitLine: { show: false }, axisLabel: label },
      yAxis: { type: 'value', min: 0, ...y, ...axis(role), axisLabel: label },
      series: [
        {
          type: 'line',
          silent: true,
          showSymbol: false,
          ...told,
          data: [
            [0, 0],
            [most, most],
          ],
        },
        {
          type: 'line',
          symbol: 'circle',
          symbolSize: 9,
          itemStyle: came.itemStyle,
          lineStyle: { width: 0 },
          data: tenths.map((bin) => [bin.predicted, bin.actual]),
        },
      ],
    };
  };
}

/** Two lines of means over bins of customers. */
export function expectationChart(bins: PlotBin[], labels: string[], across: string, t: Words, f: Formats): BuildChart {
  return (role) => {
    const { came, told } = lines(role);
    const { x, y } = names(role, across, t.purchasesEach);
    const dots = { symbol: 'circle', symbolSize: 7 };
    return {
      grid: GRID,
      tooltip: {
        trigger: 'axis',
        formatter: (given) => {
          const place = (given as unknown as Pointed[])[0]!.dataIndex;
          const bin = bins[place]!;
          return `${across} ${labels[place]}<br>${t.came} <b>${f.figure(bin.actual)}</b><br>${t.foretold} <b>${f.figure(bin.predicted)}</b>`;
        },
      },
      xAxis: { type: 'category', data: labels, ...x, ...axis(role), splitLine: { show: false } },
      yAxis: { type: 'value', min: 0, ...y, ...axis(role), axisLabel: { color: role('ink-3'), formatter: f.figure } },
      series: [
        { type: 'line', ...dots, ...came, data: bins.map((bin) => bin.actual) },
        { type: 'line', ...dots, ...told, data: bins.map((bin) => bin.predicted) },
      ],
    };
  };
}
