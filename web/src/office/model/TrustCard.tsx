import { IconArrowDown, IconArrowUp, IconTilde } from '@tabler/icons-react';
import type { Comparison, LookBack } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';

/** The blend beside the rule of thumb that does best, count by count. */
export function TrustCard({ back }: { back: LookBack }) {
  const { t, f } = useI18n();
  const all = [...back.compared, ...back.spend_compared];
  const alike = all.filter((one) => !one.told_apart).length;
  const better = all.filter((one) => one.told_apart && one.gain >= 0).length;
  return (
    <Card
      span={5}
      title={t.model.trustTitle}
      finding={t.model.trustFinding(better, alike, all.length)}
      explain={
        <Explain
          subject={t.model.trustTitle}
          definition={t.model.explainTrust}
          population={t.common.customers(back.customers)}
          date={back.origins.map((origin) => f.day(origin.day)).join(' · ')}
        />
      }
    >
      <Counts title={t.model.purchasesHead} counts={back.compared} />
      <Counts title={t.model.spendHead} counts={back.spend_compared} />
    </Card>
  );
}

function Counts({ title, counts }: { title: string; counts: Comparison[] }) {
  const { t, f } = useI18n();
  if (counts.length === 0) return null;
  const write = (one: Comparison, value: number) => {
    if (one.measure === 'bias' || one.measure === 'top_tenth') return f.sharePoint(value);
    return one.measure === 'rank_correlation' ? f.twoDecimals(value) : f.figure(value);
  };
  return (
    <>
      <h3>{title}</h3>
      <ul className="verdict-list" aria-label={title}>
        {counts.map((one) => (
          <li key={one.measure}>
            {!one.told_apart ? (
              <IconTilde size={16} stroke={1.8} aria-hidden />
            ) : one.gain >= 0 ? (
              <IconArrowUp size={16} stroke={1.8} className="gain" aria-hidden />
            ) : (
              <IconArrowDown size={16} stroke={1.8} className="loss" aria-hidden />
            )}
            <span>
              {!one.told_apart ? t.model.alike : one.gain >= 0 ? t.model.better : t.model.worse}{' '}
              {t.model.measures[one.measure]}
              {t.common.colon}{' '}
              <span className="number">
                {t.model.against(write(one, one.blend), write(one, one.naive), t.model.rules[one.rule] ?? one.rule)}
              </span>
              {!one.told_apart &&
                one.standard_error != null &&
                t.model.apart(f.figure(Math.abs(one.blend - one.naive)), f.figure(one.standard_error))}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
