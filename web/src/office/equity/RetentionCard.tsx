import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../../api/client';
import { NOT_KNOWN_WHOM, retentionExportAddress, retentionQuery } from '../../api/equity';
import type { Retention } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { LevelBadge } from '../../ui/LevelBadge';
import { Rows } from '../../ui/Rows';
import { NotMeasured } from '../home/NotMeasured';
import { Load } from '../Load';
import { paths } from '../paths';

/** By name, whom an effort would save most value with. */
export function RetentionCard() {
  const { t, f } = useI18n();
  const query = useInfiniteQuery(retentionQuery);
  const list = query.data;
  const finding = list
    ? list.customers > 0
      ? t.equity.retentionFinding(
          t.common.customers(list.customers),
          f.moneyCompact(list.worth_saving),
          list.levels.some((level) => level.basis === 'estimated'),
        )
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
          certainty={list?.history ? t.equity.returnBounds : undefined}
          method={t.equity.methodRetention}
          date={list ? f.day(list.as_of) : undefined}
          population={list ? t.common.customers(list.customers) : undefined}
        />
      }
      actions={
        list &&
        list.customers > 0 && (
          <Button component="a" href={retentionExportAddress} download variant="default" leftSection={<IconDownload size={14} />}>
            {t.equity.exportCsv}
          </Button>
        )
      }
    >
      {query.error instanceof ApiError && query.error.code === NOT_KNOWN_WHOM ? (
        <NotMeasured title={t.equity.retentionUnknown} hint={t.equity.retentionUnknownHint} />
      ) : (
        <Load query={query} blocks={[240]}>
          {(given) => (
            <>
              <Recoverable list={given} />
              {given.customers > 0 && (
                <Named list={given} loading={query.isFetching} onMore={() => void query.fetchNextPage()} />
              )}
            </>
          )}
        </Load>
      )}
    </Card>
  );
}

/** How much of what is at risk may be kept, by level, and where that is known from. */
function Recoverable({ list }: { list: Retention }) {
  const { t, f } = useI18n();
  const { history, set } = list;
  const from = (level: Retention['levels'][number]) => {
    if (level.basis === 'estimated' && level.at_risk === 0 && history) {
      return t.equity.estimatedFromAll(t.common.customers(history.at_risk));
    }
    if (level.basis === 'estimated') return t.equity.estimatedFrom(t.common.customers(level.at_risk), f.share(level.credibility));
    const own = t.equity.basis[level.basis] ?? level.basis;
    return level.estimate === null ? own : t.equity.setBeside(own, f.share(level.estimate));
  };
  return (
    <details className="recoverable">
      <summary>
        {history
          ? t.equity.returnFinding(t.common.customers(history.at_risk), f.share(history.share))
          : t.equity.returnUnknown}
      </summary>
      {history && (
        <p className="small quiet">
          {t.equity.returnHow(
            history.days.map(f.day).join(' · '),
            f.share(history.alive_from),
            f.share(history.alive_below),
          )}{' '}
          {history.as_of && `${t.equity.returnAsOf(f.day(history.as_of))} `}
          {t.equity.returnBounds}
        </p>
      )}
      <PlainTable
        label={t.equity.recoverTitle}
        table={{
          texts: [2],
          head: [t.equity.worthHead, t.equity.recoverHead, t.equity.basisHead],
          body: list.levels.map((level) => [t.common.level[level.level], f.share(level.share), from(level)]),
        }}
      />
      <p className="small">
        {set && <span className="quiet">{t.equity.setBy(set.by ?? t.coherence.machine, f.moment(set.at))} </span>}
        <Link {...paths.coherence()} className="link">
          {t.equity.recoverChange}
        </Link>
      </p>
    </details>
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
            row.level ? <LevelBadge key="level" level={row.level} /> : '–',
            row.owner ?? '–',
            f.day(row.last_purchase),
            f.money(row.value),
            f.share(row.risk),
            <>
              {f.share(row.recoverability)}{' '}
              <span className="quiet">
                {t.equity.basis[row.basis] ?? row.basis}
                {row.worth_level && row.worth_level !== row.level && `, ${t.equity.byWorth(t.common.level[row.worth_level])}`}
              </span>
            </>,
            f.money(row.at_stake),
            <strong key="saving">{f.money(row.worth_saving)}</strong>,
          ]),
        }}
      />
    </Rows>
  );
}
