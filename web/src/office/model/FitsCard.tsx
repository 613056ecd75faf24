import { IconAlertTriangle } from '@tabler/icons-react';
import type { FittedModel, ModelFit } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { forecasterName } from './forecasters';
import { WideTable } from './WideTable';

/** Every fitted model with its parameters, and whether the data determine them. */
export function FitsCard({ fit }: { fit: ModelFit }) {
  const { t, f } = useI18n();
  const isMember = fit.members.some((member) => member.code === fit.reference.code);
  const models = [...fit.members, ...(isMember ? [] : [fit.reference]), ...(fit.spend ? [fit.spend] : [])];
  const fine = models.filter((model) => model.verdict.code === 'identified').length;
  return (
    <Card
      title={t.model.fitsTitle}
      finding={t.model.fitsFinding(fine, models.length)}
      explain={
        <Explain
          subject={t.model.fitsTitle}
          definition={t.model.explainFits}
          date={f.day(fit.as_of)}
          population={t.common.customers(fit.customers)}
        />
      }
    >
      <div className="fits">
        {models.map((model) => (
          <Fit key={model.code} model={model} isReference={model === fit.reference} />
        ))}
      </div>
    </Card>
  );
}

function Fit({ model, isReference }: { model: FittedModel; isReference: boolean }) {
  const { t, f } = useI18n();
  const name = forecasterName(model.code, model.name, t);
  const { verdict } = model;
  const known = verdict.identified;
  const beside = model.weight != null ? f.share(model.weight) : isReference ? t.model.reference : null;
  return (
    <section aria-label={name}>
      <h3>
        {name} {beside && <span className="quiet number">({beside})</span>}
      </h3>
      <p>
        {verdict.code === 'not_converged' && <IconAlertTriangle size={15} className="loss" aria-hidden />}{' '}
        {t.model.verdicts[verdict.code] ?? verdict.words}{' '}
        {verdict.ridge && (t.model.ridges[verdict.ridge] ?? verdict.words)}{' '}
        {known && t.model.determined(known.name, f.figure(known.value), t.model.units[known.unit])}
      </p>
      <WideTable label={name}>
        <PlainTable
          label={name}
          table={{
            head: [t.model.parameterHead, t.model.valueHead, t.model.errorHead, t.model.unitHead],
            body: model.parameters.map((parameter) => [
              parameter.name,
              f.figure(parameter.value),
              f.figure(parameter.standard_error),
              t.model.units[parameter.unit],
            ]),
          }}
        />
      </WideTable>
      <p className="number">
        {t.model.fitLine(
          t.common.customers(model.customers),
          f.figure(model.log_likelihood),
          f.figure(model.aic),
          f.figure(model.bic),
          f.figure(model.gradient_norm),
        )}
      </p>
    </section>
  );
}
