const format = new Intl.NumberFormat('fr-FR');

/** A count with its noun; in French zero is singular too: « 0 client », « 2 clients ». */
export function counted(count: number, one: string, other: string): string {
  return `${format.format(count)}\u00a0${Math.abs(count) < 2 ? one : other}`;
}
