import { Autocomplete, NativeSelect, Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { guessAgain } from '../../../api/imports';
import { sourcesQuery } from '../../../api/portfolio';
import type { Format, Upload } from '../../../api/contract';
import { errorText } from '../../../i18n/errorText';
import { useI18n } from '../../../i18n/I18n';
import { saidSentences } from '../../../i18n/saidText';
import { ProgressLine } from '../../../ui/ProgressLine';
import { CURRENCIES, withChosen } from '../../currencies';
import type { Draft } from './draft';
import { SampleTable } from './SampleTable';
import { StepFrame } from './StepFrame';

const ENCODINGS = ['utf-8', 'windows-1252', 'iso-8859-15', 'utf-16le', 'utf-16be', 'macintosh'];

interface Props {
  upload: Upload;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onNext: () => void;
}

/** How the file is written, as guessed; each change reads the file again. */
export function FormatStep({ upload, draft, onChange, onNext }: Props) {
  const { t, f } = useI18n();
  const { mapping, guess } = draft;
  const { format } = mapping;
  const sources = useQuery(sourcesQuery).data ?? [];
  const again = useMutation({
    mutationFn: (next: { format: Format; kind: string }) => guessAgain(upload.id, next.format, next.kind),
    onSuccess: ({ guess: fresh }) => onChange({ guess: fresh, mapping: fresh.mapping }),
  });
  const set = (part: Partial<Format>) => again.mutate({ format: { ...format, ...part }, kind: mapping.kind });
  const isText = format.type === 'delimited' || format.type === 'ndjson';
  const kinds = Object.entries(t.imports.kind).map(([value, label]) => ({ value, label }));

  return (
    <StepFrame
      title={t.imports.formatTitle}
      hint={guess.remembered ? t.imports.remembered : t.imports.formatHint}
      onNext={onNext}
      blocked={draft.source.trim() === '' ? t.imports.sourceNeeded : undefined}
      busy={again.isPending}
    >
      <p className="quiet small number">
        {t.imports.fileChosen(upload.name, f.bytes(upload.size))}
        {' · '}
        {t.imports.fileType[format.type] ?? format.type}
      </p>
      <div className="format-fields">
        <Autocomplete
          label={t.imports.sourceLabel}
          description={t.imports.sourceHint}
          data={sources.map((source) => source.name)}
          value={draft.source}
          onChange={(source) => onChange({ source })}
        />
        <NativeSelect
          label={t.imports.contentLabel}
          description={t.imports.kindHint[mapping.kind]}
          data={kinds}
          value={mapping.kind}
          onChange={(event) => again.mutate({ format, kind: event.currentTarget.value })}
        />
      </div>
      <div className="format-fields">
        {isText && (
          <NativeSelect
            label={t.imports.encoding}
            data={withChosen(ENCODINGS, format.encoding)}
            value={format.encoding ?? 'utf-8'}
            onChange={(event) => set({ encoding: event.currentTarget.value })}
          />
        )}
        {format.type === 'delimited' && (
          <NativeSelect
            label={t.imports.delimiter}
            data={withChosen(Object.keys(t.imports.delimiters), format.delimiter).map((value) => ({
              value,
              label: t.imports.delimiters[value] ?? value,
            }))}
            value={format.delimiter ?? ','}
            onChange={(event) => set({ delimiter: event.currentTarget.value })}
          />
        )}
        {guess.sheets.length > 1 && (
          <NativeSelect
            label={t.imports.sheet}
            data={guess.sheets}
            value={format.sheet ?? guess.sheets[0]}
            onChange={(event) => set({ sheet: event.currentTarget.value })}
          />
        )}
        {format.type !== 'parquet' && (
          <>
            <NativeSelect
              label={t.imports.decimal}
              data={Object.entries(t.imports.decimals).map(([value, label]) => ({ value, label }))}
              value={format.decimal ?? '.'}
              onChange={(event) => set({ decimal: event.currentTarget.value })}
            />
            <NativeSelect
              label={t.imports.dateOrder}
              data={Object.entries(t.imports.dateOrders).map(([value, label]) => ({ value, label }))}
              value={format.date_order ?? 'dmy'}
              onChange={(event) => set({ date_order: event.currentTarget.value })}
            />
          </>
        )}
        <NativeSelect
          label={t.imports.currency}
          data={withChosen(CURRENCIES, mapping.currency)}
          value={mapping.currency ?? 'EUR'}
          onChange={(event) => onChange({ mapping: { ...mapping, currency: event.currentTarget.value } })}
        />
        {(format.type === 'delimited' || format.type === 'xlsx') && (
          <Switch
            className="format-switch"
            label={t.imports.header}
            checked={format.header ?? true}
            onChange={(event) => set({ header: event.currentTarget.checked })}
          />
        )}
      </div>
      {again.isError && (
        <p className="loss" role="alert">
          {errorText(again.error, t)}
        </p>
      )}
      {guess.notes.map((note) => (
        <p key={note.code} className="step-note">
          {saidSentences(note.said, t) ?? t.errors.otherwise(note.message)}
        </p>
      ))}
      <ProgressLine active={again.isPending} />
      <SampleTable label={t.imports.sample} columns={guess.columns.map((column) => column.name)} rows={guess.sample} />
    </StepFrame>
  );
}
