import { useMemo } from 'react';
import type { LookBackPlots } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { ChartKey } from '../../ui/chart/ChartKey';
import { Explain } from '../../ui/Explain';
import { calibrationChart } from './charts';

/** Tenths of customers: what was foretold of each, beside what came. */
export function CalibrationCard({ plots }: { plots: LookBackPlots }) {
  const { t, f } = useI18n();
  const tenths = plots.calibration;
  const build = useMemo(() => calibrationChart(tenths, t.model, f), [tenths, t, f]);
  const best = tenths.at(-1);
  const finding = best ? t.model.calibrationFinding(f.figure(best.predicted), f.figure(best.actual)) : undefined;
  return (
    <Card
      span={5}
      title={t.model.calibrationTitle}
      finding={finding}
      explain={
        <Explain
          subject={t.model.calibrationTitle}
          definition={t.model.explainCalibration}
          date={f.day(plots.day)}
          population={t.common.customers(plots.customers)}
        />
      }
      table={{
        head: [t.model.tenthHead, t.portfolio.customersKpi, t.model.foretoldEach, t.model.cameEach],
        body: tenths.map((bin, place) => [
          f.number(place + 1),
          f.number(bin.customers),
          f.figure(bin.predicted),
          f.figure(bin.actual),
        ]),
      }}
    >
      <ChartKey came={t.model.came} told={t.model.exact} />
      <Chart build={build} label={`${t.model.calibrationTitle} ${finding ?? ''}`} height={280} />
    </Card>
  );
}
