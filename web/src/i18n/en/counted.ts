const format = new Intl.NumberFormat('en-GB');

/** A count with its noun: "1 customer", "1,204 customers". */
export function counted(count: number, one: string, other: string): string {
  return `${format.format(count)} ${count === 1 ? one : other}`;
}
