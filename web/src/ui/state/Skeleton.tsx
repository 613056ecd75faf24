import { useI18n } from '../../i18n/I18n';
import './state.css';

interface Props {
  /** Heights of the blocks, in the shape of what is coming. */
  blocks: number[];
}

/** The shape of a page before its first data; not shown when they come at once. */
export function Skeleton({ blocks }: Props) {
  const { t } = useI18n();
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{t.common.loading}</span>
      {blocks.map((height, place) => (
        <div key={place} style={{ height }} />
      ))}
    </div>
  );
}
