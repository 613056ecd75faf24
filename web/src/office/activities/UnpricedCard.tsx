import { Button } from '@mantine/core';
import type { Accounts, Catalogue } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { UnpricedLink } from './BehindLink';
import { activityName } from './names';

interface Props {
  accounts: Accounts;
  state: Catalogue;
  /** Opens the activity of this name; left out for who may not change it. */
  onEdit?: (name: string) => void;
}

/** Facts that an activity should have priced and could not: how many, why, and what to do about it. */
export function UnpricedCard({ accounts, state, onEdit }: Props) {
  const { t, f } = useI18n();
  const found = accounts.activities.flatMap(({ activity, team, without_rate, without_value }) => [
    ...(without_rate > 0 ? [{ activity, facts: without_rate, cause: team ? 'no_team' : 'no_unit_cost' }] : []),
    ...(without_value > 0 ? [{ activity, facts: without_value, cause: 'no_value' }] : []),
  ]);
  if (found.length === 0) return null;
  const all = found.reduce((sum, one) => sum + one.facts, 0);
  const isThere = (name: string) => state.activities.some((one) => one.name === name);
  return (
    <Card
      title={t.activities.unpricedTitle}
      finding={t.activities.unpricedFinding(t.common.facts(all))}
      explain={
        <Explain
          subject={t.activities.unpricedTitle}
          definition={t.activities.explainUnpriced}
          date={`${f.day(accounts.from)} – ${f.day(accounts.until)}`}
        />
      }
    >
      <Rows label={t.activities.unpricedTitle}>
        <PlainTable
          label={t.activities.unpricedTitle}
          table={{
            texts: [1, 2, 3, 4],
            head: [
              t.activities.nameHead,
              t.activities.factsCountHead,
              t.activities.causeHead,
              t.activities.remedyHead,
              ...(onEdit ? [t.activities.actionsHead] : []),
            ],
            body: found.map(({ activity, facts, cause }) => [
              activityName(activity, t),
              <UnpricedLink key="facts" activity={activity} facts={facts} />,
              t.activities.cause[cause],
              t.activities.remedy[cause],
              ...(onEdit
                ? [
                    isThere(activity) && (
                      <Button
                        key="edit"
                        variant="subtle"
                        aria-label={t.activities.editOf(activityName(activity, t))}
                        onClick={() => onEdit(activity)}
                      >
                        {t.activities.edit}
                      </Button>
                    ),
                  ]
                : []),
            ]),
          }}
        />
      </Rows>
    </Card>
  );
}
