import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Accounts, Money } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';

const WAYS = ['channel', 'source', 'campaign', 'outcome'] as const;
type Way = (typeof WAYS)[number];

/** The cost to acquire by the ways it was spent, beside the cost to keep. */
export function AcquisitionCard({ accounts }: { accounts: Accounts }) {
  const { t, f } = useI18n();
  const [way, setWay] = useState<Way>('channel');
  const upkeep = accounts.lines.find((one) => one.line === 'upkeep')?.total;
  const rows = rowsOf(accounts, way);
  return (
    <Card
      span={5}
      title={t.activities.acquisition}
      finding={t.activities.acquisitionFinding(f.moneyCompact(accounts.acquisition.total), f.moneyCompact(upkeep))}
    >
      <SegmentedControl
        fullWidth
        aria-label={t.activities.by}
        value={way}
        onChange={(chosen) => setWay(chosen as Way)}
        data={WAYS.map((one) => ({ value: one, label: t.activities.ways[one] ?? one }))}
      />
      {rows.length === 0 ? (
        <p className="quiet small">{t.activities.nothingSpent}</p>
      ) : (
        <Rows label={t.activities.acquisition} tall>
          <PlainTable
            label={t.activities.acquisition}
            table={{
              head: [t.activities.wordHead, t.activities.factsCountHead, t.activities.costHead],
              body: rows.map((row) => [
                row.words.map((word) => t.customer.channel[word] ?? (word || t.activities.unnamed)).join(', '),
                f.number(row.facts),
                f.money(row.cost),
              ]),
            }}
          />
        </Rows>
      )}
    </Card>
  );
}

function rowsOf({ acquisition, by_channel_and_outcome: outcomes }: Accounts, way: Way) {
  const words = (list: { word: string; facts: number; cost: Money }[]) =>
    list.map(({ word, facts, cost }) => ({ words: [word], facts, cost }));
  switch (way) {
    case 'channel':
      return words(acquisition.by_channel);
    case 'source':
      return words(acquisition.by_source);
    case 'campaign':
      return words(acquisition.by_campaign);
    case 'outcome':
      return outcomes.map(({ channel, outcome, facts, cost }) => ({ words: [channel, outcome], facts, cost }));
  }
}
