import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { cancelJob, resumeJob } from '../../api/jobs';
import type { Job } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { jobName } from './jobText';

/** Stop and resume, where the job can. */
export function JobButtons({ job }: { job: Job }) {
  const { t } = useI18n();
  const after = (message: string) => ({
    onSuccess: () => {
      notifications.show({ message });
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
      void queryClient.invalidateQueries({ queryKey: ['job', String(job.id)] });
    },
    onError: (error: Error) =>
      notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false }),
  });
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), ...after(t.jobs.cancelled) });
  const resume = useMutation({ mutationFn: () => resumeJob(job.id), ...after(t.jobs.resumed) });
  return (
    <>
      {job.can_cancel && (
        <Button
          variant="default"
          aria-label={t.jobs.cancelNamed(jobName(job, t))}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t.jobs.cancel}
        </Button>
      )}
      {job.can_resume && (
        <Button
          variant="default"
          aria-label={t.jobs.resumeNamed(jobName(job, t))}
          loading={resume.isPending}
          onClick={() => resume.mutate()}
        >
          {t.jobs.resume}
        </Button>
      )}
    </>
  );
}
