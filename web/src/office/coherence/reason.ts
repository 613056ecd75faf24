import type { WorklistCase } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';

/** Why a customer is on the worklist, in one sentence with its money. */
export function useReason(row: WorklistCase): string {
  const { t, f } = useI18n();
  const sentence = t.coherence.reasons[row.reason];
  return sentence ? sentence(f.moneyOne(row.invested), f.moneyOne(row.coherent_investment)) : row.reason;
}
