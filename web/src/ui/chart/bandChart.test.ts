import { expect, it } from 'vitest';
import { earlyApart } from './bandChart';

it('draws what rests on little apart, up to the first point that does not', () => {
  const point = (value: number | null, isEarly: boolean) => ({ label: '', value, isEarly });
  const points = [point(9, true), point(1, true), point(4, false), point(5, false), point(null, false)];
  expect(earlyApart(points)).toEqual({
    early: [9, 1, 4, null, null],
    later: [null, null, 4, 5, null],
  });
});

it('draws one line where nothing is early, and another where all is', () => {
  const values = [{ label: '', value: 3 }, { label: '', value: 4 }];
  expect(earlyApart(values)).toEqual({ early: [null, null], later: [3, 4] });
  const young = values.map((point) => ({ ...point, isEarly: true }));
  expect(earlyApart(young)).toEqual({ early: [3, 4], later: [null, null] });
});
