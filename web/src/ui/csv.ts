/** A small table as a CSV file, for the tables that the page itself made of one answer. */

/** Lines of values as the rest of the product writes CSV: commas, quotes where they are needed, a mark for UTF-8. */
export function csvText(head: string[], rows: (string | number | null | undefined)[][]): string {
  const cell = (value: string | number | null | undefined) => {
    const text = value == null ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** Hands the browser a file to keep. */
export function saveCsv(name: string, head: string[], rows: (string | number | null | undefined)[][]): void {
  const file = new Blob(['\ufeff', csvText(head, rows)], { type: 'text/csv;charset=utf-8' });
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
