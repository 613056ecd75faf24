import type { LookBack, LookBackTrial } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { forecasterName } from './forecasters';
import { WideTable } from './WideTable';

interface Props {
  back: LookBack;
  /** The day it is seen from. */
  from: string;
}

/** Every forecaster from one day, beside what came: purchases, then spend. */
export function TrialsCard({ back, from }: Props) {
  const { t, f } = useI18n();
  const origin = back.origins.find((one) => one.day === from);
  const of = (trials: LookBackTrial[]) => trials.filter((trial) => trial.day === from);
  const spend = of(back.spend);
  const title = t.model.spendTrials(back.currency ?? '');
  return (
    <Card
      title={t.model.trialsTitle}
      finding={
        origin && t.model.trialsFinding(f.day(origin.day), f.day(origin.until), t.common.customers(origin.customers))
      }
      explain={
        <Explain
          subject={t.model.trialsTitle}
          definition={t.model.explainTrials}
          certainty={t.model.explainHeld}
          date={f.day(from)}
          population={t.common.customers(origin?.customers ?? back.customers)}
        />
      }
    >
      <Trials label={t.model.trialsTitle} trials={of(back.trials)} />
      {spend.length > 0 && (
        <>
          <h3 style={{ marginTop: 20 }}>{title}</h3>
          <Trials label={title} trials={spend} />
        </>
      )}
    </Card>
  );
}

function Trials({ label, trials }: { label: string; trials: LookBackTrial[] }) {
  const { t, f } = useI18n();
  const words = t.model;
  const whole = (value: number | null | undefined) => f.number(value == null ? null : Math.round(value));
  const total = (trial: LookBackTrial) =>
    trial.total_held == null
      ? '–'
      : `${whole(trial.total_lo95)} – ${whole(trial.total_hi95)}, ${trial.total_held ? words.heldMark : words.missedMark}`;
  return (
    <WideTable label={label}>
      <PlainTable
        label={label}
        table={{
          head: [
            words.forecasterHead,
            words.foretold,
            words.came,
            words.biasHead,
            'RMSE',
            'MAE',
            words.rankHead,
            words.topHead,
            words.scoreHead,
            words.in80Head,
            words.in95Head,
            words.totalHead,
          ],
          body: trials.map((trial) => [
            <>
              {forecasterName(trial.forecaster, trial.name, t)}
              {trial.naive && <span className="quiet"> ({words.naiveMark})</span>}
            </>,
            whole(trial.predicted),
            whole(trial.actual),
            f.change(trial.bias),
            f.figure(trial.rmse),
            f.figure(trial.mae),
            f.twoDecimals(trial.rank_correlation),
            f.sharePoint(trial.top_tenth),
            f.figure(trial.log_score),
            f.sharePoint(trial.covered80),
            f.sharePoint(trial.covered95),
            total(trial),
          ]),
        }}
      />
    </WideTable>
  );
}
