import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ViewDraft } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

interface Props {
  onSave: (draft: Omit<ViewDraft, 'query'>) => Promise<void>;
  onClose: () => void;
}

export function SaveViewDialog({ onSave, onClose }: Props) {
  const { t } = useI18n();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [usual, setUsual] = useState(false);
  const [saving, setSaving] = useState(false);
  const [checked, setChecked] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!name.trim()) return;
    setSaving(true);
    await onSave({ name: name.trim(), shared, is_default: usual });
    setSaving(false);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.customers.saveView}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form onSubmit={(event) => void submit(event)} style={{ display: 'grid', gap: 14 }} noValidate>
        <TextInput
          label={t.customers.viewName}
          data-autofocus
          value={name}
          error={checked && !name.trim() ? t.session.required : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          label={t.customers.viewShared}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Checkbox
          label={t.customers.viewDefault}
          checked={usual}
          onChange={(event) => setUsual(event.currentTarget.checked)}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={saving}>
            {t.customers.saveView}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
