import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { LookBackPlots } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { ChartKey } from '../../ui/chart/ChartKey';
import { Explain } from '../../ui/Explain';
import { trackingChart } from './charts';
import { tracked } from './tracked';

type Shown = 'weekly' | 'summed';

/** Repeat purchases by week: those that came beside those expected. */
export function TrackingCard({ plots }: { plots: LookBackPlots }) {
  const { t, f } = useI18n();
  const [shown, show] = useState<Shown>('weekly');
  const weeks = useMemo(() => tracked(plots, shown === 'summed'), [plots, shown]);
  const build = useMemo(() => trackingChart(weeks, plots.origin_week, t.model, f), [weeks, plots, t, f]);
  const after = tracked(plots, false).filter((week) => week.week > plots.origin_week);
  const sum = (of: 'actual' | 'expected') => after.reduce((all, week) => all + week[of], 0);
  const finding = t.model.trackFinding(f.number(Math.round(sum('expected'))), f.number(sum('actual')));
  return (
    <Card
      span={7}
      title={t.model.trackTitle}
      finding={finding}
      explain={
        <Explain
          subject={t.model.trackTitle}
          definition={t.model.explainTrack}
          date={f.day(plots.day)}
          population={t.common.customers(plots.customers)}
        />
      }
      table={{
        head: [t.model.weekHead, t.model.came, t.model.expected],
        body: weeks.map((week) => [f.day(week.day), f.number(week.actual), f.decimal(week.expected)]),
      }}
    >
      <div className="row wrap">
        <ChartKey came={t.model.came} told={t.model.expected} />
        <span className="grow" />
        <SegmentedControl
          size="xs"
          aria-label={t.model.shown}
          value={shown}
          onChange={(value) => show(value as Shown)}
          data={[
            { value: 'weekly', label: t.model.weekly },
            { value: 'summed', label: t.model.summed },
          ]}
        />
      </div>
      <Chart build={build} label={`${t.model.trackTitle} ${finding}`} height={280} />
    </Card>
  );
}
