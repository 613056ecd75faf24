import type { Coherence, CoherenceCell } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { HeatTable } from '../../ui/heat/HeatTable';
import type { HeatCell } from '../../ui/heat/HeatTable';
import { LEVELS, levelNumber } from '../../ui/LevelBadge';
import { paths } from '../paths';
import './coherence.css';
import { deltaText, populationText, sideOf, strengthOf, toneOf } from './matrix';

interface Props {
  coherence: Coherence;
  span?: number;
  compact?: boolean;
}

/** Five levels of value by five of investment; each cell opens its customers. */
export function MatrixCard({ coherence, span = 7, compact = false }: Props) {
  const { t, f } = useI18n();
  const { cells, rules } = coherence;
  const columns = [...LEVELS].reverse();
  const at = (row: number, column: number) =>
    cells.find((cell) => cell.value_level === LEVELS[row] && cell.investment_level === columns[column]);
  const finding = matrixFinding(coherence, compact, t, f);
  return (
    <Card
      span={span}
      title={t.coherence.matrix}
      finding={finding}
      explain={
        <Explain
          subject={t.coherence.matrix}
          definition={t.coherence.explainMatrix}
          method={t.coherence.methodMatrix}
          date={coherence.as_of ? f.day(coherence.as_of) : undefined}
          population={populationText(coherence, t)}
        />
      }
      table={{
        head: [
          t.coherence.value,
          t.coherence.investment,
          t.coherence.deltaHead,
          t.coherence.customersHead,
          t.coherence.valueHead,
          t.coherence.investedHead,
          t.coherence.contributionHead,
        ],
        body: cells.map((cell) => [
          t.common.level[cell.value_level],
          t.common.level[cell.investment_level],
          deltaText(cell.delta),
          f.number(cell.customers),
          f.money(cell.value),
          f.money(cell.invested),
          f.money(cell.contribution),
        ]),
      }}
    >
      <HeatTable
        label={`${t.coherence.matrix} ${finding}`}
        rows={LEVELS.map((level) => ({ key: level, label: String(levelNumber(level)), title: t.common.level[level] }))}
        columns={columns.map((level) => ({
          key: level,
          label: String(levelNumber(level)),
          title: t.common.level[level],
        }))}
        rowAxis={t.coherence.valueAxis}
        columnAxis={t.coherence.investmentAxis}
        cell={(row, column) => heatCell(at(row, column), rules.least_delta, t, f)}
        compact={compact}
      />
      <Key />
    </Card>
  );
}

function heatCell(cell: CoherenceCell | undefined, leastDelta: number, t: Messages, f: Formats): HeatCell {
  if (!cell) return { main: '–', tone: 'none', strength: 0, label: '–' };
  const tone = toneOf(cell.delta, leastDelta);
  const label = t.coherence.cell(
    t.common.level[cell.value_level],
    t.common.level[cell.investment_level],
    t.common.customers(cell.customers),
    f.moneyCompact(cell.value),
    f.moneyCompact(cell.invested),
    meaning(tone, t),
  );
  if (cell.customers === 0) return { main: '0', tone: 'none', strength: 0, label };
  return {
    main: f.numberShort(cell.customers),
    detail: f.moneyCompact(cell.value),
    mark: deltaText(cell.delta),
    tone,
    strength: strengthOf(cell.delta, leastDelta),
    label,
    link: paths.customers(cell.filter),
  };
}

function meaning(tone: ReturnType<typeof toneOf>, t: Messages): string {
  return tone === 'down' ? t.coherence.under : tone === 'up' ? t.coherence.over : t.coherence.even;
}

function matrixFinding(coherence: Coherence, short: boolean, t: Messages, f: Formats): string {
  const { cells, currency, rules } = coherence;
  const under = sideOf(cells, 'under', rules.least_delta, currency);
  const over = sideOf(cells, 'over', rules.least_delta, currency);
  const said = [
    under.customers > 0
      ? t.coherence.matrixUnder(under.customers, rules.least_delta, f.moneyCompact(under.value))
      : t.coherence.matrixFine,
  ];
  if (over.customers > 0 && !short) {
    said.push(t.coherence.matrixOver(over.customers, rules.least_delta, f.moneyCompact(over.invested)));
  }
  return said.join(' ');
}

function Key() {
  const { t } = useI18n();
  return (
    <ul className="matrix-key" aria-label={t.coherence.legend}>
      <li>
        <i className="under" aria-hidden />
        {t.coherence.under}
      </li>
      <li>
        <i className="even" aria-hidden />
        {t.coherence.even}
      </li>
      <li>
        <i className="over" aria-hidden />
        {t.coherence.over}
      </li>
      <li className="quiet">{t.coherence.gapSign}</li>
    </ul>
  );
}
