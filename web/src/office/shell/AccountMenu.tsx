import { Menu } from '@mantine/core';
import { IconKeyboard, IconLicense, IconLock, IconLogout } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { Staff } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { signOut } from '../../api/session';
import { useI18n } from '../../i18n/I18n';
import { initials } from '../../ui/initials';
import { PasswordDialog } from '../session/PasswordDialog';
import { useSession } from '../session/useSession';

interface Props {
  staff: Staff;
  onHelp: () => void;
}

export function AccountMenu({ staff, onHelp }: Props) {
  const { t } = useI18n();
  const router = useRouter();
  // Whoever came in by a link is asked once for a password, or he would be out for good when the session ends.
  const { demo } = useSession();
  const [password, setPassword] = useState(!staff.has_password && !demo);
  const leave = async () => {
    await signOut();
    queryClient.clear();
    router.history.replace('/sign-in');
    await router.invalidate();
  };
  return (
    <>
      <Menu position="top-start" width={220}>
        <Menu.Target>
          <button className="account" aria-label={`${t.shell.account}: ${staff.name}`}>
            <span className="avatar" aria-hidden>
              {initials(staff.name)}
            </span>
            <span className="account-text">
              {staff.name}
              <small>{t.shell.role[staff.role]}</small>
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.7} />} onClick={onHelp}>
            {t.shell.keyboard}
          </Menu.Item>
          <Menu.Item leftSection={<IconLock size={16} stroke={1.7} />} onClick={() => setPassword(true)}>
            {staff.has_password ? t.shell.changePassword : t.session.setPassword}
          </Menu.Item>
          <Menu.Item
            component="a"
            href="/licences.txt"
            target="_blank"
            leftSection={<IconLicense size={16} stroke={1.7} />}
          >
            {t.shell.licences}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => void leave()}>
            {t.shell.signOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {password && <PasswordDialog replaces={staff.has_password} onClose={() => setPassword(false)} />}
    </>
  );
}
