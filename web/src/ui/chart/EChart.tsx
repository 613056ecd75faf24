import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts/types/dist/shared';
import { useEffect, useRef } from 'react';
import './chart.css';

use([BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, MarkPointComponent, SVGRenderer]);

/** Gives the value of a colour role, such as `ink-2`. */
export type Role = (name: string) => string;
export type BuildChart = (role: Role) => EChartsOption;

interface Props {
  build: BuildChart;
  /** What the chart shows, for readers who do not see it. */
  label: string;
  height: number;
}

/** One chart as SVG: sharp, in the page's colours, as wide as its box. Loaded only where a chart is. */
export default function EChart({ build, label, height }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const drawn = init(box.current!, undefined, { renderer: 'svg' });
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      drawn.dispose();
    };
  }, []);

  useEffect(() => {
    const styles = getComputedStyle(document.documentElement);
    const role: Role = (name) => styles.getPropertyValue(`--${name}`).trim();
    chart.current!.setOption(withHouseStyle(build(role), role), true);
  }, [build, scheme]);

  return <div className="chart" ref={box} role="img" aria-label={label} style={{ height }} />;
}

function withHouseStyle(option: EChartsOption, role: Role): EChartsOption {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    animation: !still,
    animationDuration: 300,
    textStyle: { fontFamily: 'Inter Variable', fontSize: 12, color: role('ink-2') },
    ...option,
    tooltip: {
      backgroundColor: role('bg'),
      borderColor: role('line-strong'),
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: role('ink'), fontSize: 12 },
      extraCssText: 'box-shadow: 0 4px 16px rgba(0, 0, 0, 0.12); border-radius: 8px',
      confine: true,
      ...(option.tooltip as object),
    },
  };
}

