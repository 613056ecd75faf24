import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import type { Customer } from '../../api/contract';
import { customerQuery } from '../../api/customers';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { Load } from '../Load';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { LinkButton } from '../shell/LinkButton';
import { Account } from './account/Account';
import { AssetBadges } from './account/AssetBadges';
import { Accounts } from './Accounts';
import { CustomerFigures } from './CustomerFigures';
import { CustomerHeader } from './CustomerHeader';
import { Details } from './Details';
import { Monthly } from './Monthly';
import { Outlook } from './outlook/Outlook';
import { PaymentBehaviour } from './PaymentBehaviour';
import { Serving } from './serving/Serving';
import { Timeline } from './timeline/Timeline';
import './customer.css';

const route = getRouteApi('/office/customers/$id');

/** One customer on one screen: what he is worth, what is known of him, all that happened. */
export function CustomerPage() {
  const { t } = useI18n();
  const { rights } = useSession();
  const { id } = route.useParams();
  const query = useQuery(customerQuery(id));
  return (
    <>
      <PageHeader title={query.data?.name ?? t.customer.back} before={<Back />}>
        {rights.margin && query.data && <Show id={id} />}
      </PageHeader>
      <Load
        query={query}
        blocks={[60, 72, 420]}
        wayOut={
          <LinkButton {...paths.customers()} variant="default">
            {t.customer.back}
          </LinkButton>
        }
      >
        {(customer) => <Content key={customer.id} id={id} customer={customer} />}
      </Load>
    </>
  );
}

function Content({ id, customer }: { id: string; customer: Customer }) {
  const { rights } = useSession();
  const { show } = route.useSearch();
  const isAccount = rights.margin && show === 'account';
  return (
    <>
      <CustomerHeader customer={customer} />
      {rights.margin && <AssetBadges customer={customer} />}
      <CustomerFigures customer={customer} />
      {isAccount ? <Account id={id} /> : <Story id={id} customer={customer} />}
    </>
  );
}

/** What is known of the customer, what happened, and what to expect. */
function Story({ id, customer }: { id: string; customer: Customer }) {
  const { rights } = useSession();
  return (
    <div className="customer-columns">
      <Details attributes={customer.attributes} />
      <Timeline id={id} counts={customer.counts} />
      <aside className="customer-side">
        <Outlook id={id} customer={customer} />
        {rights.margin && <Serving id={id} customer={customer} />}
        <Monthly customer={customer} />
        <PaymentBehaviour customer={customer} />
        <Accounts records={customer.records} />
      </aside>
    </div>
  );
}

/** The story or the account: the address says which. */
function Show({ id }: { id: string }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { show } = route.useSearch();
  return (
    <SegmentedControl
      aria-label={t.account.show}
      value={show === 'account' ? 'account' : 'timeline'}
      onChange={(chosen) => void navigate({ ...paths.customer(id), search: chosen === 'account' ? { show: chosen } : {}, replace: true })}
      data={[
        { value: 'timeline', label: t.account.timeline },
        { value: 'account', label: t.account.account },
      ]}
    />
  );
}

/** Back to the same list, with its filter and its place; to the whole list for who came straight here. */
function Back() {
  const { t } = useI18n();
  const router = useRouter();
  const goBack = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!plain || !router.history.canGoBack()) return;
    event.preventDefault();
    router.history.back();
  };
  return (
    <>
      <a href="/customers" className="quiet customer-back" onClick={goBack}>
        {t.customer.back}
      </a>
      <IconChevronRight size={14} className="quiet" aria-hidden />
    </>
  );
}
