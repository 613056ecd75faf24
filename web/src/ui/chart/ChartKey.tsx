import './ChartKey.css';

interface Props {
  came: string;
  told: string;
  /** Points of the first line that rest on little, drawn in dots. */
  early?: string;
  /** Whether the lines are amounts over time, in the colours of values. */
  isValue?: boolean;
}

/** Which line is which: what came is drawn through, what was foretold is dashed. */
export function ChartKey({ came, told, early, isValue = false }: Props) {
  return (
    <ul className={isValue ? 'chart-key value' : 'chart-key'} aria-hidden>
      <li>
        <span className="came" />
        {came}
      </li>
      {early && (
        <li>
          <span className="early" />
          {early}
        </li>
      )}
      <li>
        <span className="told" />
        {told}
      </li>
    </ul>
  );
}
