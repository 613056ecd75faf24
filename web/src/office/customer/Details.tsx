import { Popover, UnstyledButton } from '@mantine/core';
import type { AttributeValue } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { attributeText } from './attributeText';

/** What the sources say of the customer; each value with its source, and what other sources say instead. */
export function Details({ attributes }: { attributes: AttributeValue[] }) {
  const { t } = useI18n();
  return (
    <aside className="customer-details" aria-labelledby="details-title">
      <h2 id="details-title">{t.customer.details}</h2>
      {attributes.length === 0 && <p className="quiet small">{t.customer.noDetails}</p>}
      <dl>
        {attributes.map((attribute) => (
          <Attribute key={attribute.attribute} attribute={attribute} />
        ))}
      </dl>
    </aside>
  );
}

function Attribute({ attribute }: { attribute: AttributeValue }) {
  const { t, f } = useI18n();
  const name = t.fields.attribute[attribute.attribute] ?? attribute.attribute;
  return (
    <div className="detail">
      <dt>{name}</dt>
      <dd>
        <span className="detail-value">{attributeText(attribute.attribute, attribute.value, t, f)}</span>
        <span className="detail-source number">{t.customer.sourceOf(attribute.source, f.day(attribute.learned_at))}</span>
        {attribute.others.length > 0 && <Others name={name} attribute={attribute} />}
      </dd>
    </div>
  );
}

function Others({ name, attribute }: { name: string; attribute: AttributeValue }) {
  const { t, f } = useI18n();
  const label = t.customer.others(attribute.others.length);
  return (
    <Popover width={280} position="bottom-start" trapFocus returnFocus withRoles>
      <Popover.Target>
        <UnstyledButton className="detail-others" aria-label={`${name}${t.common.colon} ${label}`}>
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={`${name}${t.common.colon} ${label}`} tabIndex={0}>
        <ul className="detail-other-list">
          {attribute.others.map((other, place) => (
            <li key={place}>
              {attributeText(attribute.attribute, other.value, t, f)}
              <span className="detail-source number">{t.customer.sourceOf(other.source, f.day(other.learned_at))}</span>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
