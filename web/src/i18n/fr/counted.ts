const format = new Intl.NumberFormat('fr-FR');

/** A count with its noun; in French zero is singular too: « 0 client », « 2 clients ». */
export function counted(count: number, one: string, other: string): string {
  return `${format.format(count)}\u00a0${Math.abs(count) < 2 ? one : other}`;
}

/** A quantity with its noun, as shown to the tenth; in French all below two is singular: « 1,9 jour », « 2 jours ». */
export function measured(quantity: number, shown: string, one: string, other: string): string {
  return `${shown}\u00a0${Math.abs(Math.round(quantity * 10)) < 20 ? one : other}`;
}
