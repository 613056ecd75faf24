import { Link } from '@tanstack/react-router';
import type { CataloguePreview, Money } from '../../api/contract';
import { amountOf, lessOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { paths } from '../paths';
import { activityName } from './names';

/** What a catalogue would change, on the months that are closed: totals, activities, and the customers most moved. */
export function Preview({ preview }: { preview: CataloguePreview }) {
  const { t, f } = useI18n();
  const nothing: Money = { amount: '0', currency: preview.currency };
  const row = (name: string, before: Money, after: Money) => [
    name,
    f.moneyExact(before),
    f.moneyExact(after),
    f.moneyChangeExact(lessOf(after, before)),
  ];
  const moved = preview.activities.filter((one) => amountOf(one.before) !== amountOf(one.after));
  const unpriced = preview.activities.filter((one) => one.unpriced.after > 0 || one.unpriced.before > 0);
  return (
    <div className="preview" role="status">
      <h2>{t.activities.previewTitle}</h2>
      <p className="small quiet number">
        {t.activities.previewPeriod(f.day(preview.from), f.day(preview.until))}.{' '}
        {t.activities.previewCustomers(t.common.customers(preview.customers_changed), f.number(preview.sign_changes))}
      </p>
      {preview.unpriced.after > preview.unpriced.before && (
        <p className="small loss number" role="alert">
          {t.activities.previewUnpriced(t.common.facts(preview.unpriced.after), f.number(preview.unpriced.before))}
        </p>
      )}
      <div className="preview-parts">
        <Rows label={t.activities.lineHead}>
          <PlainTable
            label={t.activities.lineHead}
            table={{
              head: [t.activities.lineHead, t.activities.beforeHead, t.activities.afterHead, t.activities.differenceHead],
              body: preview.totals
                .filter((one) => amountOf(one.before) !== amountOf(one.after) || one.line === 'contribution')
                .map((one) => row(t.activities.line[one.line] ?? one.line, one.before, one.after)),
            }}
          />
        </Rows>
        {moved.length > 0 && (
          <Rows label={t.activities.nameHead}>
            <PlainTable
              label={t.activities.nameHead}
              table={{
                head: [t.activities.nameHead, t.activities.beforeHead, t.activities.afterHead, t.activities.differenceHead],
                body: moved.map((one) => row(activityName(one.activity, t), one.before ?? nothing, one.after ?? nothing)),
              }}
            />
          </Rows>
        )}
        {unpriced.length > 0 && (
          <Rows label={t.activities.previewUnpricedHead}>
            <PlainTable
              label={t.activities.previewUnpricedHead}
              table={{
                head: [
                  t.activities.previewUnpricedHead,
                  t.activities.beforeHead,
                  t.activities.afterHead,
                  t.activities.differenceHead,
                ],
                body: unpriced.map(({ activity, unpriced: { before, after } }) => [
                  activityName(activity, t),
                  f.number(before),
                  f.number(after),
                  f.numberChange(after - before),
                ]),
              }}
            />
          </Rows>
        )}
        {preview.customers.length > 0 && (
          <Rows label={t.activities.customersHead} tall>
            <PlainTable
              label={t.activities.customersHead}
              table={{
                head: [
                  t.activities.customerHead,
                  t.activities.beforeHead,
                  t.activities.afterHead,
                  t.activities.differenceHead,
                ],
                body: preview.customers.map((one) => [
                  <Link key={one.id} {...paths.customer(one.id)} className="link">
                    {one.name}
                  </Link>,
                  f.moneyExact(one.before),
                  f.moneyExact(one.after),
                  f.moneyChangeExact(lessOf(one.after, one.before)),
                ]),
              }}
            />
          </Rows>
        )}
      </div>
    </div>
  );
}
