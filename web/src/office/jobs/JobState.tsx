import { IconAlertTriangle, IconCircleCheck, IconClock, IconLoader, IconPlayerStop } from '@tabler/icons-react';
import type { JobState as State } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

const ICON = {
  queued: IconClock,
  running: IconLoader,
  done: IconCircleCheck,
  failed: IconAlertTriangle,
  cancelled: IconPlayerStop,
  interrupted: IconAlertTriangle,
};

/** A state as a sign and a word. */
export function JobState({ state }: { state: State }) {
  const { t } = useI18n();
  const Icon = ICON[state];
  return (
    <span className={`job-state ${state}`}>
      <Icon size={15} stroke={1.7} aria-hidden />
      {t.jobs.state[state]}
    </span>
  );
}
