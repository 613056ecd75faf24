import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconLink, IconPencil, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { putPerson } from '../../api/house';
import type { Person } from '../../api/contract';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';

interface Actions {
  onChange: (person: Person) => void;
  onLink: (person: Person) => void;
}

/** Everybody who signs in: what for, and whether he may. */
export function StaffTable({ people, ...actions }: { people: Person[] } & Actions) {
  const { t } = useI18n();
  return (
    <div className="staff-table" tabIndex={0} role="region" aria-label={t.house.people}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t.house.nameHead}</th>
            <th scope="col">{t.session.email}</th>
            <th scope="col">{t.house.roleHead}</th>
            <th scope="col">{t.house.stateHead}</th>
            <th scope="col">
              <span className="unseen">{t.house.actionsHead}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <PersonRow key={person.id} person={person} {...actions} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PersonRow({ person, onChange, onLink }: { person: Person } & Actions) {
  const { t } = useI18n();
  const disabled = person.disabled_at != null;
  const turn = async () => {
    const { role, owner_name } = person;
    try {
      await putPerson(person.id, { role, owner_name, disabled: !disabled });
    } catch (error) {
      notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false });
    }
  };
  return (
    <tr className={disabled ? 'quiet' : undefined}>
      <th scope="row">{person.name}</th>
      <td>{person.email}</td>
      <td>
        {t.shell.role[person.role]}
        {person.role === 'seller' && (
          <span className="quiet small"> {person.owner_name ? t.house.ownerOf(person.owner_name) : t.house.ownerNone}</span>
        )}
      </td>
      <td>
        <State person={person} />
      </td>
      <td className="right">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t.house.actionsOn(person.name)}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} stroke={1.7} />} onClick={() => onChange(person)}>
              {t.house.change}
            </Menu.Item>
            {!disabled && (
              <Menu.Item leftSection={<IconLink size={15} stroke={1.7} />} onClick={() => onLink(person)}>
                {t.house.newLink}
              </Menu.Item>
            )}
            <Menu.Divider />
            <Menu.Item
              leftSection={disabled ? <IconUserCheck size={15} stroke={1.7} /> : <IconUserOff size={15} stroke={1.7} />}
              onClick={() => void turn()}
            >
              {disabled ? t.house.enable : t.house.disable}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}

function State({ person }: { person: Person }) {
  const { t, f } = useI18n();
  if (person.disabled_at != null) return t.house.disabledSince(f.day(person.disabled_at));
  return person.has_password ? t.house.active : t.house.noPassword;
}
