import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError } from '../../api/client';
import { addPerson, ownersQuery, putPerson } from '../../api/house';
import type { Person, Role } from '../../api/contract';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { isEmail } from '../session/rules';

interface Props {
  /** Whom to change; somebody new is invited when left out. */
  person?: Person;
  /** The name in the sources of somebody new. */
  owner?: string;
  onInvited?: (person: Person) => void;
  onClose: () => void;
}

/** Who somebody is and what he is here for. */
export function PersonDialog({ person, owner: known, onInvited, onClose }: Props) {
  const { t } = useI18n();
  const [name, setName] = useState(person?.name ?? known ?? '');
  const [email, setEmail] = useState(person?.email ?? '');
  const [role, setRole] = useState<Role>(person?.role ?? 'seller');
  const [owner, setOwner] = useState(person?.owner_name ?? known ?? '');
  const owners = useQuery(ownersQuery).data ?? [];
  const [checked, setChecked] = useState(false);
  const owner_name = role === 'seller' && owner.trim() ? owner.trim() : null;
  const save = useMutation({
    mutationFn: async () => {
      if (!person) return onInvited?.(await addPerson({ name: name.trim(), email: email.trim(), role, owner_name }));
      await putPerson(person.id, { role, owner_name, disabled: person.disabled_at != null });
      onClose();
    },
  });
  const blame = save.error instanceof ApiError ? save.error.field : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() && isEmail(email)) save.mutate();
  };
  const emailProblem = checked && !isEmail(email) ? t.session.badEmail : blame === 'email' && errorText(save.error, t);
  return (
    <Modal
      opened
      onClose={onClose}
      title={person ? t.house.changeTitle(person.name) : t.house.invite}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form className="person-form" onSubmit={submit} noValidate>
        {save.isError && blame !== 'email' && (
          <p className="form-problem" role="alert">
            {errorText(save.error, t)}
          </p>
        )}
        {!person && (
          <>
            <TextInput
              label={t.house.nameHead}
              data-autofocus
              value={name}
              error={checked && !name.trim() && t.session.required}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t.session.email}
              type="email"
              value={email}
              error={emailProblem}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          </>
        )}
        <NativeSelect
          label={t.house.roleHead}
          description={t.house.roleHint[role]}
          data={(['seller', 'administrator'] as const).map((value) => ({ value, label: t.shell.role[value] }))}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        />
        {role === 'seller' && (
          <>
            <TextInput
              label={t.house.ownerName}
              description={t.house.ownerHint}
              list="known-owners"
              value={owner}
              onChange={(event) => setOwner(event.currentTarget.value)}
            />
            <datalist id="known-owners">
              {owners.map((one) => (
                <option key={one.name} value={one.name} label={t.common.customers(one.customers)} />
              ))}
            </datalist>
          </>
        )}
        <div className="row dialog-foot">
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {person ? t.house.save : t.house.inviteDo}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
