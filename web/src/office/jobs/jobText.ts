import type { Job } from '../../api/contract';
import type { Formats } from '../../i18n/formats';
import type { Messages } from '../../i18n/en';

export function jobKind(job: Job, t: Messages): string {
  return t.jobs.kind[job.kind] ?? job.kind;
}

/** What a job works on, in the reader's words: a file, a horizon, an import. */
export function jobTitle(job: Job, t: Messages): string {
  if (job.kind === 'value') {
    const months = /^(\d+)m$/.exec(job.title)?.[1];
    const weeks = /^(\d+)w$/.exec(job.title)?.[1];
    const days = /^(\d+)d$/.exec(job.title)?.[1] ?? (weeks && String(7 * Number(weeks)));
    if (months) return t.portfolio.horizon(Number(months));
    return days ? t.portfolio.horizonDays(Number(days)) : job.title;
  }
  if (job.kind === 'retraction') return t.jobs.importNumber(job.title);
  return job.title;
}

/** Kind and title in one, for readers who hear them. */
export function jobName(job: Job, t: Messages): string {
  return [jobKind(job, t), jobTitle(job, t)].filter(Boolean).join(': ');
}

/** A count with the unit of the job: rows, customers, megabytes. */
export function jobCount(job: Job, count: number, t: Messages, f: Formats): string {
  if (job.unit === 'bytes') return f.bytes(count);
  return t.jobs.units[job.unit]?.(count) ?? f.number(count);
}
