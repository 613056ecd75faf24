import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isActive, jobQuery } from '../../../api/jobs';
import type { Job } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { failureText } from '../../../i18n/errorText';
import { JobButtons } from '../../jobs/JobButtons';
import { JobProgress } from '../../jobs/JobProgress';
import { Load } from '../../Load';
import { paths } from '../../paths';
import { LinkButton } from '../../shell/LinkButton';
import { StepFrame } from './StepFrame';

interface Props {
  job: string;
  onDone: () => void;
}

/** The import itself, which goes on without this page. */
export function ImportStep({ job, onDone }: Props) {
  const { t } = useI18n();
  const query = useQuery(jobQuery(job));
  const done = query.data?.state === 'done';
  useEffect(() => {
    if (done) onDone();
    // The page moves on once.
  }, [done]);
  return (
    <StepFrame
      title={t.imports.importTitle}
      hint={t.imports.importRunning}
      extra={
        <>
          {query.data && <JobButtons job={query.data} />}
          <LinkButton {...paths.jobs()} variant="default">
            {t.imports.leave}
          </LinkButton>
        </>
      }
    >
      <Load query={query} blocks={[80]}>
        {(running) => <Running job={running} />}
      </Load>
    </StepFrame>
  );
}

function Running({ job }: { job: Job }) {
  const { t } = useI18n();
  if (isActive(job) || job.state === 'done') return <JobProgress job={job} />;
  return (
    <p className="loss" role="alert">
      {job.error ? failureText(job.error, t) : t.imports.stopped}
    </p>
  );
}
