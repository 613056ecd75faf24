import type { OutlookEquivalents } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';

interface Props {
  /** What a customer borrows from those like him. */
  equivalents: OutlookEquivalents;
}

/** Who those like him are and what they did, as sentences of a list. */
export function Equivalents({ equivalents }: Props) {
  const { t, f } = useI18n();
  const window = t.outlook.span(equivalents.window_days);
  const sentences = equivalents.groups.flatMap((group) => {
    const { label, times, lo80, hi80 } = group;
    const known = t.outlook.like[group.dimension];
    // Of whom a group is not known, or was never seen, it says nothing.
    if (label == null || !known) return [];
    const said = t.outlook.likeDid[group.of](known(group.customers, label), f.twoDecimals(times), window);
    return [`${said} ${t.outlook.timesWithin(f.twoDecimals(lo80), f.twoDecimals(hi80))}`];
  });
  const here = equivalents.purchases_here;
  return (
    <>
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
      {equivalents.groups.some((group) => group.of === 'purchases') && <li>{t.outlook.likeHere(f.twoDecimals(here))}</li>}
    </>
  );
}
