import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isActive, jobsQuery } from '../../api/jobs';
import { useI18n } from '../../i18n/I18n';
import { paths } from '../paths';

/** How many jobs run and how far the first of them is; nothing when none does. */
export function RunningJobs() {
  const { t, f } = useI18n();
  const running = useQuery(jobsQuery).data?.filter(isActive) ?? [];
  const first = running.find((job) => job.state === 'running') ?? running[0];
  if (!first) return null;
  const share = first.total ? Math.min(1, first.done / first.total) : 0;
  return (
    <Link {...paths.jobs()} className="running number">
      {t.shell.running(running.length)}
      {first.total ? ` · ${f.share(share)}` : ''}
      <span className="running-track" aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </Link>
  );
}
