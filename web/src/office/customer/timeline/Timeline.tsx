import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { TimelineFact } from '../../../api/contract';
import { timelineQuery } from '../../../api/timeline';
import { errorReference, errorText } from '../../../i18n/errorText';
import { useI18n } from '../../../i18n/I18n';
import { ProgressLine } from '../../../ui/ProgressLine';
import { Empty } from '../../../ui/state/Empty';
import { Failure } from '../../../ui/state/Failure';
import { Skeleton } from '../../../ui/state/Skeleton';
import { FactLine } from './FactLine';
import { TimelineFilters } from './TimelineFilters';
import { useNewFacts } from './useNewFacts';
import './timeline.css';

const route = getRouteApi('/office/customers/$id');

interface Props {
  id: string;
  /** How many facts there are of each kind. */
  counts: Record<string, number>;
}

export interface TimelineSearch {
  kind?: string;
  q?: string;
  fact?: string;
}

/** All that happened, newest first, from every source. */
export function Timeline({ id, counts }: Props) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { kind = '', q = '', fact } = route.useSearch();
  const query = useMemo(
    () => ({ kind: kind || undefined, q: q || undefined, around: fact ? Number(fact) : undefined }),
    [kind, q, fact],
  );
  const timeline = useInfiniteQuery(timelineQuery(id, query));
  const facts = timeline.data?.pages.flatMap((page) => page.facts) ?? [];
  useNewFacts(id, query, timeline.data?.pages[0]?.newest ?? null, timeline.isSuccess && !fact);

  const found = fact !== undefined && facts.some((one) => String(one.id) === fact);
  useEffect(() => {
    if (found) document.getElementById(`fact-${fact}`)?.scrollIntoView({ block: 'center' });
  }, [found, fact]);

  const change = (part: TimelineSearch) =>
    void navigate({
      to: '/customers/$id',
      params: { id },
      search: (before: TimelineSearch) => ({ ...before, ...part }),
      replace: true,
    });
  const all = kind
    ? kind.split(',').reduce((sum, one) => sum + (counts[one] ?? 0), 0)
    : Object.values(counts).reduce((sum, count) => sum + count, 0);

  const endOfToday = `${localDay(new Date())}T23:59:59Z`;
  const coming = facts.filter((one) => one.happened_at > endOfToday);
  const past = facts.slice(coming.length);
  const lines = (some: TimelineFact[]) => (
    <ul className="facts">
      {some.map((one) => (
        <FactLine key={one.id} fact={one} customer={id} highlighted={String(one.id) === fact} />
      ))}
    </ul>
  );

  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <div className="timeline-head">
        <h2 id="timeline-title">{t.customer.timeline}</h2>
        <TimelineFilters kind={kind} q={q} counts={counts} onChange={change} />
      </div>
      <ProgressLine active={timeline.isFetching && timeline.isSuccess} />
      {timeline.isPending && <Skeleton blocks={[44, 44, 44, 44]} />}
      {timeline.isError && facts.length === 0 && (
        <Failure
          cause={errorText(timeline.error, t)}
          reference={errorReference(timeline.error)}
          onRetry={() => void timeline.refetch()}
        />
      )}
      {timeline.isSuccess && facts.length === 0 && (
        <NoFacts
          narrowed={kind !== '' || q !== ''}
          onShowAll={() => change({ kind: undefined, q: undefined })}
        />
      )}
      {fact && facts.length > 0 && (
        <Button variant="default" mb={12} onClick={() => change({ fact: undefined })}>
          {t.customer.someNewer}
        </Button>
      )}
      {coming.length > 0 && (
        <>
          <h3 className="facts-part">{t.customer.coming}</h3>
          {lines(coming)}
          <h3 className="facts-part">{t.customer.untilToday}</h3>
        </>
      )}
      {lines(past)}
      {facts.length > 0 && (
        <div className="timeline-foot">
          {timeline.hasNextPage ? (
            <Button
              variant="default"
              loading={timeline.isFetchingNextPage}
              onClick={() => void timeline.fetchNextPage()}
            >
              {t.customer.loadMore}
            </Button>
          ) : (
            <span className="quiet small">{t.customer.complete}</span>
          )}
          <span className="quiet small number" role="status">
            {q === '' && t.customer.shown(facts.length, Math.max(all, facts.length))}
          </span>
        </div>
      )}
    </section>
  );
}

/** The day on the reader's wall calendar, as facts write theirs. */
function localDay(now: Date): string {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function NoFacts({ narrowed, onShowAll }: { narrowed: boolean; onShowAll: () => void }) {
  const { t } = useI18n();
  if (!narrowed) return <Empty title={t.customer.emptyTimeline} hint={t.customer.emptyTimelineHint} />;
  return (
    <Empty title={t.customer.noMatch} hint={t.customer.noMatchHint}>
      <Button variant="default" onClick={onShowAll}>
        {t.customer.showAll}
      </Button>
    </Empty>
  );
}
