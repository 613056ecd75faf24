const format = new Intl.NumberFormat('en-GB');

/** A count with its noun: "1 customer", "1,204 customers". */
export function counted(count: number, one: string, other: string): string {
  return `${format.format(count)} ${count === 1 ? one : other}`;
}

/** A quantity with its noun, as shown to the tenth: "1 day", "1.2 days". */
export function measured(quantity: number, shown: string, one: string, other: string): string {
  return `${shown} ${Math.abs(Math.round(quantity * 10)) === 10 ? one : other}`;
}
