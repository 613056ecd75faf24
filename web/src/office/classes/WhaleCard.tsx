import { useMemo } from 'react';
import type { Classes } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { shareAt, whaleChart } from '../../ui/chart/whaleChart';
import { Explain } from '../../ui/Explain';
import { whalePeak, whaleShares } from './whale';

const TOP = 0.2;
const TABLE_STEPS = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Contribution added up from the best customer to the worst. */
export function WhaleCard({ classes }: { classes: Classes }) {
  const { t, f } = useI18n();
  const curve = useMemo(() => whaleShares(classes), [classes]);
  const peak = useMemo(() => whalePeak(classes), [classes]);
  const build = useMemo(() => whaleChart(curve ?? [], peak, TOP, t.classes.across, f), [curve, peak, t, f]);
  const finding = !curve
    ? t.classes.whaleNoTotal
    : peak && peak.share > 1.005
      ? t.classes.whaleFinding(f.share(peak.share), `${f.number(classes.whale?.peak.customers)} (${f.sharePoint(peak.customers)})`, f.share(peak.share - 1))
      : t.classes.whaleFlat(f.share(shareAt(curve, TOP)));
  return (
    <Card
      span={7}
      title={t.classes.whale}
      finding={finding}
      explain={
        <Explain
          subject={t.classes.whale}
          definition={t.classes.explainWhale}
          method={t.classes.methodWhale}
          date={classes.period ? `${f.day(classes.period.from)} – ${f.day(classes.period.until)}` : undefined}
          population={t.common.customers(classes.customers)}
        />
      }
      table={
        curve
          ? {
              head: [t.classes.sharesHead, t.classes.profitHead],
              body: TABLE_STEPS.map((step) => [f.share(step), f.share(shareAt(curve, step))]),
            }
          : undefined
      }
    >
      {curve && <Chart build={build} label={`${t.classes.whale} ${finding}`} height={300} />}
    </Card>
  );
}
