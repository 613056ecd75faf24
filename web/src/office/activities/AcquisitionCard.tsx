import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Accounts, WordCost } from '../../api/contract';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
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
      finding={[
        t.activities.acquisitionFinding(f.moneyCompact(accounts.acquisition.total), f.moneyCompact(upkeep)),
        accounts.acquisition.new_customers
          ? t.activities.newFinding(
              accounts.acquisition.new_customers,
              f.number(accounts.acquisition.new_customers),
              f.money(accounts.acquisition.per_new_customer),
            )
          : '',
      ]
        .filter(Boolean)
        .join(' ')}
      explain={
        <Explain
          subject={t.activities.acquisition}
          definition={t.activities.explainAcquisition}
          method={t.activities.methodAcquisition}
          date={`${f.day(accounts.from)} – ${f.day(accounts.until)}`}
          population={
            accounts.acquisition.new_customers == null ? undefined : t.common.customers(accounts.acquisition.new_customers)
          }
        />
      }
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
              head: [
                t.activities.wordHead,
                t.activities.factsCountHead,
                t.activities.costHead,
                ...(way === 'outcome' ? [] : [t.activities.newHead, t.activities.perNewHead]),
              ],
              body: rows.map((row) => [
                row.words.map((word) => t.customer.channel[word] ?? (word || t.activities.unnamed)).join(', '),
                f.number(row.facts),
                f.money(row.cost),
                ...(row.won ? wonCells(row.won, f) : []),
              ]),
            }}
          />
        </Rows>
      )}
    </Card>
  );
}

/** Who was won this way and what each cost; unknown until the base is valued again. */
function wonCells(won: WordCost, f: Formats): string[] {
  return [
    won.new_customers == null ? '–' : f.number(won.new_customers),
    won.per_new_customer ? f.money(won.per_new_customer) : '–',
  ];
}

function rowsOf({ acquisition, by_channel_and_outcome: outcomes }: Accounts, way: Way) {
  const words = (list: WordCost[]) => list.map((won) => ({ words: [won.word], facts: won.facts, cost: won.cost, won }));
  switch (way) {
    case 'channel':
      return words(acquisition.by_channel);
    case 'source':
      return words(acquisition.by_source);
    case 'campaign':
      return words(acquisition.by_campaign);
    case 'outcome':
      return outcomes.map(({ channel, outcome, facts, cost }) => ({ words: [channel, outcome], facts, cost, won: undefined }));
  }
}
