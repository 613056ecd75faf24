import type { LookBack, ModelFit } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Apart } from './Apart';
import { forecasterName } from './forecasters';
import { WideTable } from './WideTable';

interface Props {
  fit: ModelFit;
  back: LookBack | null;
}

/** The members of the blend: what each takes for granted, what it weighs, and why. */
export function SourceCard({ fit, back }: Props) {
  const { t, f } = useI18n();
  const out = back?.weights.filter((one) => one.weight === 0) ?? [];
  const story = (code: string) => t.model.stories[code] ?? '';
  const why = (code: string) => {
    const one = back?.weights.find((weight) => weight.code === code);
    if (fit.members.length === 1) return t.model.why.alone;
    if (!one) return '–';
    const isWhole = one.form_share == null || one.form_share > 0.9995;
    const start = isWhole
      ? t.model.why.start(f.share(one.prior))
      : t.model.why.startOfForm(f.share(one.prior), f.sharePoint(one.form_share ?? 1));
    if (one.deficit == null) return t.model.why.untried(start);
    if (one.deficit < 0.00005) return t.model.why.best(start);
    if ((one.factor ?? 1) >= 0.995) return t.model.why.near(start);
    return t.model.why.behind(start, f.figure(one.deficit));
  };
  const start = (code: string) => {
    const one = back?.weights.find((weight) => weight.code === code);
    return one?.form_share == null ? '–' : f.sharePoint(one.prior * one.form_share);
  };
  const evidence = (code: string) => {
    const one = back?.weights.find((weight) => weight.code === code);
    return one?.factor == null ? '–' : `× ${f.twoDecimals(one.factor)}`;
  };
  const weighs = fit.members.length > 1 && back != null;
  return (
    <Card
      span={7}
      title={t.model.sourceTitle}
      finding={t.model.sourceFinding(fit.members.length, t.common.customers(fit.customers))}
    >
      {fit.reason && <p className="finding">{t.portfolio.notes[`fallback_${fit.reason}`]}</p>}
      <WideTable label={t.model.sourceTitle} prose>
        <PlainTable
          label={t.model.sourceTitle}
          table={{
            head: [
              t.model.modelHead,
              ...(weighs ? [t.model.startHead, t.model.evidenceHead] : []),
              t.model.weightHead,
              t.model.storyHead,
              t.model.whyHead,
            ],
            body: [
              ...fit.members.map((member) => [
                forecasterName(member.code, member.name, t),
                ...(weighs ? [start(member.code), evidence(member.code)] : []),
                f.sharePoint(member.weight),
                story(member.code),
                why(member.code),
              ]),
              ...(fit.spend
                ? [
                    [
                      forecasterName(fit.spend.code, fit.spend.name, t),
                      ...(weighs ? ['–', '–'] : []),
                      '–',
                      story(fit.spend.code),
                      t.model.spendHead,
                    ],
                  ]
                : []),
            ],
          }}
        />
      </WideTable>
      {weighs && <p className="finding">{t.model.aboutWeights}</p>}
      {out.length > 0 && (
        <p className="finding">{t.model.drops(out.map((one) => forecasterName(one.code, one.name, t)).join(', '))}</p>
      )}
      <Apart fit={fit} />
    </Card>
  );
}
