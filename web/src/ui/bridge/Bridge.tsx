import { Link, type LinkOptions } from '@tanstack/react-router';
import type { CSSProperties, ReactNode } from 'react';
import './Bridge.css';
import { breakable, bridgeScale, type BridgeBar } from './bridge';

export interface BridgeLine {
  name: string;
  label: string;
  kind: 'total' | 'change';
  /** In units of the currency, for the drawing only. */
  amount: number;
  /** The amount as it is read, with its sign where it is a change. */
  text: string;
  /** Opens what the line is made of. */
  link?: LinkOptions;
  /** What the link does, for readers who do not see the drawing. */
  linkLabel?: string;
}

interface Props {
  /** What is drawn, for readers who do not see it. */
  label: string;
  lines: BridgeLine[];
  /** Writes a number along the axis. */
  tick: (value: number) => string;
  /** Says where a cut axis starts. */
  cutNote: (value: string) => string;
  height?: number;
}

/** A statement as bars from opening to closing: upright where there is room, lying where there is none. */
export function Bridge({ label, lines, tick, cutNote, height = 280 }: Props) {
  const { bars, ticks, cutAt } = bridgeScale(lines);
  return (
    <div className="bridge" style={{ '--bridge-height': `${height}px`, '--bridge-row': `${Math.floor(height / lines.length)}px` } as CSSProperties}>
      <div className="bridge-frame">
        <div className="bridge-axis number" aria-hidden>
          {ticks.map(({ value, place }) => (
            <span key={value} style={{ '--place': place } as CSSProperties}>
              {tick(value)}
            </span>
          ))}
        </div>
        <ol className="bridge-bars" aria-label={label}>
          {lines.map((line, at) => (
            <li key={line.name}>
              <Step line={line} bar={bars[at]!} last={at === lines.length - 1} />
            </li>
          ))}
        </ol>
      </div>
      {cutAt !== null && <p className="quiet small number bridge-note">{cutNote(tick(cutAt))}</p>}
    </div>
  );
}

function Step({ line, bar, last }: { line: BridgeLine; bar: BridgeBar; last: boolean }) {
  const tone = line.kind === 'total' ? 'total' : line.amount < 0 ? 'down' : 'up';
  const style = { '--from': bar.from, '--to': bar.to, '--level': bar.level } as CSSProperties;
  const inside = (
    <>
      <span className="bridge-track" style={style}>
        <span className={`bridge-bar ${tone}`} />
        <span className="bridge-amount number">{line.text}</span>
        {!last && <span className="bridge-link" />}
      </span>
      <span className="bridge-label">{breakable(line.label)}</span>
    </>
  );
  if (!line.link) return <Plain>{inside}</Plain>;
  return (
    <Link {...line.link} className="bridge-step" aria-label={line.linkLabel}>
      {inside}
    </Link>
  );
}

function Plain({ children }: { children: ReactNode }) {
  return <span className="bridge-step">{children}</span>;
}
