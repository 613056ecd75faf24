import type { Role } from './EChart';

/** Axes as every chart has them: no ticks, a quiet label, horizontal lines only. */
export function axis(role: Role) {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: role('ink-3'), fontSize: 12 },
    splitLine: { lineStyle: { color: role('line') } },
  };
}
