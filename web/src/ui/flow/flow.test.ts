import { describe, expect, it } from 'vitest';
import { bandPath, drawFlows, type Flow } from './flow';

const flows: Flow[] = [
  { from: 0, to: 0, count: 60 },
  { from: 0, to: 1, count: 20 },
  { from: 1, to: 0, count: 5 },
  { from: 1, to: 1, count: 15 },
];

describe('a drawing of moves', () => {
  it('gives each group the room of its customers on both sides', () => {
    const { left, right } = drawFlows(flows, 2, 2);
    expect(left.map((node) => node.count)).toEqual([80, 20]);
    expect(right.map((node) => node.count)).toEqual([65, 35]);
    expect(left[0]!.height / left[1]!.height).toBeCloseTo(4);
    expect(left[1]!.top + left[1]!.height).toBeCloseTo(1);
  });

  it('fills a group with its bands, one under the other', () => {
    const { left, right, bands } = drawFlows(flows, 2, 2);
    for (const [side, edge, list] of [['from', 'left', left], ['to', 'right', right]] as const) {
      list.forEach((node, group) => {
        const own = bands.filter((band) => band[side] === group).sort((a, b) => a[edge] - b[edge]);
        let at = node.top;
        for (const band of own) {
          expect(band[edge]).toBeCloseTo(at);
          at += band.thickness;
        }
        expect(at).toBeCloseTo(node.top + node.height);
      });
    }
  });

  it('draws nothing where nobody moved', () => {
    expect(drawFlows([], 4, 4).bands).toEqual([]);
    expect(drawFlows([{ from: 0, to: 1, count: 0 }], 2, 2).bands).toEqual([]);
  });

  it('leads from the left edge to the right one', () => {
    const path = bandPath({ from: 0, to: 1, count: 1, left: 0, right: 0.5, thickness: 0.1 }, 100, 200);
    expect(path).toMatch(/^M0,0 C50,0 50,100 100,100 L100,120 /);
    expect(path).toMatch(/0,20 Z$/);
  });
});
