import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { catalogueQuery, previewCatalogue, saveCatalogue, type CatalogueDraft } from '../../api/accounts';
import { ApiError } from '../../api/client';
import type { CataloguePreview, Catalogue } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import type { NamedChange } from './catalogue';
import { activityName } from './names';
import { Preview } from './Preview';

interface Props {
  state: Catalogue;
  draft: CatalogueDraft;
  changes: NamedChange[];
  onDiscard: () => void;
}

/** What is not saved yet: its preview first, then the save, with a word on why. */
export function SaveBar({ state, draft, changes, onDiscard }: Props) {
  const { t } = useI18n();
  const [note, setNote] = useState('');
  const [shown, setShown] = useState<{ draft: CatalogueDraft; preview: CataloguePreview | null } | null>(null);
  const preview = useMutation({
    mutationFn: previewCatalogue,
    onSuccess: (given, asked) => setShown({ draft: asked, preview: given }),
    // Before the first accounts there is nothing that a change could be held against.
    onError: (error, asked) => {
      if (error instanceof ApiError && error.code === 'not_closed') setShown({ draft: asked, preview: null });
    },
  });
  const save = useMutation({
    mutationFn: () => saveCatalogue(state.version, note.trim(), draft),
    onSuccess: (given) => {
      queryClient.setQueryData(catalogueQuery.queryKey, given);
      for (const key of ['jobs', 'accounts']) void queryClient.invalidateQueries({ queryKey: [key] });
      notifications.show({ message: t.activities.saved });
    },
  });
  const isPreviewed = shown?.draft === draft;
  const problem = save.error ?? (isPreviewed ? null : preview.error);
  const isStale = problem instanceof ApiError && problem.status === 409;
  return (
    <section className="save-bar" aria-label={t.activities.changes(changes.length)}>
      {isPreviewed && shown.preview && <Preview preview={shown.preview} />}
      {problem && (
        <p className="form-problem" role="alert">
          {errorText(problem, t)} {problem instanceof ApiError && problem.field && <code>{problem.field}</code>}
        </p>
      )}
      <div className="row wrap">
        <strong>{t.activities.changes(changes.length)}</strong>
        <span className="quiet small save-changes">
          {changes.map(({ name, change }) => `${activityName(name, t)} (${t.activities.change[change]})`).join(', ')}
        </span>
        <span className="grow" />
        {isPreviewed && (
          <TextInput
            className="save-note"
            aria-label={t.activities.note}
            placeholder={t.activities.note}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        )}
        <Button variant="subtle" color="gray" onClick={onDiscard}>
          {t.activities.discard}
        </Button>
        {isStale && (
          <Button variant="default" onClick={() => void queryClient.invalidateQueries({ queryKey: ['catalogue'] })}>
            {t.activities.readAgain}
          </Button>
        )}
        <Button
          variant={isPreviewed ? 'default' : 'filled'}
          loading={preview.isPending}
          onClick={() => preview.mutate(draft)}
        >
          {t.activities.preview}
        </Button>
        {isPreviewed && (
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t.activities.save}
          </Button>
        )}
      </div>
    </section>
  );
}
