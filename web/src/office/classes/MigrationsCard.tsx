import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { migrationsQuery, type Moves } from '../../api/coherence';
import type { Level, MigrationCell, Migrations } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { FlowDrawing } from '../../ui/flow/FlowDrawing';
import { HeatTable, type HeatCell } from '../../ui/heat/HeatTable';
import { levelNumber } from '../../ui/LevelBadge';
import { dayOptions, PeriodChoice } from '../../ui/PeriodChoice';
import { Load } from '../Load';
import { paths } from '../paths';
import { CLASS_LEVEL } from './ClassesCard';
import { Movers } from './Movers';
import { directionOf, NOBODY, placeName, shareOfGroup, sides } from './moves';

const KINDS: Moves['of'][] = ['class', 'value_level'];

/** Who moved between the groups of two month ends: drawn as a flow, and as a table; each number opens its customers. */
export function MigrationsCard() {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/classes' });
  const navigate = useNavigate();
  const of: Moves['of'] = search.of === 'value_level' ? 'value_level' : 'class';
  const moves: Moves = { of, from: search.from, until: search.until };
  const query = useQuery({ ...migrationsQuery(moves), placeholderData: keepPreviousData });
  const given = query.data;
  const choose = (part: Partial<Moves>) => void navigate({ ...paths.classes({ ...moves, ...part }), replace: true, resetScroll: false });
  return (
    <Card
      title={t.classes.migrations}
      finding={
        given && given.cells.length > 0
          ? t.classes.migrationsFinding(t.common.customers(given.rose), t.common.customers(given.fell), f.number(given.new), f.number(given.lost))
          : undefined
      }
      explain={
        <Explain
          subject={t.classes.migrations}
          definition={t.classes.explainMigrations}
          date={given?.from && given.until ? `${f.day(given.from)} – ${f.day(given.until)}` : undefined}
          population={given ? t.common.customers(Math.max(given.heads_before, given.heads_after)) : undefined}
        />
      }
      actions={
        <div className="migration-choice">
          <SegmentedControl
            aria-label={t.classes.of}
            value={of}
            onChange={(kind) => choose({ of: kind as Moves['of'] })}
            data={KINDS.map((kind) => ({ value: kind, label: t.classes.ofs[kind] ?? kind }))}
          />
          {given && given.days.length > 1 && <Days migrations={given} onChange={choose} />}
        </div>
      }
    >
      <Load query={query} blocks={[320]}>
        {(migrations) =>
          migrations.cells.length === 0 ? (
            <p className="quiet small">{t.classes.migrationsNone}</p>
          ) : (
            <>
              <div className="migrations">
                <Flow migrations={migrations} moves={moves} />
                <Table migrations={migrations} moves={moves} />
              </div>
              {search.before && search.after && (
                <Movers
                  key={`${search.before} ${search.after}`}
                  moves={{ of, from: migrations.from ?? undefined, until: migrations.until ?? undefined }}
                  asked={moves}
                  before={search.before}
                  after={search.after}
                />
              )}
            </>
          )
        }
      </Load>
    </Card>
  );
}

function Days({ migrations, onChange }: { migrations: Migrations; onChange: (part: Partial<Moves>) => void }) {
  const { t, f } = useI18n();
  const { days, from, until } = migrations;
  return (
    <PeriodChoice
      from={{ label: t.classes.from, value: from ?? '', options: dayOptions(days, f.day, (day) => !until || day < until) }}
      until={{ label: t.classes.until, value: until ?? '', options: dayOptions(days, f.day, (day) => !from || day > from) }}
      onChange={(part) => onChange({ from: from ?? undefined, until: until ?? undefined, ...part })}
    />
  );
}

interface PartProps {
  migrations: Migrations;
  moves: Moves;
}

function levelOf(place: string): number {
  if (place === NOBODY) return 0;
  return CLASS_LEVEL[place] ?? levelNumber(place as Level);
}

function Flow({ migrations, moves }: PartProps) {
  const { t, f } = useI18n();
  const { left, right } = sides(migrations);
  const group = (side: 'before' | 'after') => (place: string) => ({ label: placeName(place, side, t), level: levelOf(place) });
  const flows = migrations.cells
    .filter((cell) => cell.customers > 0)
    .map((cell) => ({
      from: left.indexOf(cell.from),
      to: right.indexOf(cell.until),
      count: cell.customers,
      tone: directionOf(migrations.places, cell.from, cell.until),
      label: cellLabel(cell, t),
      link: paths.classes({ ...moves, before: cell.from, after: cell.until }),
    }));
  return (
    <FlowDrawing
      label={t.classes.migrations}
      before={f.day(migrations.from)}
      after={f.day(migrations.until)}
      left={left.map(group('before'))}
      right={right.map(group('after'))}
      flows={flows}
      share={(count, all) => f.share(count / Math.max(1, all))}
      height={320}
    />
  );
}

function cellLabel(cell: MigrationCell, t: Messages): string {
  const customers = t.common.customers(cell.customers);
  return t.classes.openFlow(placeName(cell.from, 'before', t), placeName(cell.until, 'after', t), customers);
}

function Table({ migrations, moves }: PartProps) {
  const { t, f } = useI18n();
  const { left, right } = sides(migrations);
  const head = (side: 'before' | 'after') => (place: string) => ({ key: place, label: placeName(place, side, t) });
  return (
    <HeatTable
      label={t.classes.matrix}
      rows={left.map(head('before'))}
      columns={right.map(head('after'))}
      rowAxis={t.classes.rowAxis}
      columnAxis={t.classes.columnAxis}
      cell={(row, column) => {
        const cell = migrations.cells.find((one) => one.from === left[row] && one.until === right[column]);
        return cell ? heatCell(cell, migrations, moves, t, f) : { main: '', tone: 'none', strength: 0, label: '–' };
      }}
    />
  );
}

function heatCell(cell: MigrationCell, migrations: Migrations, moves: Moves, t: Messages, f: Formats): HeatCell {
  if (cell.customers === 0) return { main: '0', tone: 'none', strength: 0, label: cellLabel(cell, t) };
  const direction = directionOf(migrations.places, cell.from, cell.until);
  const share = shareOfGroup(migrations.cells, cell);
  return {
    main: f.numberShort(cell.customers),
    detail: f.share(share),
    mark: direction === 'up' ? '↑' : direction === 'down' ? '↓' : undefined,
    tone: direction,
    strength: direction === 'even' ? share / 2 : share * 2,
    label: `${cellLabel(cell, t)}${direction === 'even' ? '' : ` (${direction === 'up' ? t.classes.betterMark : t.classes.worseMark})`}`,
    link: paths.classes({ ...moves, before: cell.from, after: cell.until }),
  };
}
