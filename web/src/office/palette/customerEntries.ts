import { IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { searchQuery } from '../../api/customers';
import { useI18n } from '../../i18n/I18n';
import { paths } from '../paths';
import type { Entry } from './entries';

/** Customers whose name is near what was typed; the server forgives typing mistakes. */
export function useCustomerEntries(asked: string): Entry[] {
  const { t, f } = useI18n();
  const navigate = useNavigate();
  const { data } = useQuery({ ...searchQuery(asked), placeholderData: keepPreviousData });
  if (asked.length < 2 || !data) return [];
  return data.map((hit) => ({
    id: `customer-${hit.id}`,
    label: hit.name,
    description: [hit.level && t.common.level[hit.level], hit.expected_value && f.money(hit.expected_value), hit.city]
      .filter(Boolean)
      .join(' · '),
    icon: IconUser,
    run: () => void navigate(paths.customer(hit.id)),
  }));
}
