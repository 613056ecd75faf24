import type { ModelFit } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

type Borrowed = NonNullable<ModelFit['newcomers']>;

/** Whom the models alone do not foretell: few who buy like nobody else, and newcomers who borrow from those like them. */
export function Apart({ fit }: { fit: ModelFit }) {
  const { t, f } = useI18n();
  const { few, newcomers } = fit;
  if (!few && !newcomers) return null;
  return (
    <section className="apart" aria-label={t.model.apartTitle}>
      <h3>{t.model.apartTitle}</h3>
      {few && (
        <p className="finding">
          {t.model.few(
            f.sharePoint(few.share),
            t.common.customers(Math.round(few.share * fit.customers)),
            f.figure(few.times),
            f.figure(few.purchases_a_year),
            f.figure(few.others_a_year),
          )}
        </p>
      )}
      {newcomers && <Newcomers borrowed={newcomers} />}
    </section>
  );
}

function Newcomers({ borrowed }: { borrowed: Borrowed }) {
  const { t, f } = useI18n();
  const words = t.model.borrowed;
  if (borrowed.purchases.length + borrowed.amounts.length === 0) return <p className="finding">{words.none}</p>;
  // Nobody joins a cohort that is over: its own young customers judge it.
  const gainWords = (of: 'purchases' | 'amounts', dimension: string) =>
    of === 'purchases' && ['cohort', 'quarter'].includes(dimension) ? words.gainOfYoung : words.gain;
  const said = (of: 'purchases' | 'amounts') =>
    borrowed[of].map(({ dimension, groups, least, most, gain }) => (
      <li key={`${of} ${dimension}`}>
        {words[of](words.dimensions[dimension] ?? dimension, groups, f.twoDecimals(least), f.twoDecimals(most))}
        {gain && ` ${gainWords(of, dimension)(f.sharePoint(gain.share), t.common.customers(gain.customers), f.decimal(gain.standard_errors))}`}
      </li>
    ));
  return (
    <>
      <p className="finding">{words.lead}</p>
      <ul className="finding">
        {said('purchases')}
        {said('amounts')}
      </ul>
    </>
  );
}
