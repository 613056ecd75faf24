import { Link, type LinkOptions } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { bandPath, drawFlows, type Flow, type FlowNode } from './flow';
import './FlowDrawing.css';

export interface FlowGroup {
  label: string;
  /** Of the five levels' colours, 1 to 5; 0 for a group outside of them. */
  level: number;
}

export interface DrawnFlow extends Flow {
  /** Better, worse, the same, or from or to outside. */
  tone: 'up' | 'down' | 'even';
  /** Who moved from where to where, in words. */
  label: string;
  /** Opens those who moved. */
  link?: LinkOptions;
}

interface Props {
  label: string;
  /** The date of each side. */
  before: string;
  after: string;
  left: FlowGroup[];
  right: FlowGroup[];
  flows: DrawnFlow[];
  /** Writes the size of a group. */
  share: (count: number, all: number) => string;
  height?: number;
}

const WIDTH = 1000;

/** Moves between the groups of two dates as bands; each band opens its customers. */
export function FlowDrawing({ label, before, after, left, right, flows, share, height = 300 }: Props) {
  const drawing = drawFlows(flows, left.length, right.length);
  const all = flows.reduce((sum, flow) => sum + flow.count, 0);
  return (
    <div className="flow">
      <div className="flow-dates small" aria-hidden>
        <span>{before}</span>
        <span>{after}</span>
      </div>
      <div className="flow-frame" style={{ height }}>
        <Side groups={left} nodes={drawing.left} share={(count) => share(count, all)} side="left" />
        <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" role="group" aria-label={label}>
          {drawing.bands.map((band) => {
            const flow = flows.find((one) => one.from === band.from && one.to === band.to)!;
            const path = <path d={bandPath(band, WIDTH, height)} className={`flow-band ${flow.tone}`} />;
            const key = `${band.from}-${band.to}`;
            if (!flow.link) return <g key={key}>{path}</g>;
            return (
              <Link key={key} {...flow.link} className="flow-link" aria-label={flow.label}>
                <title>{flow.label}</title>
                {path}
              </Link>
            );
          })}
        </svg>
        <Side groups={right} nodes={drawing.right} share={(count) => share(count, all)} side="right" />
      </div>
    </div>
  );
}

interface SideProps {
  groups: FlowGroup[];
  nodes: FlowNode[];
  share: (count: number) => string;
  side: 'left' | 'right';
}

function Side({ groups, nodes, share, side }: SideProps) {
  return (
    <ul className={`flow-side ${side} number`}>
      {groups.map((group, place) => {
        const node = nodes[place]!;
        const style = {
          '--top': node.top,
          '--height': node.height,
          '--tint': group.level > 0 ? `var(--level-${group.level})` : 'var(--line-strong)',
        } as CSSProperties;
        if (node.count === 0) return null;
        return (
          <li key={group.label} style={style}>
            <span className="flow-label">
              <strong>{group.label}</strong> {share(node.count)}
            </span>
            <span className="flow-node" />
          </li>
        );
      })}
    </ul>
  );
}
