import { NativeSelect } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { BESIDE_BYS, besideQuery, SPENDINGS } from '../../api/accounts';
import type { BesideRow, SpentBeside } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import '../../ui/PeriodChoice.css';
import { Rows } from '../../ui/Rows';
import { partName } from '../equity/parts';
import { Load } from '../Load';
import { paths } from '../paths';
import { askedMonths } from './months';
import { activityName } from './names';

/** What was spent on customers beside what they brought: told as what goes together, never as what made what. */
export function BesideCard() {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/activities' });
  const navigate = useNavigate();
  const by = BESIDE_BYS.find((one) => one === search.by) ?? 'level';
  const asked = SPENDINGS.find((one) => one === search.spent);
  const query = useQuery({ ...besideQuery(by, asked, askedMonths(search)), placeholderData: keepPreviousData });
  const given = query.data ?? undefined;
  const choose = (part: { by?: string; spent?: string }) =>
    void navigate({ ...paths.activities({ ...search, ...part }), replace: true, resetScroll: false });
  return (
    <Card
      title={t.activities.beside}
      finding={given && finding(given, t, f)}
      explain={
        <Explain
          subject={t.activities.beside}
          definition={t.activities.explainBeside}
          certainty={t.activities.noEffect}
          method={t.activities.methodBeside}
          date={given && `${f.day(given.from)} – ${f.day(given.until)}`}
          population={given && t.common.customers(given.total.customers)}
        />
      }
    >
      <div className="period-choice beside-choice">
        <label>
          <span>{t.activities.by}</span>
          <NativeSelect
            value={by}
            onChange={(event) => choose({ by: event.currentTarget.value })}
            data={BESIDE_BYS.map((one) => ({ value: one, label: t.activities.besideBy[one] ?? one }))}
          />
        </label>
        <label>
          <span>{t.activities.spentAs}</span>
          <NativeSelect
            value={asked ?? given?.spent ?? 'investment'}
            onChange={(event) => choose({ spent: event.currentTarget.value })}
            data={SPENDINGS.map((one) => ({ value: one, label: t.activities.spendings[one] ?? t.activities.line[one] ?? one }))}
          />
        </label>
      </div>
      <Load query={query} blocks={[200]}>
        {(told) => (told ? <Told told={told} /> : <p className="quiet small">{t.activities.nothingSpent}</p>)}
      </Load>
    </Card>
  );
}

function Told({ told }: { told: SpentBeside }) {
  const { t, f } = useI18n();
  if (told.total.reached === 0) return <p className="quiet small">{t.activities.nothingSpent}</p>;
  const shown = told.by === 'activity' ? told.rows.filter((row) => row.reached > 0) : told.rows;
  return (
    <>
      <Rows label={t.activities.beside} tall>
        <PlainTable
          label={t.activities.beside}
          table={{
            texts: [8],
            head: [
              t.activities.besideBy[told.by] ?? told.by,
              t.activities.customersHead,
              t.activities.reachedHead,
              t.activities.spentHead,
              t.activities.broughtHead,
              t.activities.perReachedHead,
              t.activities.perOtherHead,
              t.activities.correlationHead,
              t.activities.groupHead,
            ],
            body: [
              ...shown.map((row) => [<Name key="name" by={told.by} row={row} />, ...figures(row, t, f)]),
              // By activity the same customers stand in every row.
              ...(told.by === 'activity'
                ? []
                : [[t.activities.totalHead, ...figures(told.total, t, f)].map((cell, key) => <strong key={key}>{cell}</strong>)]),
            ],
          }}
        />
      </Rows>
      <p className="quiet small beside-note">{t.activities.noEffect}</p>
    </>
  );
}

function Name({ by, row }: { by: string; row: BesideRow }) {
  const { t } = useI18n();
  const name =
    by === 'class'
      ? row.key.toUpperCase() || t.common.unknown
      : by === 'activity'
        ? activityName(row.key, t)
        : partName(by, row.key, t);
  if (!row.filter) return name;
  return (
    <Link {...paths.customers(row.filter)} className="link">
      {name}
    </Link>
  );
}

function figures(row: BesideRow, t: Messages, f: Formats) {
  const { correlation: found } = row;
  return [
    f.number(row.customers),
    f.number(row.reached),
    f.money(row.spent),
    f.money(row.brought),
    row.brought_per_reached ? f.money(row.brought_per_reached) : '–',
    row.brought_per_other ? f.money(row.brought_per_other) : '–',
    found ? (
      <>
        {f.twoDecimals(found.value)}
        <small className="quiet activity-span">
          {t.activities.bounds(f.twoDecimals(found.lo95), f.twoDecimals(found.hi95))}
          {', '}
          {t.activities.readings[found.reading] ?? found.reading}
        </small>
      </>
    ) : (
      <>
        –
        <small className="quiet activity-span">{row.no_correlation && (t.activities.noCorrelation[row.no_correlation] ?? '')}</small>
      </>
    ),
    <small key="group" className="quiet">
      {t.activities.noGroup[row.no_comparable_group] ?? row.no_comparable_group}
    </small>,
  ];
}

function finding({ total, acquire_and_keep: both }: SpentBeside, t: Messages, f: Formats): string {
  const spent = t.activities.besideFinding(f.moneyCompact(total.spent), t.common.customers(total.reached));
  const acquire = both.per_new_customer && t.activities.acquireEach(f.money(both.per_new_customer));
  const keep = both.per_active_customer && t.activities.keepEach(f.money(both.per_active_customer));
  return [spent, acquire, keep].filter(Boolean).join(' ');
}
