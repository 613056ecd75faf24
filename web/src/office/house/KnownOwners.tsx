import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ownersQuery } from '../../api/house';
import { useI18n } from '../../i18n/I18n';

/** So many are shown; the field of the dialog proposes all. */
const SHOWN = 8;

/** People whom the sources name as in charge of customers and who have no account yet, ready to be invited. */
export function KnownOwners({ onInvite }: { onInvite: (owner: string) => void }) {
  const { t, f } = useI18n();
  const without = (useQuery(ownersQuery).data ?? []).filter((one) => !one.has_account);
  if (without.length === 0) return null;
  return (
    <section className="known-owners" aria-label={t.house.knownOwners}>
      <h3>{t.house.knownOwners}</h3>
      <p className="quiet small">{t.house.knownOwnersHint}</p>
      <ul>
        {without.slice(0, SHOWN).map((one) => (
          <li key={one.name}>
            <span>{one.name}</span>
            <span className="quiet small number">{t.common.customers(one.customers)}</span>
            <Button
              variant="subtle"
              leftSection={<IconUserPlus size={14} />}
              aria-label={t.house.inviteOwner(one.name)}
              onClick={() => onInvite(one.name)}
            >
              {t.house.inviteDo}
            </Button>
          </li>
        ))}
      </ul>
      {without.length > SHOWN && (
        <p className="quiet small number">{t.common.shown(f.number(SHOWN), f.number(without.length))}</p>
      )}
    </section>
  );
}
