import { useMemo } from 'react';
import type { Portfolio } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { Explain } from '../../ui/Explain';
import { valueAt } from './concentration';
import { concentrationChart } from './concentrationChart';

const TABLE_STEPS = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** How much of the expected value rests on how few customers. */
export function ConcentrationCard({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { concentration: curve, top20_share: top } = portfolio;
  const build = useMemo(() => concentrationChart(curve, top ?? null, t.portfolio, f), [curve, top, t, f]);
  const known = curve.length > 1 && top != null;
  const finding = known ? t.portfolio.concentrationFinding(f.share(top)) : t.portfolio.concentrationNone;
  return (
    <Card
      span={7}
      title={t.portfolio.concentration}
      finding={finding}
      explain={
        <Explain
          subject={t.portfolio.concentration}
          definition={t.portfolio.explainTop}
          date={portfolio.as_of ? f.day(portfolio.as_of) : undefined}
          population={t.common.customers(portfolio.model?.customers ?? portfolio.customers)}
        />
      }
      table={
        known
          ? {
              head: [t.portfolio.shareOfCustomers, t.portfolio.shareOfValue],
              body: TABLE_STEPS.map((step) => [f.share(step), f.share(valueAt(curve, step))]),
            }
          : undefined
      }
    >
      {known && <Chart build={build} label={`${t.portfolio.concentration} ${finding}`} height={280} />}
    </Card>
  );
}
