import { isActive } from '../../api/jobs';
import type { ImportResult, Job } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { JobButtons } from './JobButtons';
import { JobProgress } from './JobProgress';
import { JobState } from './JobState';

/** One job: what it is, its state, its progress or its outcome, and what can be done. */
export function JobLine({ job }: { job: Job }) {
  const { t, f } = useI18n();
  const kind = t.jobs.kind[job.kind] ?? job.kind;
  return (
    <li className="job" aria-label={`${kind}: ${job.title}`}>
      <div className="job-head">
        <strong>{kind}</strong>
        <span className="job-title">{job.title}</span>
        <span className="grow" />
        <JobState state={job.state} />
        <JobButtons job={job} />
      </div>
      {isActive(job) ? (
        <JobProgress job={job} />
      ) : (
        <p className="job-outcome number">
          <Outcome job={job} />
        </p>
      )}
      <p className="small quiet number">
        <time dateTime={job.created_at}>{f.moment(job.started_at ?? job.created_at)}</time>
        {took(job) !== null && ` · ${f.duration(took(job)!)}`}
      </p>
    </li>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t, f } = useI18n();
  if (job.error) return <span className="loss">{job.error.message}</span>;
  if (job.state === 'interrupted') return t.jobs.interruptedHint;
  const result = job.result as Partial<ImportResult> | null;
  if (typeof result?.read === 'number') {
    return t.jobs.importResult(f.number(result.created), f.number(result.updated), f.number(result.invalid));
  }
  return job.done > 0 ? t.jobs.units[job.unit](job.done) : null;
}

/** Seconds from start to end, or `null` while it has none. */
function took(job: Job): number | null {
  if (!job.started_at || !job.finished_at) return null;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}
