import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { retentionQuery } from '../../api/equity';
import type { Retention } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';

const NAMED = 50;

/** By name, whom an effort would save most value with. */
export function RetentionCard() {
  const { t, f } = useI18n();
  const [limit, setLimit] = useState(NAMED);
  const query = useQuery({ ...retentionQuery(limit), placeholderData: keepPreviousData });
  const list = query.data;
  const finding = list
    ? list.customers > 0
      ? t.equity.retentionFinding(t.common.customers(list.customers), f.moneyCompact(list.worth_saving))
      : t.equity.retentionNone
    : undefined;
  return (
    <Card
      title={t.equity.retention}
      finding={finding}
      explain={
        <Explain
          subject={t.equity.retention}
          definition={t.equity.explainRetention}
          method={
            list ? t.equity.methodRetention(f.share(list.recoverability), t.equity.basis[list.basis] ?? list.basis) : undefined
          }
          date={list ? f.day(list.as_of) : undefined}
          population={list ? t.common.customers(list.customers) : undefined}
        />
      }
    >
      <Load query={query} blocks={[240]}>
        {(given) => (given.customers > 0 ? <Named list={given} loading={query.isFetching} onMore={() => setLimit(limit * 4)} /> : null)}
      </Load>
    </Card>
  );
}

function Named({ list, loading, onMore }: { list: Retention; loading: boolean; onMore: () => void }) {
  const { t, f } = useI18n();
  return (
    <Rows label={t.equity.retention} tall part={{ shown: list.rows.length, all: list.customers, loading, onMore }}>
      <PlainTable
        label={t.equity.retention}
        table={{
          texts: [1, 2],
          head: [
            t.equity.customerHead,
            t.equity.levelHead,
            t.equity.ownerHead,
            t.equity.lastHead,
            t.equity.keptHead,
            t.equity.riskHead,
            t.equity.recoverHead,
            t.equity.stakeHead,
            t.equity.savingHead,
          ],
          body: list.rows.map((row) => [
            <Link key={row.customer} {...paths.customer(row.customer)} className="link">
              {row.name ?? t.common.unknown}
            </Link>,
            row.level ? t.common.level[row.level] : '–',
            row.owner ?? '–',
            f.day(row.last_purchase),
            f.money(row.value),
            f.share(row.risk),
            <>
              {f.share(row.recoverability)} <span className="quiet">{t.equity.basis[list.basis] ?? list.basis}</span>
            </>,
            f.money(row.at_stake),
            <strong key="saving">{f.money(row.worth_saving)}</strong>,
          ]),
        }}
      />
    </Rows>
  );
}
