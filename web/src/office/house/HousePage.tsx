import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { companyQuery, staffQuery, valuationSettingsQuery } from '../../api/house';
import type { Person } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { PageHeader } from '../../ui/PageHeader';
import { Load } from '../Load';
import { CompanyForm } from './CompanyForm';
import { LinkDialog } from './LinkDialog';
import { KnownOwners } from './KnownOwners';
import { PersonDialog } from './PersonDialog';
import { StaffTable } from './StaffTable';
import { ValuationForm } from './ValuationForm';
import './house.css';

/** What is open above the page. */
type Open = { dialog: 'invite'; owner?: string } | { dialog: 'change'; person: Person } | { dialog: 'link'; person: Person } | null;

/** The company and the people who sign in, for administrators. */
export function HousePage() {
  const { t } = useI18n();
  const company = useQuery(companyQuery);
  const valuation = useQuery(valuationSettingsQuery);
  const staff = useQuery(staffQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader title={t.house.title}>
        <Button leftSection={<IconUserPlus size={14} />} onClick={() => setOpen({ dialog: 'invite' })}>
          {t.house.invite}
        </Button>
      </PageHeader>
      <div className="house">
        <Card title={t.house.company} finding={t.house.companyHint}>
          <Load query={company} blocks={[120]}>
            {(settings) => <CompanyForm key={settings.name} company={settings} />}
          </Load>
        </Card>
        <Card title={t.house.valuation} finding={t.house.valuationHint}>
          <Load query={valuation} blocks={[120]}>
            {(settings) => <ValuationForm key={JSON.stringify(settings)} settings={settings} />}
          </Load>
        </Card>
        <Card title={t.house.staff} finding={t.house.staffHint}>
          <Load query={staff} blocks={[34, 38, 38]}>
            {(people) => (
              <StaffTable
                people={people}
                onChange={(person) => setOpen({ dialog: 'change', person })}
                onLink={(person) => setOpen({ dialog: 'link', person })}
              />
            )}
          </Load>
          <KnownOwners onInvite={(owner) => setOpen({ dialog: 'invite', owner })} />
        </Card>
      </div>
      {open?.dialog === 'invite' && (
        <PersonDialog owner={open.owner} onInvited={(person) => setOpen({ dialog: 'link', person })} onClose={close} />
      )}
      {open?.dialog === 'change' && <PersonDialog person={open.person} onClose={close} />}
      {open?.dialog === 'link' && <LinkDialog person={open.person} onClose={close} />}
    </>
  );
}
