import { expect, test } from 'vitest';
import { nextPart } from './grown';

test('a list grows until its end and never asks for more at once than one answer may hold', () => {
  const asked = [50];
  while (asked.length < 5) asked.push(nextPart(asked).limit);
  expect(asked).toEqual([50, 150, 500, 500, 500]);
  expect(nextPart(asked).offset).toBe(1_700);
  expect(nextPart([0])).toEqual({ limit: 50, offset: 0 });
});
