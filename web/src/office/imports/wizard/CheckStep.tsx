import { useQuery } from '@tanstack/react-query';
import { checkQuery } from '../../../api/imports';
import type { Check, CheckedRow, CheckProblem, EntryPart, Upload } from '../../../api/contract';
import type { Formats } from '../../../i18n/formats';
import { useI18n } from '../../../i18n/I18n';
import { saidText, sentence } from '../../../i18n/saidText';
import { Load } from '../../Load';
import type { Draft } from './draft';
import { StepFrame } from './StepFrame';

interface Props {
  upload: Upload;
  draft: Draft;
  onBack: () => void;
  onNext: () => void;
}

/** The first rows read with these settings: what is wrong, cell by cell, and how the good ones are understood. */
export function CheckStep({ upload, draft, onBack, onNext }: Props) {
  const { t } = useI18n();
  const query = useQuery(checkQuery(String(upload.id), draft.mapping));
  return (
    <StepFrame
      title={t.imports.checkTitle}
      hint={query.data ? undefined : t.imports.checking}
      onBack={onBack}
      onNext={onNext}
      busy={query.isPending}
    >
      <Load query={query} blocks={[40, 260]}>
        {(check) => <Findings check={check} columns={draft.guess.columns.map((column) => column.name)} />}
      </Load>
    </StepFrame>
  );
}

function Findings({ check, columns }: { check: Check; columns: string[] }) {
  const { t, f } = useI18n();
  return (
    <>
      <p role="status">
        {check.invalid > 0
          ? t.imports.checkFinding(check.rows_checked, f.number(check.invalid))
          : t.imports.checkClean(check.rows_checked)}{' '}
        {check.without_customer > 0 && t.imports.withoutCustomer(check.without_customer)}
      </p>
      {check.rows.some((row) => row.problems.length > 0) && (
        <>
          <p className="step-note">{t.imports.badRowsHint}</p>
          <BadRows rows={check.rows.filter((row) => row.problems.length > 0)} columns={columns} />
        </>
      )}
      {check.entries.length > 0 && <Understood check={check} />}
    </>
  );
}

function BadRows({ rows, columns }: { rows: CheckedRow[]; columns: string[] }) {
  const { t, f } = useI18n();
  return (
    <div className="file-table" tabIndex={0} role="region" aria-label={t.imports.problemHead}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col" className="right">
              {t.imports.rowHead}
            </th>
            <th scope="col">{t.imports.problemHead}</th>
            {columns.map((column, place) => (
              <th key={place} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row} className="bad">
              <td className="right number">{f.number(row.row)}</td>
              <td className="problems">
                {row.problems.map((problem, place) => (
                  <Problem key={place} problem={problem} />
                ))}
              </td>
              {columns.map((column, place) => {
                const problem = row.problems.find((one) => one.column === column);
                return (
                  <td key={place} className={problem ? 'bad-cell' : undefined}>
                    {row.cells[place] || (problem ? '∅' : '')}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Problem({ problem }: { problem: CheckProblem }) {
  const { t } = useI18n();
  const { cause, remedy } = saidText(problem.said, t) ?? problem;
  return (
    <span>
      {problem.column && <span className="quiet">{problem.column}{t.common.colon} </span>}
      {sentence(cause)} <span className="quiet">{remedy && sentence(remedy)}</span>
    </span>
  );
}

function Understood({ check }: { check: Check }) {
  const { t, f } = useI18n();
  return (
    <div className="file-table" tabIndex={0} role="region" aria-label={t.imports.goodRows}>
      <table className="plain">
        <caption>{t.imports.goodRows}</caption>
        <thead>
          <tr>
            <th scope="col" className="right">
              {t.imports.rowHead}
            </th>
            <th scope="col">{t.imports.customerHead}</th>
            <th scope="col">{t.imports.understoodHead}</th>
          </tr>
        </thead>
        <tbody>
          {check.entries.slice(0, 20).map((entry) => (
            <tr key={entry.row}>
              <td className="right number">{f.number(entry.row)}</td>
              <td>{entry.customer ?? <span className="quiet">{t.imports.nobody}</span>}</td>
              <td className="number">{entry.parts.map((part) => partText(part, f)).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Dates and amounts as the reader's language writes them. */
function partText(part: EntryPart, f: Formats): string {
  if (part.at) return f.wall(part.at);
  if (part.amount) return f.moneyExact(part.amount);
  return part.text ?? '';
}
