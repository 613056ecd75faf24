import type { BargainsChange, Level, LevelRulesPreview, LevelsChange } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import { useI18n } from '../../i18n/I18n';
import { PlainTable } from '../../ui/Card';
import { RULED, type Ruled } from './rules';

/** What other rules would change: how many customers in each level before and after, and who would move. */
export function RulesPreview({ preview }: { preview: LevelRulesPreview }) {
  const { t, f } = useI18n();
  const parts = RULED.flatMap((ruled) => {
    const change = preview[ruled];
    return change ? [{ ruled, change }] : [];
  });
  return (
    <section className="rules-preview" aria-label={t.coherence.preview}>
      <div className="rules" role="status">
        {parts.map(({ ruled, change }) => (
          <Part key={ruled} ruled={ruled} change={change} />
        ))}
        {preview.bargains && <Bargains change={preview.bargains} />}
      </div>
      {preview.worklist && (
        <p className="number">
          {t.coherence.previewWorklist(f.number(preview.worklist.before), f.number(preview.worklist.after))}
        </p>
      )}
      {preview.worth_saving && (
        <p className="number">
          {t.coherence.previewSaving(f.moneyExact(preview.worth_saving.before), f.moneyExact(preview.worth_saving.after))}
        </p>
      )}
    </section>
  );
}

function Part({ ruled, change }: { ruled: Ruled; change: LevelsChange }) {
  const { t, f } = useI18n();
  const title = t.coherence.ruleOf[ruled]!;
  return (
    <div>
      <h3>{title}</h3>
      <p className="small quiet number">
        {change.changed === 0
          ? t.coherence.previewNone
          : t.coherence.previewSome(t.common.customers(change.changed), f.number(change.up), f.number(change.down))}
      </p>
      <PlainTable
        label={title}
        table={{
          head: [title, t.coherence.before, t.coherence.after],
          body: change.levels.map((one) => [levelWord(one.level, t), f.number(one.before), f.number(one.after)]),
        }}
      />
    </div>
  );
}

function Bargains({ change }: { change: BargainsChange }) {
  const { t, f } = useI18n();
  return (
    <div>
      <h3>{t.coherence.bargain}</h3>
      <p className="small quiet number">
        {t.coherence.previewTold(f.number(change.told.before), f.number(change.told.after))}
      </p>
      <PlainTable
        label={t.coherence.bargain}
        table={{
          head: [t.classes.bargainHead, t.coherence.before, t.coherence.after],
          body: change.kinds.map((one) => [
            t.classes.bargainKind[one.kind] ?? one.kind,
            f.number(one.before),
            f.number(one.after),
          ]),
        }}
      />
    </div>
  );
}

export function levelWord(word: string, t: Messages): string {
  return t.classes.name[word] ?? t.common.level[word as Level] ?? word;
}
