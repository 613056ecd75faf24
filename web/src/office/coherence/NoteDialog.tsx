import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { WorklistCase } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { VERDICTS } from './Case';
import { useReason } from './reason';
import { useDecide } from './useDecide';

interface Props {
  row: WorklistCase;
  onClose: () => void;
}

/** A decision with its reason in words. */
export function NoteDialog({ row, onClose }: Props) {
  const { t } = useI18n();
  const [note, setNote] = useState('');
  const take = useDecide(onClose);
  const reason = useReason(row);
  return (
    <Modal opened onClose={onClose} title={t.coherence.decideTitle(row.name)}>
      <div className="note-form">
        <p className="small">
          {reason} {t.coherence.movesLong[row.proposal]}.
        </p>
        <Textarea
          label={t.coherence.note}
          description={t.coherence.noteHint}
          autosize
          minRows={3}
          maxLength={2_000}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className="row wrap">
          {VERDICTS.map((decision) => (
            <Button
              key={decision}
              variant={decision === 'accept' ? 'filled' : 'default'}
              loading={take.isPending && take.variables.decision === decision}
              onClick={() => take.mutate({ customer: row.customer, decision, note: note.trim() })}
            >
              {t.coherence[decision]}
            </Button>
          ))}
        </div>
      </div>
    </Modal>
  );
}
