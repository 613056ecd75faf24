import type { Level } from '../api/contract';
import { useI18n } from '../i18n/I18n';
import './LevelBadge.css';

/** From the highest to the lowest, as lists and charts show them. */
export const LEVELS: Level[] = ['strategic', 'high', 'median', 'low', 'negligible'];

/** 5 for the highest, 1 for the lowest. */
export function levelNumber(level: Level): number {
  return LEVELS.length - LEVELS.indexOf(level);
}

interface Props {
  level: Level | null | undefined;
}

/** A level as five steps and a word: never by colour alone. */
export function LevelBadge({ level }: Props) {
  const { t } = useI18n();
  if (!level) return <span className="quiet">{t.common.noLevel}</span>;
  const number = levelNumber(level);
  const word = t.common.level[level];
  return (
    <span className="level-badge" title={t.common.levelOf(word, number)}>
      <span className="level-steps" aria-hidden>
        {[1, 2, 3, 4, 5].map((step) => (
          <i key={step} style={step <= number ? { background: `var(--level-${number})` } : undefined} />
        ))}
      </span>
      {word}
    </span>
  );
}
