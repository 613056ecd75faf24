import {
  IconAddressBook,
  IconChartBar,
  IconChartDots3,
  IconChartFunnel,
  IconFileImport,
  IconHome,
  IconMathFunction,
  IconProgress,
  IconReceipt,
  IconScale,
  IconSearch,
  IconUsersGroup,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import type { Staff } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { AccountMenu } from './AccountMenu';
import { LanguageButton, SchemeButton } from './Preferences';
import { RunningJobs } from './RunningJobs';
import './Sidebar.css';

interface Props {
  staff: Staff;
  onSearch: () => void;
  onHelp: () => void;
}

/** The menu: exactly the pages there are and that this person may open. */
export function Sidebar({ staff, onSearch, onHelp }: Props) {
  const { t } = useI18n();
  const { rights, company, demo } = useSession();
  return (
    <div className="sidebar">
      <div className="brand">
        <img src="/icon.svg" width={22} height={22} alt="" />
        <span className="brand-name">{company?.name ?? t.common.product}</span>
      </div>
      {demo && (
        <p className="demo-mark" title={t.shell.demoHint}>
          {t.shell.demo}
        </p>
      )}
      <button className="find" onClick={onSearch}>
        <IconSearch size={15} aria-hidden />
        {t.shell.search}
        <kbd>Ctrl K</kbd>
      </button>
      <nav aria-label={t.shell.navigation}>
        <p className="nav-heading">{t.shell.analyse}</p>
        {rights.margin && (
          <Entry link={paths.home()} icon={IconHome} exact>
            {t.shell.home}
          </Entry>
        )}
        <Entry link={paths.portfolio()} icon={IconChartDots3}>
          {t.shell.portfolio}
        </Entry>
        <Entry link={paths.customers()} icon={IconAddressBook}>
          {t.shell.customers}
        </Entry>
        {rights.margin && (
          <>
            <Entry link={paths.equity()} icon={IconChartBar}>
              {t.shell.equity}
            </Entry>
            <Entry link={paths.coherence()} icon={IconScale}>
              {t.shell.coherence}
            </Entry>
            <Entry link={paths.classes()} icon={IconChartFunnel}>
              {t.shell.classes}
            </Entry>
            <Entry link={paths.activities()} icon={IconReceipt}>
              {t.shell.activities}
            </Entry>
            <Entry link={paths.model()} icon={IconMathFunction}>
              {t.shell.model}
            </Entry>
          </>
        )}
        {rights.import && (
          <>
            <p className="nav-heading">{t.shell.data}</p>
            <Entry link={paths.imports()} icon={IconFileImport}>
              {t.shell.imports}
            </Entry>
            <Entry link={paths.jobs()} icon={IconProgress}>
              {t.shell.jobs}
            </Entry>
            <RunningJobs />
          </>
        )}
        {rights.administer && (
          <>
            <p className="nav-heading">{t.shell.settings}</p>
            <Entry link={paths.house()} icon={IconUsersGroup}>
              {t.shell.house}
            </Entry>
          </>
        )}
      </nav>
      <div className="sidebar-foot">
        <AccountMenu staff={staff} onHelp={onHelp} />
        <LanguageButton />
        <SchemeButton />
      </div>
    </div>
  );
}

interface EntryProps {
  link: Pick<ComponentProps<typeof Link>, 'to'>;
  icon: typeof IconSearch;
  /** Marked on this address only, not on those below it. */
  exact?: boolean;
  children: ReactNode;
}

function Entry({ link, icon: Icon, exact = false, children }: EntryProps) {
  return (
    <Link
      {...link}
      className="nav-entry"
      activeProps={{ className: 'active', 'aria-current': 'page' }}
      activeOptions={{ exact, includeSearch: false }}
    >
      <Icon size={16} stroke={1.7} aria-hidden />
      {children}
    </Link>
  );
}
