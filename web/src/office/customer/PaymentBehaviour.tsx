import type { Customer } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

const ON_TIME_DAYS = 0.5;

/** What is open, what is overdue, and how late the customer usually pays. */
export function PaymentBehaviour({ customer }: { customer: Customer }) {
  const { t, f } = useI18n();
  const { payment } = customer;
  return (
    <section aria-labelledby="payment-title">
      <h2 id="payment-title">{t.customer.payment}</h2>
      {!payment ? (
        <p className="quiet small">{t.customer.noPayment}</p>
      ) : (
        <dl className="pairs number">
          <div>
            <dt>{t.customer.paymentOpen}</dt>
            <dd>{f.money(payment.open)}</dd>
          </div>
          <div>
            <dt>{t.customer.paymentOverdue}</dt>
            <dd className={Number(payment.overdue.amount) > 0 ? 'loss' : undefined}>{f.money(payment.overdue)}</dd>
          </div>
          {payment.late_days_mean != null && (
            <div>
              <dt>{t.customer.paymentLate}</dt>
              <dd>
                <Late days={payment.late_days_mean} />
              </dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}

function Late({ days }: { days: number }) {
  const { t, f } = useI18n();
  if (Math.abs(days) < ON_TIME_DAYS) return t.customer.paymentOnTime;
  if (days < 0) return t.customer.paymentEarly(-days, f.decimal(-days));
  return t.customer.paymentDays(days, f.decimal(days));
}
