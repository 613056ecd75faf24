import { NativeSelect, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { worklistQuery } from '../../api/coherence';
import type { CaseReason, CaseState, Coherence, Worklist, WorklistCase } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { RowsFoot } from '../../ui/Rows';
import { Load } from '../Load';
import { Case } from './Case';
import { noCases } from './matrix';
import { NoteDialog } from './NoteDialog';

/** Customers in whom investment and value are far apart, by the money at stake; decided case by case. */
export function WorklistCard({ coherence }: { coherence: Coherence }) {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/coherence' });
  const navigate = useNavigate();
  const state: CaseState = search.state === 'decided' ? 'decided' : 'open';
  const reason = REASONS.find((known) => known === search.reason);
  const [noted, setNoted] = useState<WorklistCase | null>(null);
  const query = useInfiniteQuery({ ...worklistQuery(state, reason), placeholderData: keepPreviousData });
  const choose = (next: { state?: string; reason?: string }) =>
    void navigate({
      to: '/coherence',
      search: { state: state === 'open' ? undefined : state, reason, ...next },
      replace: true,
      resetScroll: false,
    });
  const name = (of: CaseReason) => t.coherence.reasonName[of] ?? of;
  const count = (of: CaseReason) => query.data?.reasons.find((one) => one.reason === of)?.[state] ?? 0;
  return (
    <Card
      title={t.coherence.worklist}
      finding={
        query.data && query.data.open > 0
          ? t.coherence.worklistFinding(t.common.customers(query.data.open), f.moneyCompact(query.data.at_stake))
          : undefined
      }
      explain={
        <Explain
          subject={t.coherence.worklist}
          definition={t.coherence.explainWorklist}
          date={query.data?.as_of ? f.day(query.data.as_of) : undefined}
          population={query.data ? t.common.customers(query.data.open + query.data.decided) : undefined}
        />
      }
      actions={
        <>
          <NativeSelect
            aria-label={t.coherence.reasonHead}
            value={reason ?? ''}
            onChange={(event) => choose({ reason: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: t.coherence.allReasons },
              ...REASONS.map((of) => ({ value: of, label: t.coherence.reasonCount(name(of), f.number(count(of))) })),
            ]}
          />
          <SegmentedControl
            aria-label={t.coherence.state}
            value={state}
            onChange={(next) => choose({ state: next === 'open' ? undefined : next })}
            data={[
              { value: 'open', label: t.coherence.open },
              { value: 'decided', label: t.coherence.decided },
            ]}
          />
        </>
      }
    >
      <Load query={query} blocks={[52, 52, 52]}>
        {(list) => (
          <Cases
            list={list}
            none={t.coherence.worklistNone[noCases(coherence)]}
            onNote={setNoted}
            onMore={() => void query.fetchNextPage()}
            loading={query.isFetching}
          />
        )}
      </Load>
      {noted && <NoteDialog row={noted} onClose={() => setNoted(null)} />}
    </Card>
  );
}

const REASONS: CaseReason[] = ['spent_on_nothing', 'over_invested', 'overlooked', 'under_invested'];

interface CasesProps {
  list: Worklist;
  /** Why there is nothing to decide. */
  none: string;
  onNote: (row: WorklistCase) => void;
  onMore: () => void;
  loading: boolean;
}

function Cases({ list, none, onNote, onMore, loading }: CasesProps) {
  const { t } = useI18n();
  if (list.rows.length === 0) {
    return list.reason ? (
      <p className="quiet small">{t.coherence.worklistNoneOfReason}</p>
    ) : (
      <p className="quiet small">{list.state === 'open' ? none : t.coherence.worklistNoneDecided}</p>
    );
  }
  const all = list.state === 'open' ? list.open : list.decided;
  return (
    <>
      <p className="quiet small">{t.coherence.worklistWhom}</p>
      <ul className="cases" aria-label={list.state === 'open' ? t.coherence.open : t.coherence.decided}>
        {list.rows.map((row) => (
          <Case key={row.customer} row={row} state={list.state} onNote={() => onNote(row)} />
        ))}
      </ul>
      <RowsFoot shown={list.rows.length} all={all} loading={loading} onMore={onMore} />
    </>
  );
}
