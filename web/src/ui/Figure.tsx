import type { ReactNode } from 'react';
import './Figure.css';

interface Props {
  label: ReactNode;
  /** Help beside the label. */
  explain?: ReactNode;
  value: ReactNode;
  /** What the value rests on: its interval, what it is part of. */
  detail?: ReactNode;
}

/** One key figure of a strip of figures. */
export function Figure({ label, explain, value, detail }: Props) {
  return (
    <div className="figure">
      <dt>
        {label} {explain}
      </dt>
      <dd className="figure-value number">{value}</dd>
      {detail && <dd className="figure-detail number">{detail}</dd>}
    </div>
  );
}
