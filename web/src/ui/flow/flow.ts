/** Where the bands of a drawing of moves run: from the groups of one date, at the left, to those of another. */

export interface Flow {
  /** Places in the lists of groups. */
  from: number;
  to: number;
  count: number;
}

export interface FlowNode {
  /** Upper edge and height, as shares of the drawing from 0 to 1. */
  top: number;
  height: number;
  count: number;
}

export interface FlowBand extends Flow {
  /** Upper edges at the left and at the right, and the thickness, as shares of the drawing. */
  left: number;
  right: number;
  thickness: number;
}

export interface FlowDrawing {
  left: FlowNode[];
  right: FlowNode[];
  bands: FlowBand[];
}

/** Air between two groups, as a share of the drawing. */
const GAP = 0.035;

/** Lays out moves between `left` and `right` groups; both sides are drawn to one measure. */
export function drawFlows(flows: Flow[], left: number, right: number): FlowDrawing {
  const all = flows.reduce((sum, flow) => sum + flow.count, 0);
  const gaps = Math.max(left, right) - 1;
  const measure = all > 0 ? (1 - gaps * GAP) / all : 0;
  const [leaving, arriving] = [nodes(flows, left, 'from', measure), nodes(flows, right, 'to', measure)];
  const [leftAt, rightAt] = [leaving.map((node) => node.top), arriving.map((node) => node.top)];
  const order = [...flows].sort((a, b) => a.from - b.from || a.to - b.to);
  const bands = order
    .filter((flow) => flow.count > 0)
    .map((flow) => {
      const thickness = flow.count * measure;
      const band = { ...flow, thickness, left: leftAt[flow.from]!, right: 0 };
      leftAt[flow.from]! += thickness;
      return band;
    });
  for (const band of [...bands].sort((a, b) => a.to - b.to || a.from - b.from)) {
    band.right = rightAt[band.to]!;
    rightAt[band.to]! += band.thickness;
  }
  return { left: leaving, right: arriving, bands };
}

function nodes(flows: Flow[], groups: number, side: 'from' | 'to', measure: number): FlowNode[] {
  const counts = Array.from({ length: groups }, (_, group) =>
    flows.filter((flow) => flow[side] === group).reduce((sum, flow) => sum + flow.count, 0),
  );
  let top = 0;
  return counts.map((count) => {
    const node = { top, height: count * measure, count };
    top += node.height + GAP;
    return node;
  });
}

/** The outline of a band in a drawing of `width` by `height`, for an SVG path. */
export function bandPath(band: FlowBand, width: number, height: number): string {
  const [left, right, thick] = [band.left * height, band.right * height, band.thickness * height];
  const [from, middle] = [0, width / 2];
  const down = `M${from},${left} C${middle},${left} ${middle},${right} ${width},${right}`;
  const back = `L${width},${right + thick} C${middle},${right + thick} ${middle},${left + thick} ${from},${left + thick} Z`;
  return `${down} ${back}`;
}
