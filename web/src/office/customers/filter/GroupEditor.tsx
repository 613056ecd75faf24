import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Field } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { ConditionEditor } from './ConditionEditor';
import { condition, group as newGroup, type Group, type Part } from './model';

interface Props {
  group: Group;
  fields: Field[];
  onChange: (group: Group) => void;
  /** Absent for the outermost group, which is always there. */
  onRemove?: () => void;
}

/** Conditions and groups that go together in one way. */
export function GroupEditor({ group, fields, onChange, onRemove }: Props) {
  const { t } = useI18n();
  const blank = () => condition(fields[0]?.name ?? 'name', '~', '');
  const setPart = (place: number, part: Part) =>
    onChange({ ...group, parts: group.parts.map((one, at) => (at === place ? part : one)) });
  const removePart = (place: number) =>
    onChange({ ...group, parts: group.parts.filter((_, at) => at !== place) });
  const add = (part: Part) => onChange({ ...group, parts: [...group.parts, part] });
  return (
    <fieldset className="filter-group">
      <legend className="unseen">{t.customers.join}</legend>
      <div className="row">
        <NativeSelect
          aria-label={t.customers.join}
          value={`${group.join}${group.negated ? ' not' : ''}`}
          onChange={(event) => {
            const [join, negated] = event.currentTarget.value.split(' ');
            onChange({ ...group, join: join as Group['join'], negated: negated === 'not' });
          }}
          data={[
            { value: 'and', label: t.customers.allOf },
            { value: 'or', label: t.customers.anyOf },
            { value: 'or not', label: t.customers.notAnyOf },
            { value: 'and not', label: t.customers.noneOf },
          ]}
        />
        <span className="grow" />
        {onRemove && (
          <ActionIcon aria-label={t.customers.removeGroup} title={t.customers.removeGroup} onClick={onRemove}>
            <IconTrash size={15} stroke={1.7} />
          </ActionIcon>
        )}
      </div>
      {group.parts.map((part, place) =>
        part.type === 'group' ? (
          <GroupEditor
            key={place}
            group={part}
            fields={fields}
            onChange={(next) => setPart(place, next)}
            onRemove={() => removePart(place)}
          />
        ) : (
          <ConditionEditor
            key={place}
            part={part}
            fields={fields}
            onChange={(next) => setPart(place, next)}
            onRemove={() => removePart(place)}
          />
        ),
      )}
      <div className="row wrap">
        <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => add(blank())}>
          {t.customers.addCondition}
        </Button>
        <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => add(newGroup('or', [blank()]))}>
          {t.customers.addGroup}
        </Button>
      </div>
    </fieldset>
  );
}
