import '@mantine/spotlight/styles.css';
import './Palette.css';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useI18n } from '../../i18n/I18n';
import { useCustomerEntries } from './customerEntries';
import { useEntries } from './entries';
import { matches } from './matches';
import { FIELD, takeTyped } from './typedAhead';

interface Props {
  /** Grows each time it is asked for. */
  opened: number;
  onHelp: () => void;
}

/** Everything by its name: customers, pages, saved views, actions. */
export default function Palette({ opened, onHelp }: Props) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  useEffect(() => spotlight.open(), [opened]);

  const customers = useCustomerEntries(asked);
  const entries = useEntries(onHelp).map((group) => ({
    ...group,
    entries: group.entries.filter((entry) => matches(entry.label, text)),
  }));
  const groups = [{ title: t.palette.customers, entries: customers }, ...entries].filter(
    (group) => group.entries.length > 0,
  );

  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      shortcut={null}
      scrollable
      maxHeight={440}
      radius="lg"
      size={600}
      clearQueryOnClose
      attributes={{ content: { 'aria-label': t.palette.placeholder } }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      centered={false}
      yOffset={80}
      transitionProps={{ duration: 0 }}
    >
      <Spotlight.Search
        placeholder={t.palette.placeholder}
        aria-label={t.palette.placeholder}
        {...{ [FIELD]: '' }}
        onFocus={() => {
          const typed = takeTyped();
          if (typed) setText((text) => text + typed);
        }}
        leftSection={<IconSearch size={18} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.title} label={group.title}>
            {group.entries.map((entry) => (
              <Spotlight.Action
                key={entry.id}
                label={entry.label}
                description={entry.description}
                leftSection={<entry.icon size={16} stroke={1.6} />}
                onClick={entry.run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{t.palette.nothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
