import type { LookBack, ModelFit } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Explain } from '../../ui/Explain';
import { Figure } from '../../ui/Figure';
import { forecasterName } from './forecasters';

interface Props {
  fit: ModelFit;
  back: LookBack | null;
}

/** The strip on top: what weighs most, and how near it would have come. */
export function ModelFigures({ fit, back }: Props) {
  const { t, f } = useI18n();
  const lead = fit.members[0];
  const error = back?.compared.find((one) => one.measure === 'rmse');
  const last = back?.trials.filter((trial) => trial.forecaster === 'blend').at(-1);
  const help = (subject: string, definition: string) => (
    <Explain
      subject={subject}
      definition={definition}
      date={f.day(fit.as_of)}
      population={t.common.customers(back?.customers ?? fit.customers)}
    />
  );
  return (
    <dl className="figures">
      {lead && (
        <Figure
          label={t.model.lead}
          explain={help(t.model.lead, t.model.explainLead)}
          value={forecasterName(lead.code, lead.name, t)}
          detail={
            fit.members.length > 1
              ? t.model.leadDetail(f.share(lead.weight), fit.members.length)
              : t.model.leadAlone
          }
        />
      )}
      {error && error.naive > 0 && (
        <Figure
          label={t.model.error}
          explain={help(t.model.error, t.model.explainError)}
          value={f.share(error.blend / error.naive)}
          detail={t.model.errorDetail(t.model.rules[error.rule] ?? error.rule)}
        />
      )}
      {last && (
        <Figure
          label={t.model.total}
          explain={help(t.model.total, t.model.explainTotal)}
          value={f.change(last.bias)}
          detail={t.model.totalDetail(f.number(Math.round(last.predicted)), f.number(last.actual))}
        />
      )}
      {last && (
        <Figure
          label={t.model.held}
          explain={help(t.model.held, t.model.explainHeld)}
          value={f.share(last.covered80)}
          detail={t.model.heldDetail(f.share(last.covered95))}
        />
      )}
    </dl>
  );
}
