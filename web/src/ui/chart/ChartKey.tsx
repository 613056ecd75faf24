import './ChartKey.css';

interface Props {
  came: string;
  told: string;
  /** Whether the lines are amounts over time, in the colours of values. */
  isValue?: boolean;
}

/** Which line is which: what came is drawn through, what was foretold is dashed. */
export function ChartKey({ came, told, isValue = false }: Props) {
  return (
    <ul className={isValue ? 'chart-key value' : 'chart-key'} aria-hidden>
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
