import { ActionIcon, Button, Menu, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconUsers } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { View } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { createView, deleteView, replaceView } from '../../api/views';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { SaveViewDialog } from './SaveViewDialog';
import { viewSearch } from './viewAddress';
import type { useList } from './useList';

/** The saved views as tabs, and what can be done with the one that is open. */
export function ViewTabs({ list }: { list: ReturnType<typeof useList> }) {
  const { t } = useI18n();
  const { views, view, changed } = list;
  const changedMark = changed && <span className="view-changed">{t.customers.unsaved}</span>;
  return (
    <nav className="view-tabs" aria-label={t.customers.views}>
      <Link
        to="/customers"
        search={list.everything}
        className="view-tab"
        activeProps={{}}
        aria-current={view ? undefined : 'page'}
      >
        {t.customers.allCustomers}
        {!view && changedMark}
      </Link>
      {views.map((one) => (
        <Link
          key={one.id}
          to="/customers"
          search={viewSearch(one)}
          className="view-tab"
          activeProps={{}}
          aria-current={one === view ? 'page' : undefined}
        >
          {one.name}
          {one.shared && <IconUsers size={13} className="quiet view-shared" aria-label={t.customers.sharedBy} />}
          {one === view && changedMark}
        </Link>
      ))}
      <ViewActions list={list} />
    </nav>
  );
}

function ViewActions({ list }: { list: ReturnType<typeof useList> }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'save' | 'delete' | null>(null);
  const { view, changed, now } = list;

  const run = async (work: () => Promise<View | null>, message: string) => {
    try {
      const saved = await work();
      notifications.show({ message });
      setDialog(null);
      await queryClient.invalidateQueries({ queryKey: ['views'] });
      void navigate({ to: '/customers', search: saved ? viewSearch(saved) : list.everything });
    } catch (error) {
      notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false });
    }
  };
  const replace = (part: Partial<View>) => {
    const { name, shared, query, is_default } = { ...view!, ...part };
    return run(() => replaceView(view!.id, { name, shared, query, is_default }), t.customers.viewSaved(name));
  };

  return (
    <>
      {changed && !view && (
        <Button variant="subtle" size="compact-xs" onClick={() => setDialog('save')}>
          {t.customers.saveView}
        </Button>
      )}
      {changed && view?.mine && (
        <Button variant="subtle" size="compact-xs" onClick={() => void replace({ query: now })}>
          {t.customers.saveChanges}
        </Button>
      )}
      {view && (
        <Menu position="bottom-start">
          <Menu.Target>
            <ActionIcon size="sm" aria-label={t.customers.viewActions}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {changed && (
              <Menu.Item onClick={() => void navigate({ to: '/customers', search: viewSearch(view) })}>
                {t.customers.discard}
              </Menu.Item>
            )}
            <Menu.Item onClick={() => setDialog('save')}>{t.customers.saveAsNew}</Menu.Item>
            {view.mine && (
              <>
                <Menu.Item onClick={() => void replace({ is_default: !view.is_default })}>
                  {view.is_default ? t.customers.noDefault : t.customers.makeDefault}
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item onClick={() => setDialog('delete')}>{t.customers.deleteView}</Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {dialog === 'save' && (
        <SaveViewDialog
          onClose={() => setDialog(null)}
          onSave={(draft) => run(() => createView({ ...draft, query: now }), t.customers.viewSaved(draft.name))}
        />
      )}
      {dialog === 'delete' && view && (
        <Modal
          opened
          onClose={() => setDialog(null)}
          title={t.customers.deleteViewTitle(view.name)}
          closeButtonProps={{ 'aria-label': t.common.close }}
        >
          <p>{t.customers.deleteViewHint}</p>
          <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
            <Button variant="default" data-autofocus onClick={() => setDialog(null)}>
              {t.common.cancel}
            </Button>
            <Button onClick={() => void run(() => deleteView(view.id), t.customers.viewDeleted(view.name))}>
              {t.customers.deleteView.replace('…', '')}
            </Button>
          </div>
        </Modal>
      )}
    </>
  );
}
