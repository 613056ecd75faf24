import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconDownload, IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import { mappingAddress, rejectionsAddress } from '../../api/imports';
import type { Import } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Counts } from './Counts';
import { UndoDialog } from './UndoDialog';

/** One imported file: what it was, what it changed, what can be fetched, and the way to take it back. */
export function ImportLine({ one }: { one: Import }) {
  const { t, f, language } = useI18n();
  const [undo, setUndo] = useState(false);
  return (
    <li className={one.undone_at ? 'import undone' : 'import'} aria-label={one.file_name}>
      <div className="import-what">
        <strong>{one.file_name}</strong>
        <span className="quiet small number">
          {t.imports.kind[one.kind] ?? one.kind} · {one.source} · {f.moment(one.imported_at)}
        </span>
        {one.undone_at && <span className="small loss">{t.imports.undone(f.moment(one.undone_at))}</span>}
      </div>
      <Counts counts={one.counts} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t.imports.actionsOn(one.file_name)}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {one.counts.invalid > 0 && (
            <Menu.Item
              component="a"
              href={rejectionsAddress(one.id, language)}
              download
              leftSection={<IconDownload size={15} stroke={1.7} />}
            >
              {t.imports.errorFile}
            </Menu.Item>
          )}
          <Menu.Item
            component="a"
            href={mappingAddress(one.id)}
            download
            leftSection={<IconFileText size={15} stroke={1.7} />}
          >
            {t.imports.mappingFile}
          </Menu.Item>
          {!one.undone_at && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconArrowBackUp size={15} stroke={1.7} />} onClick={() => setUndo(true)}>
                {t.imports.undo}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {undo && <UndoDialog one={one} onClose={() => setUndo(false)} />}
    </li>
  );
}
