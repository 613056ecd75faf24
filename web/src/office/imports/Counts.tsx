import type { ImportCounts } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import './imports.css';

const PARTS = ['created', 'updated', 'unchanged', 'duplicate', 'invalid'] as const;

/** Whether every row read is accounted for. */
export function addsUp(counts: ImportCounts): boolean {
  return PARTS.reduce((sum, part) => sum + counts[part], 0) === counts.read;
}

/** The rows read and what became of each. */
export function Counts({ counts, large = false }: { counts: ImportCounts; large?: boolean }) {
  const { t, f } = useI18n();
  return (
    <dl className={large ? 'counts large number' : 'counts number'}>
      {(['read', ...PARTS] as const).map((part) => (
        <div key={part} className={counts[part] === 0 ? 'none' : part} title={t.imports.countsHint[part]}>
          <dd>{f.number(counts[part])}</dd>
          <dt>{t.imports.counts[part]}</dt>
        </div>
      ))}
    </dl>
  );
}
