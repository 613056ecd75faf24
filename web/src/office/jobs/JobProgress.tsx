import { Progress } from '@mantine/core';
import type { Job } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { jobCount, jobName } from './jobText';
import './jobs.css';

/** How far a job is: the bar, the counts, the rate, the time left. */
export function JobProgress({ job }: { job: Job }) {
  const { t, f } = useI18n();
  const share = job.total ? Math.min(1, job.done / job.total) : null;
  const count = (value: number) => (job.unit === 'bytes' ? f.bytes(value) : f.number(value));
  const facts = [
    job.total ? t.jobs.of(count(job.done), jobCount(job, job.total, t, f)) : jobCount(job, job.done, t, f),
    job.rate_per_second ? t.jobs.perSecond(count(Math.round(job.rate_per_second))) : null,
    job.seconds_left != null ? t.jobs.left(f.duration(job.seconds_left)) : null,
  ];
  return (
    <div className="job-progress">
      <Progress.Root size={6} radius="sm">
        <Progress.Section
          value={share === null ? 100 : share * 100}
          striped={share === null}
          animated={share === null}
          aria-label={t.jobs.progressOf(jobName(job, t))}
        />
      </Progress.Root>
      <p className="number small" role="status">
        {share !== null && <strong>{f.share(share)}</strong>} {facts.filter(Boolean).join(' · ')}
      </p>
    </div>
  );
}
