import { Button } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useI18n } from '../../../i18n/I18n';

interface Props {
  title: string;
  hint?: string;
  children: ReactNode;
  onBack?: () => void;
  onNext?: () => void;
  nextLabel?: string;
  /** Why it does not go on yet; the button is then disabled and says so. */
  blocked?: string;
  busy?: boolean;
  /** Another button before the last one. */
  extra?: ReactNode;
}

/** One question of the wizard: its title gets the focus, its buttons stand at the bottom. */
export function StepFrame(props: Props) {
  const { title, hint, children, onBack, onNext, nextLabel, blocked, busy, extra } = props;
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section className="step">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {hint && <p className="step-hint">{hint}</p>}
      {children}
      {(onBack || onNext || extra) && (
        <div className="step-buttons">
          {onBack && (
            <Button variant="default" size="sm" onClick={onBack}>
              {t.imports.back}
            </Button>
          )}
          <span className="grow" />
          {blocked && (
            <span className="small loss" id="step-blocked">
              {blocked}
            </span>
          )}
          {extra}
          {onNext && (
            <Button
              size="sm"
              onClick={onNext}
              loading={busy}
              disabled={blocked !== undefined}
              aria-describedby={blocked ? 'step-blocked' : undefined}
            >
              {nextLabel ?? t.imports.next}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
