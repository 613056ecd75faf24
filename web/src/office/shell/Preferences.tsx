import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useI18n } from '../../i18n/I18n';

/** Switches between the two languages; the label is written in the other one. */
export function LanguageButton() {
  const { t, language, setLanguage } = useI18n();
  const other = language === 'en' ? 'fr' : 'en';
  return (
    <Tooltip label={t.shell.otherLanguage}>
      <ActionIcon aria-label={t.shell.otherLanguage} lang={other} onClick={() => setLanguage(other)}>
        <IconLanguage size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

export function useScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return { dark, toggle: () => setColorScheme(dark ? 'light' : 'dark') };
}

export function SchemeButton() {
  const { t } = useI18n();
  const { dark, toggle } = useScheme();
  const label = dark ? t.shell.light : t.shell.dark;
  const Icon = dark ? IconSun : IconMoon;
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={toggle}>
        <Icon size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
