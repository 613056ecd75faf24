import { notifications } from '@mantine/notifications';
import {
  IconAddressBook,
  IconCalculator,
  IconChartBar,
  IconChartDots3,
  IconChartFunnel,
  IconFileImport,
  IconHome,
  IconKeyboard,
  IconLanguage,
  IconLayoutList,
  IconMathFunction,
  IconMoon,
  IconProgress,
  IconReceipt,
  IconScale,
  IconSun,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { startValuation } from '../../api/portfolio';
import { queryClient } from '../../api/queryClient';
import { viewsQuery } from '../../api/views';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { viewAddress } from '../customers/viewAddress';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { useScheme } from '../shell/Preferences';

export interface Entry {
  id: string;
  label: string;
  description?: string;
  icon: typeof IconSun;
  run: () => void;
}

/** Pages, saved views and actions that this person has. */
export function useEntries(onHelp: () => void): { title: string; entries: Entry[] }[] {
  const { t, language, setLanguage } = useI18n();
  const navigate = useNavigate();
  const { rights } = useSession();
  const scheme = useScheme();
  const views = useQuery(viewsQuery).data ?? [];

  const pages: Entry[] = [
    { id: 'portfolio', label: t.shell.portfolio, icon: IconChartDots3, run: () => void navigate(paths.portfolio()) },
    { id: 'customers', label: t.shell.customers, icon: IconAddressBook, run: () => void navigate(paths.customers()) },
  ];
  const actions: Entry[] = [
    {
      id: 'scheme',
      label: scheme.dark ? t.shell.light : t.shell.dark,
      icon: scheme.dark ? IconSun : IconMoon,
      run: scheme.toggle,
    },
    {
      id: 'language',
      label: t.shell.otherLanguage,
      icon: IconLanguage,
      run: () => setLanguage(language === 'en' ? 'fr' : 'en'),
    },
    { id: 'keys', label: t.shell.keyboard, icon: IconKeyboard, run: onHelp },
  ];
  if (rights.margin) {
    pages.unshift({ id: 'home', label: t.shell.home, icon: IconHome, run: () => void navigate(paths.home()) });
    pages.push(
      { id: 'equity', label: t.shell.equity, icon: IconChartBar, run: () => void navigate(paths.equity()) },
      { id: 'coherence', label: t.shell.coherence, icon: IconScale, run: () => void navigate(paths.coherence()) },
      { id: 'classes', label: t.shell.classes, icon: IconChartFunnel, run: () => void navigate(paths.classes()) },
      { id: 'activities', label: t.shell.activities, icon: IconReceipt, run: () => void navigate(paths.activities()) },
      { id: 'model', label: t.shell.model, icon: IconMathFunction, run: () => void navigate(paths.model()) },
    );
  }
  if (rights.import) {
    pages.push(
      { id: 'imports', label: t.shell.imports, icon: IconFileImport, run: () => void navigate(paths.imports()) },
      { id: 'jobs', label: t.shell.jobs, icon: IconProgress, run: () => void navigate(paths.jobs()) },
    );
    actions.unshift(
      { id: 'import', label: t.palette.newImport, icon: IconFileImport, run: () => void navigate(paths.newImport()) },
      { id: 'value', label: t.palette.recompute, icon: IconCalculator, run: () => void recompute() },
    );
  }

  if (rights.administer) {
    pages.push({ id: 'house', label: t.shell.house, icon: IconUsersGroup, run: () => void navigate(paths.house()) });
  }

  const recompute = async () => {
    try {
      await startValuation('12m');
      await queryClient.invalidateQueries({ queryKey: ['jobs'] });
      notifications.show({ message: t.portfolio.recomputeStarted });
    } catch (error) {
      notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false });
    }
  };

  return [
    { title: t.palette.pages, entries: pages },
    {
      title: t.palette.views,
      entries: views.map((view) => ({
        id: `view-${view.id}`,
        label: view.name,
        icon: IconLayoutList,
        run: () => void navigate(viewAddress(view)),
      })),
    },
    { title: t.palette.actions, entries: actions },
  ];
}
