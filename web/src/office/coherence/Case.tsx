import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconNote } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { CaseState, CaseDecision, Verdict, WorklistCase } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { levelNumber } from '../../ui/LevelBadge';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { deltaText } from './matrix';
import { useReason } from './reason';
import { useDecide } from './useDecide';

export const VERDICTS: Verdict[] = ['accept', 'reject', 'later'];

interface Props {
  row: WorklistCase;
  state: CaseState;
  onNote: () => void;
}

/** One case: who, why, how much, what is proposed, and the decision. */
export function Case({ row, state, onNote }: Props) {
  const { t, f } = useI18n();
  const reason = useReason(row);
  const last = row.decisions[0];
  return (
    <li className="case">
      <div className="case-who">
        <Link {...paths.customer(row.customer)} className="link">
          {row.name}
        </Link>
        <span className="case-reason">{reason}</span>
        {last && <Taken decision={last} />}
      </div>
      <span className="case-levels number quiet">
        {row.value_level && row.investment_level && (
          <>{t.coherence.levels(String(levelNumber(row.value_level)), String(levelNumber(row.investment_level)))} </>
        )}
        <strong>{deltaText(row.delta)}</strong>
      </span>
      <span className="case-stake number">
        <strong title={f.moneyExact(row.at_stake)}>{f.money(row.at_stake)}</strong>
        <small>{t.coherence.moveTo[row.proposal]}</small>
      </span>
      <Buttons row={row} state={state} onNote={onNote} />
    </li>
  );
}

function Taken({ decision }: { decision: CaseDecision }) {
  const { t, f } = useI18n();
  const who = decision.by ?? t.coherence.machine;
  return (
    <span className="case-taken small quiet">
      {t.coherence.decisions[decision.decision]}, {t.coherence.decidedBy(who, f.moment(decision.at))}
      {decision.note && <q>{decision.note}</q>}
    </span>
  );
}

function Buttons({ row, state, onNote }: Props) {
  const { t } = useI18n();
  const { rights } = useSession();
  const take = useDecide();
  if (!rights.administer) return <span className="small quiet">{t.coherence.onlyAdministrators}</span>;
  if (state === 'decided') {
    return (
      <div className="case-buttons">
        <Button variant="default" aria-label={t.coherence.decideOn(t.coherence.reopen, row.name)} onClick={onNote}>
          {t.coherence.reopen}
        </Button>
      </div>
    );
  }
  const busy = take.isPending ? take.variables.decision : null;
  return (
    <div className="case-buttons" role="group" aria-label={t.coherence.decideTitle(row.name)}>
      {VERDICTS.map((decision) => (
        <Button
          key={decision}
          variant={decision === 'accept' ? 'light' : 'default'}
          aria-label={t.coherence.decideOn(t.coherence[decision], row.name)}
          loading={busy === decision}
          disabled={busy !== null && busy !== decision}
          onClick={() => take.mutate({ customer: row.customer, decision, note: '' })}
        >
          {t.coherence[decision]}
        </Button>
      ))}
      <Tooltip label={t.coherence.addNote(row.name)}>
        <ActionIcon aria-label={t.coherence.addNote(row.name)} onClick={onNote}>
          <IconNote size={16} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
