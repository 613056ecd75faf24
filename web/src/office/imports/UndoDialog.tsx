import { Button, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { undoImport } from '../../api/imports';
import type { Import } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';

export function UndoDialog({ one, onClose }: { one: Import; onClose: () => void }) {
  const { t } = useI18n();
  const undo = useMutation({
    mutationFn: () => undoImport(one.id),
    onSuccess: () => {
      notifications.show({ message: t.imports.undoStarted });
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
      void queryClient.invalidateQueries({ queryKey: ['imports'] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.imports.undoTitle(one.file_name)}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <p>{t.imports.undoHint(one.counts.created + one.counts.updated)}</p>
      {undo.isError && (
        <p className="loss" role="alert">
          {errorText(undo.error, t)}
        </p>
      )}
      <div className="row" style={{ justifyContent: 'flex-end', marginTop: 16 }}>
        <Button variant="default" data-autofocus onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button loading={undo.isPending} onClick={() => undo.mutate()}>
          {t.imports.undoConfirm}
        </Button>
      </div>
    </Modal>
  );
}
