import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsQuery, catalogueQuery, presetsQuery, type CatalogueDraft } from '../../api/accounts';
import { ApiError } from '../../api/client';
import type { Accounts, Catalogue, Activity, Team } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { errorText } from '../../i18n/errorText';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { Empty } from '../../ui/state/Empty';
import { Failure } from '../../ui/state/Failure';
import { AssumedMargin } from '../AssumedMargin';
import { Load } from '../Load';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { LinkButton } from '../shell/LinkButton';
import { AccountMonthsCard } from './AccountMonthsCard';
import { AcquisitionCard } from './AcquisitionCard';
import './activities.css';
import { ActivityDialog } from './ActivityDialog';
import { ActivityFigures } from './ActivityFigures';
import { ActivityTable } from './ActivityTable';
import { BehindCard } from './BehindCard';
import { BesideCard } from './BesideCard';
import { changesOf, draftOf, NEW_ACTIVITY, NEW_TEAM, placed } from './catalogue';
import { HistoryCard } from './HistoryCard';
import { askedMonths } from './months';
import { MonthsChoice } from './MonthsChoice';
import { SaveBar } from './SaveBar';
import { TeamDialog } from './TeamDialog';
import { TeamsCard } from './TeamsCard';
import { TotalsCard } from './TotalsCard';
import { UnpricedCard } from './UnpricedCard';

/** What we do for customers and what it costs: kept, previewed, confirmed, with every change and its author. */
export function ActivitiesPage() {
  const { t, f } = useI18n();
  const catalogue = useQuery(catalogueQuery);
  const months = askedMonths(useSearch({ from: '/office/activities' }));
  const accounts = useQuery({ ...accountsQuery(months), placeholderData: keepPreviousData });
  const state = catalogue.data;
  const who = state && (state.made_by ?? (state.origin === 'guess' ? t.activities.guessed : t.activities.machine));
  return (
    <>
      <PageHeader
        title={t.activities.title}
        detail={state?.made_at && who ? t.activities.version(state.version, who, f.moment(state.made_at)) : undefined}
      >
        {accounts.data && <MonthsChoice accounts={accounts.data} />}
      </PageHeader>
      <ProgressLine active={(catalogue.isFetching && state !== undefined) || accounts.isPlaceholderData} />
      {accounts.isError && <NoAccounts error={accounts.error} onRetry={() => void accounts.refetch()} />}
      <Load query={catalogue} blocks={[84, 340, 200]}>
        {(given) => <Content key={given.version} state={given} accounts={accounts.data ?? undefined} />}
      </Load>
    </>
  );
}

/** The accounts of these months cannot be shown; the catalogue below can. */
function NoAccounts({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  if (!(error instanceof ApiError && error.code === 'bad_month')) return <Failure cause={errorText(error, t)} onRetry={onRetry} />;
  return (
    <Empty title={t.activities.badMonths} hint={t.activities.badMonthsHint}>
      <LinkButton {...paths.activities()} variant="default">
        {t.activities.quick.last12}
      </LinkButton>
    </Empty>
  );
}

/** What is open above the page. */
type Open = { activity: Activity; was: string | null } | { team: Team; was: string | null } | null;

interface ContentProps {
  state: Catalogue;
  /** Absent while accounts are not closed yet. */
  accounts: Accounts | undefined;
}

function Content({ state, accounts }: ContentProps) {
  const { t } = useI18n();
  const { rights } = useSession();
  const { line, of } = useSearch({ from: '/office/activities' });
  const [draft, setDraft] = useState<CatalogueDraft>(() => draftOf(state));
  const [open, setOpen] = useState<Open>(null);
  const changes = changesOf(state, draft);
  const mayChange = rights.administer;
  const isStale = state.priced_version != null && state.priced_version !== state.version;
  const setActivity = (was: string | null, activity: Activity | null) =>
    setDraft({
      ...draft,
      activities: activity
        ? placed(draft.activities, was, activity)
        : draft.activities.filter((one) => one.name !== was),
    });
  const setTeam = (was: string | null, team: Team | null) =>
    setDraft({
      ...draft,
      teams: team ? placed(draft.teams, was, team) : draft.teams.filter((one) => one.name !== was),
    });
  const edit = (name: string) => {
    const activity = draft.activities.find((one) => one.name === name);
    if (activity) setOpen({ activity, was: name });
  };
  const buttons = mayChange && (
    <div className="row wrap">
      <PresetMenu onChoose={(activities) => setDraft({ ...draft, activities })} />
      <Button leftSection={<IconPlus size={14} />} onClick={() => setOpen({ activity: NEW_ACTIVITY, was: null })}>
        {t.activities.add}
      </Button>
    </div>
  );
  return (
    <>
      {accounts && <ActivityFigures accounts={accounts} state={state} />}
      <AssumedMargin of={accounts?.assumed_margin} />
      {isStale && <p className="stale-note small">{t.activities.stale}</p>}
      <div className="cards">
        {draft.activities.length === 0 ? (
          <section className="card activities-none">
            <Empty title={t.activities.none} hint={t.activities.noneHint}>
              {buttons}
            </Empty>
          </section>
        ) : (
          <ActivityTable
            state={state}
            draft={draft}
            accounts={accounts}
            actions={buttons}
            onEdit={(activity) => setOpen({ activity, was: activity.name })}
          />
        )}
        {accounts && <UnpricedCard accounts={accounts} state={state} onEdit={mayChange ? edit : undefined} />}
        {line?.startsWith('activity:') && accounts && (
          <BehindCard key={`${line} ${of}`} accounts={accounts} line={line} of={of} />
        )}
        <TeamsCard
          draft={draft}
          accounts={accounts}
          onEdit={(team) => setOpen({ team, was: team.name })}
          onAdd={() => setOpen({ team: NEW_TEAM, was: null })}
        />
        {accounts && <TotalsCard accounts={accounts} />}
        {accounts && <AcquisitionCard accounts={accounts} />}
        {line && !line.startsWith('activity:') && accounts && (
          <BehindCard key={`${line} ${of}`} accounts={accounts} line={line} of={of} />
        )}
        {accounts && <BesideCard />}
        {accounts && <AccountMonthsCard accounts={accounts} />}
        <HistoryCard state={state} />
      </div>
      {changes.length > 0 && (
        <SaveBar state={state} draft={draft} changes={changes} onDiscard={() => setDraft(draftOf(state))} />
      )}
      {open && 'activity' in open && (
        <ActivityDialog
          activity={open.activity}
          isNew={open.was === null}
          taken={draft.activities.map((one) => one.name).filter((name) => name !== open.was)}
          teams={draft.teams.map((one) => one.name)}
          currency={state.currency}
          onTake={(activity) => setActivity(open.was, activity)}
          onRemove={() => setActivity(open.was, null)}
          onClose={() => setOpen(null)}
        />
      )}
      {open && 'team' in open && (
        <TeamDialog
          team={open.team}
          isNew={open.was === null}
          taken={draft.teams.map((one) => one.name).filter((name) => name !== open.was)}
          currency={state.currency}
          onTake={(team) => setTeam(open.was, team)}
          onRemove={() => setTeam(open.was, null)}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

function PresetMenu({ onChoose }: { onChoose: (activities: Activity[]) => void }) {
  const { t } = useI18n();
  const presets = useQuery(presetsQuery).data ?? [];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          {t.activities.preset}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map((preset) => (
          <Menu.Item key={preset.trade} onClick={() => onChoose(preset.activities)}>
            {t.activities.presets[preset.trade] ?? preset.trade}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
