const MOST_ROWS = 12;

interface Props {
  label: string;
  columns: string[];
  rows: string[][];
}

/** The first rows of the file, as they are read now. */
export function SampleTable({ label, columns, rows }: Props) {
  return (
    <div className="file-table" tabIndex={0} role="region" aria-label={label}>
      <table className="plain">
        <caption>{label}</caption>
        <thead>
          <tr>
            {columns.map((column, place) => (
              <th key={place} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row, key) => (
            <tr key={key}>
              {columns.map((_, place) => (
                <td key={place}>{row[place] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
