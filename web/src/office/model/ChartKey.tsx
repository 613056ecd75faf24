interface Props {
  came: string;
  told: string;
}

/** Which line is which: what came is drawn through, what was foretold is dashed. */
export function ChartKey({ came, told }: Props) {
  return (
    <ul className="chart-key" aria-hidden>
      <li>
        <span className="came" />
        {came}
      </li>
      <li>
        <span className="told" />
        {told}
      </li>
    </ul>
  );
}
