import { useQuery } from '@tanstack/react-query';
import { jobsQuery } from '../../api/jobs';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { Empty } from '../../ui/state/Empty';
import { Load } from '../Load';
import { JobLine } from './JobLine';
import './jobs.css';

/** Long work: what runs, how far it is, what came of it. */
export function JobsPage() {
  const { t } = useI18n();
  const query = useQuery(jobsQuery);
  return (
    <>
      <PageHeader title={t.jobs.title} detail={t.jobs.hint} />
      <Load query={query} blocks={[64, 64, 64]}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Empty title={t.jobs.empty} hint={t.jobs.emptyHint} />
          ) : (
            <ul className="jobs">
              {jobs.map((job) => (
                <JobLine key={job.id} job={job} />
              ))}
            </ul>
          )
        }
      </Load>
    </>
  );
}
