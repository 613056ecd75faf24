import { useQuery } from '@tanstack/react-query';
import type { Customer, CustomerOutlook } from '../../../api/contract';
import { outlookQuery } from '../../../api/customers';
import { useI18n } from '../../../i18n/I18n';
import { Load } from '../../Load';
import { BuyerOutlook } from './BuyerOutlook';
import { ProspectOutlook } from './ProspectOutlook';
import './outlook.css';

interface Props {
  id: string;
  customer: Customer;
}

/** What this customer is expected to bring, why, and what would change it; what he brought stands apart. */
export function Outlook({ id, customer }: Props) {
  const { t } = useI18n();
  const query = useQuery(outlookQuery(id));
  return (
    <section className="outlook" aria-labelledby="outlook-title">
      <h2 id="outlook-title">{t.outlook.title}</h2>
      <Load query={query} blocks={[40, 130, 120]}>
        {(outlook) => <Told customer={customer} outlook={outlook} />}
      </Load>
      <Past customer={customer} />
    </section>
  );
}

function Told({ customer, outlook }: { customer: Customer; outlook: CustomerOutlook }) {
  const { t } = useI18n();
  const { buyer, prospect } = outlook;
  if (buyer) return <BuyerOutlook customer={customer} outlook={outlook} buyer={buyer} />;
  if (prospect) return <ProspectOutlook outlook={outlook} prospect={prospect} />;
  return <p className="quiet small">{customer.past.is_elsewhere ? t.customer.reasons.other_currency : t.outlook.unknown}</p>;
}

function Past({ customer }: { customer: Customer }) {
  const { t, f } = useI18n();
  const { margin, revenue, transactions } = customer.past;
  if (transactions === 0) return null;
  return (
    <>
      <h3>{t.outlook.past}</h3>
      <p className="number">
        {margin ? t.outlook.pastMargin(f.moneyOne(margin)) : t.outlook.pastRevenue(f.moneyOne(revenue))}
      </p>
    </>
  );
}
