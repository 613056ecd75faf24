import type { ReactNode } from 'react';
import './state.css';

interface Props {
  /** What is not here. */
  title: string;
  /** What it is for, in one sentence. */
  hint?: string;
  /** One thing to do about it. */
  children?: ReactNode;
}

/** An empty page or panel: what it is for and how to fill it. */
export function Empty({ title, hint, children }: Props) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {hint && <p className="state-hint">{hint}</p>}
      {children && <div className="state-actions">{children}</div>}
    </div>
  );
}
