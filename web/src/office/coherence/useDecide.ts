import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { decide } from '../../api/coherence';
import type { Verdict } from '../../api/contract';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';

export interface Taken {
  customer: number;
  decision: Verdict;
  note: string;
}

/** Takes a decision on a case; what shows cases is asked for again. */
export function useDecide(onTaken?: () => void) {
  const { t } = useI18n();
  return useMutation({
    mutationFn: ({ customer, decision, note }: Taken) => decide(customer, decision, note),
    onSuccess: () => {
      notifications.show({ message: t.coherence.saved });
      for (const key of ['worklist', 'coherence', 'home']) void queryClient.invalidateQueries({ queryKey: [key] });
      onTaken?.();
    },
    onError: (error) => notifications.show({ message: errorText(error, t), color: 'orange', autoClose: false }),
  });
}
