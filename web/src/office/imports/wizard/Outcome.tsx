import type { ImportResult, RejectionCause } from '../../../api/contract';
import type { Messages } from '../../../i18n/en';
import type { Formats } from '../../../i18n/formats';
import { useI18n } from '../../../i18n/I18n';
import { saidText, sentence } from '../../../i18n/saidText';
import { addsUp, Counts } from '../Counts';

/** The counts of an import, which add up to the rows read, and the rows that were left out by reason. */
export function Outcome({ result }: { result: ImportResult }) {
  const { t, f } = useI18n();
  const extra = [
    result.returns ? t.imports.returnsCount(result.returns) : null,
    result.without_customer ? t.imports.withoutCustomerCount(result.without_customer) : null,
  ].filter(Boolean);
  const rejections = result.rejections ?? [];
  return (
    <>
      <Counts counts={result} large />
      <p className="quiet small number">
        {addsUp(result) ? t.imports.sumRule : <strong className="loss">{t.imports.sumBroken}</strong>}
        {extra.length > 0 && ` · ${extra.join(' · ')}`}
      </p>
      {rejections.length > 0 && (
        <table className="plain rejections">
          <caption>{t.imports.rejections}</caption>
          <thead>
            <tr>
              <th scope="col">{t.imports.reasonHead}</th>
              <th scope="col">{t.imports.exampleHead}</th>
              <th scope="col" className="right">
                {t.imports.countHead}
              </th>
            </tr>
          </thead>
          <tbody>
            {rejections.map((rejection) => (
              <tr key={rejection.code}>
                <td>{t.imports.reasons[rejection.code] ?? rejection.code}</td>
                <td className="quiet">{exampleText(rejection, t, f)}</td>
                <td className="right number">{f.number(rejection.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** One of the rows: where, what is wrong and what to do about it; as the server put it where this page has no words for it. */
function exampleText(rejection: RejectionCause, t: Messages, f: Formats): string {
  const text = rejection.said && saidText(rejection.said, t);
  if (!text || rejection.row == null) return t.errors.otherwise(rejection.example);
  const remedy = text.remedy && ` ${sentence(text.remedy)}`;
  return `${t.imports.inRow(f.number(rejection.row), rejection.column ?? null)}${text.cause}.${remedy}`;
}
