import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { adoptRefit, dismissRefit, refitsQuery } from '../../api/portfolio';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import './RefitLine.css';

/** A refit that waits for a decision: what it would change, adopt it or keep the models in use. */
export function RefitLine() {
  const { t, f } = useI18n();
  const { in_use: used, proposed } = useQuery(refitsQuery).data ?? {};
  const onError = (error: unknown) =>
    notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false });
  const adopt = useMutation({
    mutationFn: adoptRefit,
    onSuccess: () => {
      notifications.show({ message: t.portfolio.refitAdopted });
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
    },
    onError,
  });
  const keep = useMutation({ mutationFn: dismissRefit, onError });
  const change = proposed?.refit;
  if (!used || !proposed || !change) return null;
  const what = t.portfolio.refitOf[change.measure ?? 'margin'](change.horizon_days ? t.portfolio.refitWithin(change.horizon_days) : '');
  const moved =
    change.change == null
      ? t.portfolio.refitFromNothing(what, f.moneyKey(change.after))
      : t.portfolio.refitMoves(what, f.change(change.change), f.moneyKey(change.before), f.moneyKey(change.after));
  return (
    <section className="refit-line" aria-label={t.portfolio.refitTitle}>
      <p className="number">
        {t.portfolio.refitBetween(f.day(used.fitted_at), f.day(proposed.fitted_at))} {moved}{' '}
        {t.portfolio.refitLevels(change.level_changes)}
      </p>
      <div className="row">
        <Button size="xs" loading={adopt.isPending} disabled={adopt.isSuccess} onClick={() => adopt.mutate(proposed.version)}>
          {t.portfolio.refitAdopt}
        </Button>
        <Button size="xs" variant="default" loading={keep.isPending} onClick={() => keep.mutate(proposed.version)}>
          {t.portfolio.refitKeep}
        </Button>
      </div>
    </section>
  );
}
