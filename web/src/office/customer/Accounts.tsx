import type { CustomerRecord } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

/** The customer's accounts in the sources, and why they are taken for one customer. */
export function Accounts({ records }: { records: CustomerRecord[] }) {
  const { t, f } = useI18n();
  return (
    <section aria-labelledby="accounts-title">
      <h2 id="accounts-title">{t.customer.accounts}</h2>
      {records.length > 1 && <p className="quiet small">{t.customer.accountsHint}</p>}
      <ul className="accounts">
        {records.map((record) => (
          <li key={record.id}>
            <span className="account-name">
              {record.source} <span className="quiet">{record.key}</span>
            </span>
            <span className="small quiet number">
              {t.customer.rules[record.rule] ?? record.rule}
              {record.evidence && record.rule !== 'alone' && (
                <>
                  {' '}
                  <span className="account-evidence">{record.evidence}</span>
                </>
              )}
              {' · '}
              {t.customer.linkedOn(f.day(record.linked_at))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
