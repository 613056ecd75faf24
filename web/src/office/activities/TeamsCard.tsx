import { Button } from '@mantine/core';
import type { CatalogueDraft } from '../../api/accounts';
import type { Accounts, Team } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { useSession } from '../session/useSession';

interface Props {
  draft: CatalogueDraft;
  accounts: Accounts | undefined;
  onEdit: (team: Team) => void;
  onAdd: () => void;
}

/** The teams: what they cost, what they can do, what was used of it and what was not. */
export function TeamsCard({ draft, accounts, onEdit, onAdd }: Props) {
  const { t, f } = useI18n();
  const { rights } = useSession();
  return (
    <Card
      title={t.activities.teams}
      finding={
        draft.teams.length === 0
          ? t.activities.teamsNone
          : accounts && t.activities.teamsFinding(f.moneyCompact(accounts.unused))
      }
      explain={
        <Explain
          subject={t.activities.unused}
          definition={t.activities.explainUnused}
          method={t.activities.methodUnused}
          date={accounts ? `${f.day(accounts.from)} – ${f.day(accounts.until)}` : undefined}
        />
      }
      actions={
        rights.administer && (
          <Button variant="default" onClick={onAdd} aria-label={t.activities.addTeam}>
            {t.activities.addTeamShort}
          </Button>
        )
      }
    >
      {draft.teams.length > 0 && (
        <Rows label={t.activities.teams}>
          <table className="plain number" aria-label={t.activities.teams}>
            <thead>
              <tr>
                <th scope="col">{t.activities.teamHead}</th>
                {[
                  t.activities.teamCostHead,
                  t.activities.capacityHead,
                  t.activities.usedMinutesHead,
                  t.activities.utilisationHead,
                  t.activities.unusedHead,
                ].map((name) => (
                  <th key={name} scope="col" className="right">
                    {name}
                  </th>
                ))}
                {rights.administer && (
                  <th scope="col">
                    <span className="unseen">{t.activities.actionsHead}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {draft.teams.map((team) => {
                const used = accounts?.teams.find((one) => one.team === team.name);
                return (
                  <tr key={team.name}>
                    <th scope="row">{team.name}</th>
                    <td className="right">{f.money(used?.cost)}</td>
                    <td className="right">{used ? f.number(Math.round(Number(used.minutes))) : '–'}</td>
                    <td className="right">{used ? f.number(Math.round(Number(used.used_minutes))) : '–'}</td>
                    <td className="right">
                      {f.share(used?.utilisation)}
                      {used && used.overrun_months > 0 && (
                        <small className="loss activity-span">{t.activities.overrun(used.overrun_months)}</small>
                      )}
                    </td>
                    <td className="right">{f.money(used?.unused)}</td>
                    {rights.administer && (
                      <td className="activity-actions">
                        <Button variant="subtle" aria-label={t.activities.editOf(team.name)} onClick={() => onEdit(team)}>
                          {t.activities.edit}
                        </Button>
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Rows>
      )}
    </Card>
  );
}
