import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useI18n } from '../../../i18n/I18n';
import { STEPS, type Step } from './steps';

interface Props {
  step: Step;
  upload?: string;
}

/** The steps; those already done can be gone back to, until the import begins. */
export function StepList({ step, upload }: Props) {
  const { t } = useI18n();
  const now = STEPS.indexOf(step);
  const written = step === 'import' || step === 'report';
  return (
    <ol className="steps" aria-label={t.imports.stepOf(now + 1, STEPS.length)}>
      {STEPS.map((one, place) => {
        const done = place < now;
        const mark = (
          <span className="step-mark number" aria-hidden>
            {done ? <IconCheck size={13} stroke={2.4} /> : place + 1}
          </span>
        );
        return (
          <li key={one} className={done ? 'done' : undefined} aria-current={one === step ? 'step' : undefined}>
            {done && !written && one !== 'file' ? (
              <Link to="/imports/new" search={{ step: one, upload }}>
                {mark}
                {t.imports.steps[one]}
              </Link>
            ) : (
              <span>
                {mark}
                {t.imports.steps[one]}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
