import { useMemo } from 'react';
import type { PlotBin } from '../../api/contract';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { ChartKey } from '../../ui/chart/ChartKey';
import { expectationChart } from './charts';

interface Props {
  by: 'frequency' | 'recency';
  bins: PlotBin[];
}

const weeks = (days: number) => Math.round(days / 7);

function label(by: Props['by'], bin: PlotBin, f: Formats): string {
  if (by === 'frequency') return bin.to > bin.from ? `${f.number(bin.from)}+` : f.number(bin.from);
  return bin.to === 0 ? f.number(0) : `${f.number(weeks(bin.from - 1))}–${f.number(weeks(bin.to))}`;
}

/** Customers put together by what was known of them: purchases foretold of each, beside those that came. */
export function ExpectationCard({ by, bins }: Props) {
  const { t, f } = useI18n();
  const labels = useMemo(() => bins.map((bin) => label(by, bin, f)), [by, bins, f]);
  const words =
    by === 'frequency'
      ? { title: t.model.frequencyTitle, across: t.model.frequencyHead }
      : { title: t.model.recencyTitle, across: t.model.recencyHead };
  const build = useMemo(
    () => expectationChart(bins, labels, words.across, t.model, f),
    [bins, labels, words.across, t, f],
  );
  const [first, last] = [bins[0], bins.at(-1)];
  const finding =
    first && last
      ? by === 'frequency'
        ? t.model.frequencyFinding(f.figure(first.predicted), f.figure(first.actual))
        : t.model.recencyFinding(f.number(weeks(last.to)))
      : undefined;
  return (
    <Card
      span={6}
      title={words.title}
      finding={finding}
      table={{
        head: [words.across, t.portfolio.customersKpi, t.model.foretoldEach, t.model.cameEach],
        body: bins.map((bin, place) => [
          labels[place],
          f.number(bin.customers),
          f.figure(bin.predicted),
          f.figure(bin.actual),
        ]),
      }}
    >
      <ChartKey came={t.model.came} told={t.model.foretold} />
      <Chart build={build} label={`${words.title} ${finding ?? ''}`} height={260} />
    </Card>
  );
}
