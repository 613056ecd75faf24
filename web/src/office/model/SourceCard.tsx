import type { LookBack, ModelFit } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
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
    const prior = f.share(one.prior);
    if (one.deficit == null || !back) return t.model.why.untried(prior);
    if (one.deficit < 0.00005) return t.model.why.best(prior);
    const factor = Math.exp(-back.evidence * one.deficit);
    if (factor >= 0.995) return t.model.why.near(prior);
    return t.model.why.behind(prior, f.figure(one.deficit), f.twoDecimals(factor));
  };
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
            head: [t.model.modelHead, t.model.weightHead, t.model.storyHead, t.model.whyHead],
            body: [
              ...fit.members.map((member) => [
                forecasterName(member.code, member.name, t),
                f.share(member.weight),
                story(member.code),
                why(member.code),
              ]),
              ...(fit.spend
                ? [[forecasterName(fit.spend.code, fit.spend.name, t), '–', story(fit.spend.code), t.model.spendHead]]
                : []),
            ],
          }}
        />
      </WideTable>
      {out.length > 0 && (
        <p className="finding">{t.model.drops(out.map((one) => forecasterName(one.code, one.name, t)).join(', '))}</p>
      )}
    </Card>
  );
}
