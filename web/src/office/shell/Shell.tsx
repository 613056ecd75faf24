import { ActionIcon, Drawer } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useI18n } from '../../i18n/I18n';
import { useHotkeys } from '../../ui/keys/hotkeys';
import { KeyboardHelp } from '../../ui/keys/KeyboardHelp';
import { keepTyping } from '../palette/typedAhead';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { useKeyLines } from './keyLines';
import { Sidebar } from './Sidebar';
import { useJobWatch } from './useJobWatch';
import './Shell.css';

const loadPalette = () => import('../palette/Palette');
const Palette = lazy(loadPalette);

/** Calls once the page has nothing more urgent to do; gives a way to take that back. */
function whenIdle(call: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(call, 200);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(call, { timeout: 2_000 });
  return () => cancelIdleCallback(asked);
}

/** The frame around every page of the office: menu, palette, keys, messages. */
export function Shell() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const session = useSession();
  const place = useRouterState({ select: (state) => state.location.href });
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(0);
  const [help, setHelp] = useState(false);
  const keyLines = useKeyLines();
  const openPalette = () => {
    keepTyping();
    setPalette((count) => count + 1);
  };
  useJobWatch(session.rights.import);

  // Fetched ahead, so that it opens at once.
  useEffect(() => whenIdle(() => void loadPalette()), []);
  useEffect(() => setMenu(false), [path]);
  useEffect(() => {
    if (session.state !== 'signed_in') void navigate({ to: '/sign-in', search: { next: place } });
  }, [session.state, navigate, place]);

  useHotkeys({
    'mod+k': openPalette,
    '?': () => setHelp(true),
    'g p': () => void navigate(paths.portfolio()),
    'g c': () => void navigate(paths.customers()),
    ...(session.rights.margin && {
      'g h': () => void navigate(paths.home()),
      'g e': () => void navigate(paths.equity()),
      'g o': () => void navigate(paths.coherence()),
      'g d': () => void navigate(paths.classes()),
      'g a': () => void navigate(paths.activities()),
      'g m': () => void navigate(paths.model()),
    }),
    ...(session.rights.import && {
      'g i': () => void navigate(paths.imports()),
      'g j': () => void navigate(paths.jobs()),
    }),
  });

  if (!session.staff) return null;
  const sidebar = <Sidebar staff={session.staff} onSearch={openPalette} onHelp={() => setHelp(true)} />;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t.shell.skip}
      </a>
      <aside className="shell-side" aria-label={t.common.product}>
        {sidebar}
      </aside>
      <header className="shell-bar">
        <ActionIcon aria-label={t.shell.openMenu} onClick={() => setMenu(true)}>
          <IconMenu2 size={18} />
        </ActionIcon>
        <img src="/icon.svg" width={20} height={20} alt="" />
        <strong>{t.common.product}</strong>
        <span className="grow" />
        <ActionIcon aria-label={t.shell.search} onClick={openPalette}>
          <IconSearch size={18} />
        </ActionIcon>
      </header>
      <Drawer.Root opened={menu} onClose={() => setMenu(false)} size={260} padding={0}>
        <Drawer.Overlay />
        <Drawer.Content aria-label={t.shell.navigation}>
          <Drawer.Body className="shell-drawer">{sidebar}</Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
      <main className="shell-main" id="main" tabIndex={0}>
        <Outlet />
      </main>
      {palette > 0 && (
        <Suspense>
          <Palette opened={palette} onHelp={() => setHelp(true)} />
        </Suspense>
      )}
      {help && <KeyboardHelp groups={keyLines} onClose={() => setHelp(false)} />}
      <Notifications position="bottom-right" autoClose={6_000} />
    </div>
  );
}
