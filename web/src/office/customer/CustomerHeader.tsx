import { IconBuilding, IconMail, IconMapPin, IconPhone, IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Customer } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { initials } from '../../ui/initials';

/** Who this is: name, kind, place, the ways to reach him, and which sources know him. */
export function CustomerHeader({ customer }: { customer: Customer }) {
  const { t } = useI18n();
  const value = (attribute: string) => customer.attributes.find((one) => one.attribute === attribute)?.value;
  const place = [value('city'), value('country')].filter(Boolean).join(', ');
  const email = value('email');
  const phone = value('phone');
  const sources = [...new Set(customer.records.map((record) => record.source))];
  return (
    <div className="customer-header">
      <div className="customer-mark" aria-hidden>
        {initials(customer.name)}
      </div>
      <div className="customer-who">
        <p className="customer-name">{customer.name}</p>
        <div className="customer-meta">
          {customer.kind && (
            <Meta icon={customer.kind === 'organisation' ? IconBuilding : IconUser}>{t.common.kind[customer.kind]}</Meta>
          )}
          {place && <Meta icon={IconMapPin}>{place}</Meta>}
          {email && (
            <Meta icon={IconMail}>
              <a href={`mailto:${email}`}>{email}</a>
            </Meta>
          )}
          {phone && (
            <Meta icon={IconPhone}>
              <a href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</a>
            </Meta>
          )}
          {sources.map((source) => (
            <span key={source} className="source-mark">
              {source}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

function Meta({ icon: Icon, children }: { icon: typeof IconMail; children: ReactNode }) {
  return (
    <span className="customer-meta-item">
      <Icon size={14} stroke={1.6} aria-hidden />
      {children}
    </span>
  );
}
