import { isActive } from '../../api/jobs';
import type { ImportResult, Job } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { failureText } from '../../i18n/errorText';
import { JobButtons } from './JobButtons';
import { JobProgress } from './JobProgress';
import { JobState } from './JobState';
import { jobCount, jobKind, jobName, jobTitle } from './jobText';

/** One job: what it is, its state, its progress or its outcome, and what can be done. */
export function JobLine({ job }: { job: Job }) {
  const { t, f } = useI18n();
  return (
    <li className="job" aria-label={jobName(job, t)}>
      <div className="job-head">
        <strong>{jobKind(job, t)}</strong>
        <span className="job-title">{jobTitle(job, t)}</span>
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

/** What taking an import back says of files that stand: some of their rows went with it. */
interface Retraction {
  told_again: { import: number; file_name: string; rows: number }[];
}

/** What follows a valuation; each stands or fails by itself. */
const ASSET_STEPS = ['equity', 'accounts', 'coherence'] as const;
type Steps = Partial<Record<(typeof ASSET_STEPS)[number], { error?: string } | null>>;

function Outcome({ job }: { job: Job }) {
  const { t, f } = useI18n();
  if (job.error) return <span className="loss">{failureText(job.error, t)}</span>;
  if (job.state === 'interrupted') return t.jobs.interruptedHint;
  const result = job.result as Partial<ImportResult> | null;
  if (typeof result?.read === 'number') {
    return t.jobs.importResult(result.created ?? 0, result.updated ?? 0, result.invalid ?? 0);
  }
  const again = (job.result as Partial<Retraction> | null)?.told_again ?? [];
  if (again.length > 0) return t.jobs.toldAgain(again.map((told) => told.file_name).join(', '));
  const failed = ASSET_STEPS.filter((step) => (job.result as Steps | null)?.[step]?.error);
  if (failed.length > 0) {
    return <span className="loss">{t.jobs.notComputed(failed.map((step) => t.jobs.step[step]).join(', '))}</span>;
  }
  return job.done > 0 ? jobCount(job, job.done, t, f) : null;
}

/** Seconds from start to end, or `null` while it has none. */
function took(job: Job): number | null {
  if (!job.started_at || !job.finished_at) return null;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}
