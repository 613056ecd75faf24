import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconQuestionMark } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { catalogueQuery, confirmActivities, type CatalogueDraft } from '../../api/accounts';
import type { Accounts, Catalogue, Activity } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { useSession } from '../session/useSession';
import { BehindLink, UnpricedLink } from './BehindLink';
import { changesOf, standingCost } from './catalogue';
import { conditionText, driverText } from './condition';
import { activityName } from './names';

interface Props {
  state: Catalogue;
  draft: CatalogueDraft;
  accounts: Accounts | undefined;
  actions: ReactNode;
  onEdit: (activity: Activity) => void;
}

/** Every activity with what it prices, by which driver, at which cost, and whether somebody answers for it. */
export function ActivityTable({ state, draft, accounts, actions, onEdit }: Props) {
  const { t, f } = useI18n();
  const { rights } = useSession();
  const confirm = useConfirm(state.version);
  const cost = accounts?.lines.find((one) => one.line === 'cost')?.total;
  const assumed = state.activities.filter((one) => !one.confirmed).map((one) => one.name);
  const changed = new Set(changesOf(state, draft).map((one) => one.name));
  return (
    <Card
      title={t.activities.list}
      finding={cost ? t.activities.listFinding(draft.activities.length, f.moneyCompact(cost), accounts?.months.length ?? 0) : undefined}
      actions={actions}
    >
      <Rows label={t.activities.list}>
        <table className="plain number activity-table" aria-label={t.activities.list}>
          <thead>
            <tr>
              <th scope="col">{t.activities.nameHead}</th>
              <th scope="col">{t.activities.kindHead}</th>
              <th scope="col">{t.activities.factsHead}</th>
              <th scope="col">{t.activities.driverHead}</th>
              <th scope="col">{t.activities.unitHead}</th>
              <th scope="col" className="right">
                {t.activities.costHead}
              </th>
              <th scope="col">{t.activities.standingHead}</th>
              {rights.administer && (
                <th scope="col">
                  <span className="unseen">{t.activities.actionsHead}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {draft.activities.map((activity) => (
              <tr key={activity.name} className={changed.has(activity.name) ? 'changed' : undefined}>
                <th scope="row">{activityName(activity.name, t)}</th>
                <td>{t.classes.costKind[activity.cost_kind] ?? activity.cost_kind}</td>
                <td className="prose prices">
                  {t.activities.facts[activity.facts] ?? activity.facts}
                  {activity.condition && (
                    <small className="quiet activity-span" title={activity.condition}>
                      {conditionText(activity.condition, t, f)}
                    </small>
                  )}
                </td>
                <td className="prose">
                  <span title={activity.driver}>{driverText(activity.driver, t, f)}</span>
                </td>
                <td>
                  <UnitCost activity={activity} currency={state.currency} />
                </td>
                <td className="right">
                  <Spent name={activity.name} accounts={accounts} />
                </td>
                <td>
                  <Standing confirmed={activity.confirmed ?? false} />
                </td>
                {rights.administer && (
                  <td className="activity-actions">
                    {assumed.includes(activity.name) && !changed.has(activity.name) && (
                      <Button
                        variant="default"
                        aria-label={t.activities.confirmOf(activityName(activity.name, t))}
                        loading={confirm.isPending && confirm.variables.includes(activity.name)}
                        onClick={() => confirm.mutate([activity.name])}
                      >
                        {t.activities.confirm}
                      </Button>
                    )}
                    <Button variant="subtle" aria-label={t.activities.editOf(activityName(activity.name, t))} onClick={() => onEdit(activity)}>
                      {t.activities.edit}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Rows>
      {rights.administer && assumed.length > 1 && changed.size === 0 && (
        <Button className="confirm-all" variant="default" loading={confirm.isPending} onClick={() => confirm.mutate(assumed)}>
          {t.activities.confirmAll}
        </Button>
      )}
      {!rights.administer && <p className="quiet small">{t.activities.onlyAdministrators}</p>}
    </Card>
  );
}

function useConfirm(version: number) {
  const { t } = useI18n();
  return useMutation({
    mutationFn: (names: string[]) => confirmActivities(version, names),
    onSuccess: (state) => {
      queryClient.setQueryData(catalogueQuery.queryKey, state);
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
      notifications.show({ message: t.activities.confirmed });
    },
    onError: (error) => notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false }),
  });
}

/** Told by a sign and a word. */
export function Standing({ confirmed }: { confirmed: boolean }) {
  const { t } = useI18n();
  return (
    <span className={confirmed ? 'standing' : 'standing assumed'}>
      {confirmed ? <IconCheck size={13} aria-hidden /> : <IconQuestionMark size={13} aria-hidden />}
      {confirmed ? t.activities.isConfirmed : t.activities.isAssumed}
    </span>
  );
}

function UnitCost({ activity, currency }: { activity: Activity; currency: string }) {
  const { t, f } = useI18n();
  if (activity.team) return t.activities.minuteOf(activity.team);
  const cost = standingCost(activity, new Date().toISOString().slice(0, 10));
  if (!cost) return <span className="quiet">–</span>;
  const others = (activity.unit_costs?.length ?? 1) - 1;
  const money = cost.amount ? f.moneyFine({ amount: cost.amount, currency }) : null;
  return (
    <>
      {cost.yearly_percent
        ? t.activities.perYear(f.twoDecimals(Number(cost.yearly_percent)))
        : cost.per && cost.per !== '1'
          ? t.activities.perUnit(money ?? '–', f.number(Number(cost.per)))
          : money}
      {(cost.from || others > 0) && (
        <small className="quiet activity-span">
          {[cost.from && t.activities.since(f.day(cost.from)), others > 0 && t.activities.moreSpans(others)]
            .filter(Boolean)
            .join(', ')}
        </small>
      )}
    </>
  );
}

function Spent({ name, accounts }: { name: string; accounts: Accounts | undefined }) {
  const { t } = useI18n();
  const found = accounts?.activities.find((one) => one.activity === name);
  if (!found) return <span className="quiet">–</span>;
  const unpriced = found.without_rate + found.without_value;
  return (
    <>
      <BehindLink line={`activity:${name}`} amount={found.total} isWhole />
      <small className="quiet activity-span">{t.common.facts(found.facts)}</small>
      {unpriced > 0 && (
        <small className="activity-span">
          <UnpricedLink activity={name} facts={unpriced} />
        </small>
      )}
    </>
  );
}
