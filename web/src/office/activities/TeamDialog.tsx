import { ActionIcon, Button, Modal, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Team } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

type Span = NonNullable<Team['spans']>[number];

const EMPTY: Span = { from: '', until: '', cost: '', minutes: '' };

interface Props {
  team: Team;
  isNew: boolean;
  taken: string[];
  currency: string;
  onTake: (team: Team) => void;
  onRemove: () => void;
  onClose: () => void;
}

/** One team as a form: what it costs and the minutes that it can give, period by period. */
export function TeamDialog({ team, isNew, taken, currency, onTake, onRemove, onClose }: Props) {
  const { t } = useI18n();
  const [name, setName] = useState(team.name);
  const [spans, setSpans] = useState<Span[]>(team.spans?.length ? team.spans : [EMPTY]);
  const [tried, setTried] = useState(false);
  const set = (at: number, part: Partial<Span>) =>
    setSpans(spans.map((span, place) => (place === at ? { ...span, ...part } : span)));
  const nameProblem = name.trim() === '' ? t.session.required : taken.includes(name.trim()) ? t.activities.taken : undefined;
  const isWhole = (span: Span) => Object.values(span).every((value) => value.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem || !spans.every(isWhole)) return;
    const number = (text: string) => text.trim().replace(',', '.');
    onTake({
      name: name.trim(),
      spans: spans.map((span) => ({ ...span, cost: number(span.cost), minutes: number(span.minutes) })),
    });
    onClose();
  };
  const missing = (value: string) => (tried && value.trim() === '' ? t.session.required : undefined);
  return (
    <Modal opened onClose={onClose} size="lg" title={isNew ? t.activities.newTeam : t.activities.editOf(team.name)}>
      <form className="activity-form" onSubmit={submit} noValidate>
        <TextInput
          className="whole-row"
          label={t.activities.name}
          value={name}
          error={tried && nameProblem}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {spans.map((span, at) => (
          <div key={at} className="unit-cost whole-row">
            <TextInput
              label={`${t.activities.spanCost} (${currency})`}
              inputMode="decimal"
              value={span.cost}
              error={missing(span.cost)}
              onChange={(event) => set(at, { cost: event.currentTarget.value })}
            />
            <TextInput
              label={t.activities.spanMinutes}
              inputMode="decimal"
              value={span.minutes}
              error={missing(span.minutes)}
              onChange={(event) => set(at, { minutes: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t.activities.from}
              value={span.from}
              error={missing(span.from)}
              onChange={(event) => set(at, { from: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={t.activities.until}
              value={span.until}
              error={missing(span.until)}
              onChange={(event) => set(at, { until: event.currentTarget.value })}
            />
            {spans.length > 1 && (
              <ActionIcon
                aria-label={t.activities.removeSpan}
                onClick={() => setSpans(spans.filter((_, place) => place !== at))}
              >
                <IconTrash size={15} stroke={1.6} />
              </ActionIcon>
            )}
          </div>
        ))}
        <Button
          className="whole-row start"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => setSpans([...spans, EMPTY])}
        >
          {t.activities.addTeamSpan}
        </Button>
        <div className="row whole-row dialog-foot">
          {!isNew && (
            <Button
              variant="subtle"
              color="gray"
              onClick={() => {
                onRemove();
                onClose();
              }}
            >
              {t.activities.removeTeam}
            </Button>
          )}
          <span className="grow" />
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit">{t.activities.take}</Button>
        </div>
      </form>
    </Modal>
  );
}
