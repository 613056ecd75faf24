import { Link } from '@tanstack/react-router';
import type { Coherence, CoherenceSum } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { paths } from '../paths';
import { deltaText, populationText, toneOf, valuedCustomers } from './matrix';

/** How many customers stand how far apart, from far too much to far too little. */
export function DeltasCard({ coherence }: { coherence: Coherence }) {
  const { t, f } = useI18n();
  const { deltas, rules, not_valued: apart } = coherence;
  const even = deltas.filter((one) => toneOf(one.delta, rules.least_delta) === 'even');
  const share = even.reduce((sum, one) => sum + one.customers, 0) / Math.max(1, valuedCustomers(coherence));
  const opened = (sum: CoherenceSum, text: string) => (
    <Link {...paths.customers(sum.filter)} className="link" aria-label={t.coherence.openDelta(text, t.common.customers(sum.customers))}>
      {text}
    </Link>
  );
  const word = (delta: number) => {
    const tone = toneOf(delta, rules.least_delta);
    return tone === 'up' ? t.coherence.over : tone === 'down' ? t.coherence.under : t.coherence.even;
  };
  const row = (sum: CoherenceSum) => [f.number(sum.customers), f.moneyCompact(sum.value), f.moneyCompact(sum.invested)];
  return (
    <Card
      span={5}
      title={t.coherence.deltas}
      finding={t.coherence.deltasFinding(f.share(share))}
      explain={
        <Explain
          subject={t.coherence.deltas}
          definition={t.coherence.explainMatrix}
          method={t.coherence.methodMatrix}
          date={coherence.as_of ? f.day(coherence.as_of) : undefined}
          population={populationText(coherence, t)}
        />
      }
    >
      <Rows label={t.coherence.deltas}>
        <PlainTable
          label={t.coherence.deltas}
          table={{
            head: [t.coherence.deltaHead, t.coherence.customersHead, t.coherence.valueHead, t.coherence.investedHead],
            body: [
              ...deltas.map((one) => [
                one.customers > 0
                  ? opened(one, `${deltaText(one.delta)} ${word(one.delta)}`)
                  : `${deltaText(one.delta)} ${word(one.delta)}`,
                ...row(one),
              ]),
              ...(apart.customers > 0 ? [[opened(apart, t.coherence.notValued), ...row(apart)]] : []),
            ],
          }}
        />
      </Rows>
    </Card>
  );
}
