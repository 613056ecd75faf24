import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/contract';
import { columnsForAddress, moved, readColumns, resized, usualColumns } from './columns';
import { fitted } from './fitted';
import { clicked, printSort, readSort } from './sort';

const field = (name: string, width: number, usual: boolean): Field => ({
  name,
  type: 'text',
  sortable: true,
  filterable: true,
  default_column: usual,
  comparisons: ['=', '~'],
  measure: name,
  width,
});
const fields = [field('name', 240, true), field('level', 130, true), field('city', 120, false)];

describe('the columns of an address', () => {
  it('are the usual ones when it names none, and then the address stays short', () => {
    expect(readColumns(undefined, fields).map((column) => column.name)).toEqual(['name', 'level']);
    expect(columnsForAddress(usualColumns(fields), fields)).toBeUndefined();
  });

  it('come in their order and width; unknown and repeated ones are passed over', () => {
    expect(readColumns('city,past_margin:90,name:300,city:5', fields)).toEqual([
      { name: 'city', width: 120 },
      { name: 'name', width: 300 },
    ]);
  });

  it('can be moved and resized within reason', () => {
    const columns = readColumns('name:240,level:130,city:120', fields);
    expect(columnsForAddress(moved(columns, 2, 0), fields)).toBe('city:120,name:240,level:130');
    expect(columnsForAddress(moved(columns, 0, 9), fields)).toBe('level:130,city:120,name:240');
    expect(resized(columns, 'name', 4).find((column) => column.name === 'name')?.width).toBe(60);
  });
});

describe('the width of the list', () => {
  it('gives way a little, so that no column is cut, and not so much that headers are', () => {
    const columns = readColumns('name:240,level:160', fields);
    const habits = { firm: new Set(['level']), numbers: new Set<string>() };
    expect(fitted(columns, 400, habits)).toEqual([
      { name: 'name', width: 200 },
      { name: 'level', width: 160 },
    ]);
    expect(fitted(columns, 300, habits)).toBe(columns);
  });

  it('give the room that is left to the name, and numbers give way first', () => {
    const columns = readColumns('name:200,level:100,city:100', fields);
    const habits = { firm: new Set<string>(), numbers: new Set(['level']) };
    const widths = (available: number) => fitted(columns, available, habits).map((column) => column.width);
    expect(widths(640)).toEqual([400, 100, 100]);
    expect(widths(400)).toEqual([195, 75, 90]);
  });
});

describe('a click on a column', () => {
  const click = (sort: string, name: string, add = false, largestFirst = true) =>
    printSort(clicked(readSort(sort), name, add, largestFirst));

  it('sorts by it, then turns it round, then leaves the usual order', () => {
    expect(click('-expected_value,name', 'past_revenue')).toBe('-past_revenue');
    expect(click('-past_revenue', 'past_revenue')).toBe('past_revenue');
    expect(click('past_revenue', 'past_revenue')).toBe('');
    expect(readSort('')).toEqual(readSort('-expected_value,name'));
  });

  it('begins with the smallest where that is what people look for', () => {
    expect(click('-past_revenue', 'name', false, false)).toBe('name');
  });

  it('keeps the others with Shift, four at most', () => {
    expect(click('-level', 'name', true, false)).toBe('-level,name');
    expect(click('-level,name', 'level', true)).toBe('level,name');
    expect(click('a,b,c,d', 'e', true)).toBe('a,b,c,-e');
  });
});
