import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { startValuation } from '../../api/portfolio';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { horizonMonths } from '../../ui/horizon';

interface Asked {
  horizon: string;
  /** Fit the models anew, whether that is due or not. */
  refit?: boolean;
}

const MONTHS = [3, 6, 12, 24, 36];

/** How far the values look ahead; another choice computes them again as a job. */
export function HorizonMenu({ days }: { days: number | null }) {
  const { t } = useI18n();
  const now = days ? horizonMonths(days) : null;
  const start = useMutation({
    mutationFn: ({ horizon, refit }: Asked) => startValuation(horizon, refit ? 'refit' : undefined),
    onSuccess: () => {
      notifications.show({ message: t.portfolio.recomputeStarted });
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
    },
    onError: (error) => notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false }),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />} loading={start.isPending}>
          {now ? t.portfolio.horizon(now) : days ? t.portfolio.horizonDays(days) : t.portfolio.recompute}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.portfolio.chooseHorizon}</Menu.Label>
        {MONTHS.map((months) => (
          <Menu.Item key={months} onClick={() => start.mutate({ horizon: `${months}m` })} fw={months === now ? 600 : undefined}>
            {t.portfolio.horizon(months)}
            {months === now && <span className="quiet"> · {t.portfolio.recompute}</span>}
          </Menu.Item>
        ))}
        {days && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => start.mutate({ horizon: now ? `${now}m` : `${days}d`, refit: true })}>
              {t.portfolio.refit}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
