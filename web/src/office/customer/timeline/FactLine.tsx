import { ActionIcon } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLink } from '@tabler/icons-react';
import type { TimelineFact } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { factIcon } from './factIcon';
import { factText } from './factText';

interface Props {
  fact: TimelineFact;
  customer: string;
  highlighted: boolean;
}

/** One thing that happened: what, with whom, when, for how much, and who says so. */
export function FactLine({ fact, customer, highlighted }: Props) {
  const { t, f } = useI18n();
  const Icon = factIcon(fact);
  const { title, detail, lines } = factText(fact, t, f);
  const copyLink = async () => {
    const url = new URL(`/customers/${customer}`, location.href);
    url.searchParams.set('fact', String(fact.id));
    await navigator.clipboard.writeText(url.href);
    notifications.show({ message: t.customer.linkCopied });
  };
  return (
    <li id={`fact-${fact.id}`} className={highlighted ? 'fact highlighted' : 'fact'} aria-current={highlighted}>
      <span className="fact-icon">
        <Icon size={15} stroke={1.6} aria-hidden />
      </span>
      <div className="fact-body">
        <p>
          <strong>{title}</strong>{' '}
          <span className="quiet small" title={t.customer.learned(f.day(fact.learned_at), fact.source)}>
            {[detail, fact.source].filter(Boolean).join(' · ')}
          </span>
        </p>
        {lines.map((line) => (
          <p key={line} className="fact-line" title={line}>
            {line}
          </p>
        ))}
      </div>
      <div className="fact-when number">
        <time dateTime={fact.happened_at}>{f.wall(fact.happened_at)}</time>
        {fact.amount && (
          <strong className={Number(fact.amount.amount) < 0 ? 'loss' : undefined}>{f.moneyExact(fact.amount)}</strong>
        )}
        {fact.margin && <span className="small">{t.customer.marginOf(f.moneyExact(fact.margin))}</span>}
      </div>
      <ActionIcon
        size="sm"
        className="fact-link"
        aria-label={t.customer.copyLink}
        title={t.customer.copyLink}
        onClick={() => void copyLink()}
      >
        <IconLink size={14} />
      </ActionIcon>
    </li>
  );
}
