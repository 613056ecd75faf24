import { expect, it } from 'vitest';
import { withoutUnknown } from './table';

it('leaves out columns of which nothing is known, and keeps words to the left', () => {
  const table = {
    head: ['Customer', 'Level', 'Owner', 'Amount', 'Share'],
    body: [
      ['–', '–', 'Paul', 3, '–'],
      ['Ana', '–', '–', '–', '–'],
    ],
    texts: [1, 2],
  };
  expect(withoutUnknown(table)).toEqual({
    head: ['Customer', 'Owner', 'Amount'],
    body: [
      ['–', 'Paul', 3],
      ['Ana', '–', '–'],
    ],
    texts: [1],
  });
});

it('keeps all columns of a table without rows', () => {
  expect(withoutUnknown({ head: ['Customer', 'Level'], body: [] }).head).toEqual(['Customer', 'Level']);
});
