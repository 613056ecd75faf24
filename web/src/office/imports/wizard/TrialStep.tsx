import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { startImport } from '../../../api/imports';
import { isActive, jobQuery } from '../../../api/jobs';
import type { ImportResult, Job, Upload } from '../../../api/contract';
import { queryClient } from '../../../api/queryClient';
import { errorReference, errorText, failureText } from '../../../i18n/errorText';
import { useI18n } from '../../../i18n/I18n';
import { Failure } from '../../../ui/state/Failure';
import { JobProgress } from '../../jobs/JobProgress';
import { Load } from '../../Load';
import type { Draft } from './draft';
import { Outcome } from './Outcome';
import { StepFrame } from './StepFrame';

interface Props {
  upload: Upload;
  draft: Draft;
  /** The dry run of the address, if it was started. */
  job?: string;
  onJob: (job: string) => void;
  onBack: () => void;
  onImport: (job: string) => void;
}

/** The whole file gone through without writing: what an import would change. */
export function TrialStep({ upload, draft, job, onJob, onBack, onImport }: Props) {
  const { t } = useI18n();
  const order = { upload: upload.id, source: draft.source.trim(), mapping: draft.mapping };
  const trial = useMutation({
    mutationFn: () => startImport({ ...order, dry_run: true }),
    onSuccess: (started) => onJob(String(started.id)),
  });
  const real = useMutation({
    mutationFn: () => startImport({ ...order, dry_run: false }),
    onSuccess: (started) => {
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
      onImport(String(started.id));
    },
  });
  const asked = useRef(false);
  useEffect(() => {
    if (job || asked.current) return;
    asked.current = true;
    trial.mutate();
  }, [job, trial]);

  const query = useQuery({ ...jobQuery(job ?? ''), enabled: job !== undefined });
  const result = query.data?.state === 'done' ? (query.data.result as unknown as ImportResult) : null;
  const changes = result ? result.created + result.updated : 0;
  const error = trial.error ?? real.error;

  return (
    <StepFrame
      title={t.imports.trialTitle}
      hint={t.imports.trialHint}
      onBack={onBack}
      onNext={result ? () => real.mutate() : undefined}
      nextLabel={result ? t.imports.importNamed(t.common.rows(changes)) : undefined}
      busy={real.isPending}
    >
      {error && (
        <Failure
          cause={`${errorText(error, t)} ${t.common.safe}`}
          reference={errorReference(error)}
          onRetry={() => (trial.isError ? trial.mutate() : real.mutate())}
        />
      )}
      {job && (
        <Load query={query} blocks={[80]}>
          {(running) => <Trial job={running} onAgain={() => trial.mutate()} />}
        </Load>
      )}
    </StepFrame>
  );
}

function Trial({ job, onAgain }: { job: Job; onAgain: () => void }) {
  const { t } = useI18n();
  if (isActive(job)) {
    return (
      <>
        <p>{t.imports.trialRunning}</p>
        <JobProgress job={job} />
      </>
    );
  }
  if (job.state !== 'done') {
    return (
      <>
        <p className="loss" role="alert">
          {job.error ? failureText(job.error, t) : t.jobs.state[job.state]}
        </p>
        <Button variant="default" onClick={onAgain}>
          {t.imports.again}
        </Button>
      </>
    );
  }
  const result = job.result as unknown as ImportResult;
  const nothing = result.created + result.updated === 0;
  return (
    <>
      <p role="status">{nothing ? t.imports.nothingNew : t.imports.trialDone}</p>
      <Outcome result={result} />
    </>
  );
}
