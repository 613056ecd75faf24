import { Button, Progress } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState, type DragEvent } from 'react';
import { uploadFile } from '../../../api/imports';
import type { Upload } from '../../../api/contract';
import { queryClient } from '../../../api/queryClient';
import { errorText } from '../../../i18n/errorText';
import { useI18n } from '../../../i18n/I18n';
import { TemplatesMenu } from '../TemplatesMenu';

interface Sending {
  name: string;
  share: number;
}

/** Takes a file, by drop or by choice, and shows how far it is. */
export function FileStep({ onUploaded }: { onUploaded: (upload: Upload) => void }) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController | null>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const send = async (file: File | undefined) => {
    if (!file) return;
    stop.current = new AbortController();
    setProblem(null);
    setSending({ name: file.name, share: 0 });
    try {
      const upload = await uploadFile(file, (share) => setSending({ name: file.name, share }), stop.current.signal);
      queryClient.setQueryData(['upload', String(upload.id)], upload);
      onUploaded(upload);
    } catch (error) {
      setSending(null);
      if (!(error instanceof DOMException)) setProblem(errorText(error, t));
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer.files[0]);
  };

  return (
    <section className="step">
      <div
        className={over ? 'drop-zone over' : 'drop-zone'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {sending ? (
          <SendingFile sending={sending} onStop={() => stop.current?.abort()} />
        ) : (
          <>
            <IconFileUpload size={32} stroke={1.3} aria-hidden />
            <h2>{t.imports.dropTitle}</h2>
            <p className="quiet">{t.imports.dropHint}</p>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={t.imports.choose}
              accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,.xlsx,.parquet,.gz"
              onChange={(event) => void send(event.currentTarget.files?.[0])}
            />
            <Button size="sm" onClick={() => input.current?.click()}>
              {t.imports.choose}
            </Button>
            {problem && (
              <p className="loss" role="alert">
                {problem}
              </p>
            )}
          </>
        )}
      </div>
      <div className="row">
        <TemplatesMenu />
      </div>
    </section>
  );
}

function SendingFile({ sending, onStop }: { sending: Sending; onStop: () => void }) {
  const { t, f } = useI18n();
  const sent = sending.share >= 1;
  return (
    <div className="sending">
      <h2>{t.imports.uploading(sending.name)}</h2>
      <Progress.Root size={6} radius="sm">
        <Progress.Section value={sending.share * 100} aria-label={t.imports.uploading(sending.name)} animated={sent} />
      </Progress.Root>
      <p className="quiet small number" role="status">
        {sent ? t.imports.reading : t.imports.uploaded(f.share(sending.share))}
      </p>
      <Button variant="default" onClick={onStop}>
        {t.common.cancel}
      </Button>
    </div>
  );
}
