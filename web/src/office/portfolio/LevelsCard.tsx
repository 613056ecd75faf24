import { Link } from '@tanstack/react-router';
import type { LevelShare, Portfolio } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { levelNumber } from '../../ui/LevelBadge';
import { paths } from '../paths';
import './LevelsCard.css';

/** The five levels as bars of expected value; each opens its customers. */
export function LevelsCard({ portfolio }: { portfolio: Portfolio }) {
  const { t, f } = useI18n();
  const { levels } = portfolio;
  const amount = (share: LevelShare) => Number(share.value.amount);
  const whole = levels.reduce((sum, share) => sum + amount(share), 0);
  const largest = Math.max(...levels.map(amount), 1);
  const part = (share: LevelShare) => (whole > 0 ? amount(share) / whole : 0);
  const top = levels[0];
  return (
    <Card
      span={5}
      title={t.portfolio.levels}
      finding={
        top && whole > 0
          ? t.portfolio.levelsFinding(f.share(part(top)), t.common.customers(top.customers))
          : t.portfolio.levelsNone
      }
      explain={
        <Explain
          subject={t.portfolio.levels}
          definition={t.portfolio.explainLevels}
          date={portfolio.as_of ? f.day(portfolio.as_of) : undefined}
          population={t.common.customers(portfolio.model?.customers ?? portfolio.customers)}
        />
      }
      table={
        levels.length > 0
          ? {
              head: [
                t.portfolio.levelHead,
                t.portfolio.customersKpi,
                t.portfolio.valueHead,
                t.portfolio.shareHead,
                t.portfolio.revenueHead,
              ],
              body: levels.map((share) => [
                t.common.level[share.level],
                f.number(share.customers),
                f.money(share.value),
                f.share(part(share)),
                f.money(share.past_revenue),
              ]),
            }
          : undefined
      }
    >
      <ul className="levels number">
        {levels.map((share) => (
          <li key={share.level}>
            <LevelBar share={share} width={Math.max(0, amount(share) / largest)} part={part(share)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface BarProps {
  share: LevelShare;
  /** Of the longest bar, from 0 to 1. */
  width: number;
  /** Of the whole expected value. */
  part: number;
}

function LevelBar({ share, width, part }: BarProps) {
  const { t, f } = useI18n();
  const word = t.common.level[share.level];
  const customers = t.common.customers(share.customers);
  return (
    <Link
      {...paths.customers(share.filter)}
      className="level-bar"
      aria-label={t.portfolio.openLevel(word, `${customers}, ${f.money(share.value)}`)}
    >
      <span className="level-bar-text">
        <strong>{word}</strong>
        <span className="quiet">{customers}</span>
        <span className="grow" />
        <strong>{f.money(share.value)}</strong>
        <span className="quiet level-bar-part">{f.share(part)}</span>
      </span>
      <span className="level-bar-track" aria-hidden>
        <span style={{ width: `${width * 100}%`, background: `var(--level-${levelNumber(share.level)})` }} />
      </span>
    </Link>
  );
}
