import { Link } from '@tanstack/react-router';
import type { Coherence, Worklist, WorklistCase } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { noCases } from '../coherence/matrix';
import { useReason } from '../coherence/reason';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';

/** The cases with most money at stake. */
export function FirstCases({ list, coherence }: { list: Worklist; coherence: Coherence }) {
  const { t, f } = useI18n();
  return (
    <Card
      span={4}
      title={t.home.worklist}
      finding={
        list.open > 0
          ? t.coherence.worklistFinding(t.common.customers(list.open), f.moneyCompact(list.at_stake))
          : t.coherence.worklistNone[noCases(coherence)]
      }
      explain={
        <Explain
          subject={t.coherence.worklist}
          definition={t.coherence.explainWorklist}
          date={list.as_of ? f.day(list.as_of) : undefined}
          population={t.common.customers(list.open + list.decided)}
        />
      }
    >
      <ul className="first-cases number">
        {list.rows.slice(0, 4).map((row) => (
          <FirstCase key={row.customer} row={row} />
        ))}
      </ul>
      {list.open > 0 && (
        <LinkButton {...paths.coherence()} variant="subtle">
          {t.home.worklistAll(list.open)}
        </LinkButton>
      )}
    </Card>
  );
}

function FirstCase({ row }: { row: WorklistCase }) {
  const { t, f } = useI18n();
  const reason = useReason(row);
  return (
    <li>
      <Link {...paths.customer(row.customer)} className="link" title={reason}>
        {row.name}
      </Link>
      <span className="quiet">{t.coherence.moveTo[row.proposal]}</span>
      <strong>{f.money(row.at_stake)}</strong>
    </li>
  );
}
