import './ProgressLine.css';

/** A thin line at the top of a panel whose data are being fetched again; the old ones stay. */
export function ProgressLine({ active }: { active: boolean }) {
  return <div className={active ? 'progress-line active' : 'progress-line'} aria-hidden />;
}
