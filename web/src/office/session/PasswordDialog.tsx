import { Button, Modal, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { queryClient } from '../../api/queryClient';
import { changePassword } from '../../api/session';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { PASSWORD_LENGTH } from './rules';
import './EntryPage.css';

interface Props {
  /** There is one already, which has to be given. */
  replaces: boolean;
  onClose: () => void;
}

export function PasswordDialog({ replaces, onClose }: Props) {
  const { t } = useI18n();
  const title = replaces ? t.session.changePassword : t.session.setPassword;
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [checked, setChecked] = useState(false);
  const change = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      notifications.show({ message: t.session.passwordChanged });
      void queryClient.invalidateQueries({ queryKey: ['session'] });
      onClose();
    },
  });
  const short = next.length < PASSWORD_LENGTH;
  const differ = next !== again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!short && !differ) change.mutate();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form onSubmit={submit} noValidate style={{ display: 'grid', gap: 14 }}>
        {change.isError && (
          <p className="form-problem" role="alert">
            {errorText(change.error, t)}
          </p>
        )}
        {replaces ? (
          <PasswordInput
            label={t.session.currentPassword}
            autoComplete="current-password"
            data-autofocus
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        ) : (
          <p>{t.session.setPasswordHint}</p>
        )}
        <PasswordInput
          label={t.session.newPassword}
          description={t.session.passwordRule}
          autoComplete="new-password"
          error={checked && short ? t.session.passwordShort : undefined}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <PasswordInput
          label={t.session.repeatPassword}
          autoComplete="new-password"
          error={checked && differ ? t.session.passwordsDiffer : undefined}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {title}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
