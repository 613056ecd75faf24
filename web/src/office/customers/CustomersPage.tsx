import { useQuery } from '@tanstack/react-query';
import { fieldsQuery } from '../../api/customers';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { Load } from '../Load';
import { CustomerList } from './CustomerList';

/** All customers this person may see, as a list of any length. */
export function CustomersPage() {
  const { t } = useI18n();
  const query = useQuery(fieldsQuery);
  return (
    <>
      {!query.data && <PageHeader title={t.customers.title} />}
      <Load query={query} blocks={[34, 480]}>
        {(fields) => <CustomerList fields={fields} />}
      </Load>
    </>
  );
}
