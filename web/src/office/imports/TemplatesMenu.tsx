import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { templateAddress } from '../../api/imports';
import { useI18n } from '../../i18n/I18n';

/** Blank files to fill in, one for each kind of content. */
export function TemplatesMenu() {
  const { t } = useI18n();
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />}>
          {t.imports.templates}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.imports.templatesHint}</Menu.Label>
        {Object.keys(t.imports.kind).map((kind) => (
          <Menu.Item key={kind} component="a" href={templateAddress(kind)} download>
            {t.imports.kind[kind]}
            <span className="menu-hint">{t.imports.kindHint[kind]}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
