import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { portfolioQuery, startValuation } from '../../api/portfolio';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { Empty } from '../../ui/state/Empty';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { LinkButton } from '../shell/LinkButton';

interface Props {
  title: string;
  hint: string;
}

/** A page of the asset before it is measured: bring customers in, or compute the values. */
export function NotMeasured({ title, hint }: Props) {
  const { t } = useI18n();
  const { rights } = useSession();
  const portfolio = useQuery(portfolioQuery);
  const compute = useMutation({
    mutationFn: () => startValuation('12m'),
    onSuccess: () => {
      notifications.show({ message: t.home.computing });
      void queryClient.invalidateQueries({ queryKey: ['jobs'] });
    },
    onError: (error) => notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false }),
  });
  const nobody = portfolio.data && portfolio.data.customers + portfolio.data.prospects === 0;
  return (
    <Empty title={nobody ? t.portfolio.empty : title} hint={nobody ? t.portfolio.emptyHint : hint}>
      {rights.import &&
        (nobody ? (
          <LinkButton {...paths.newImport()}>{t.portfolio.importFirst}</LinkButton>
        ) : (
          <Button loading={compute.isPending} disabled={compute.isSuccess} onClick={() => compute.mutate()}>
            {t.home.compute}
          </Button>
        ))}
    </Empty>
  );
}
