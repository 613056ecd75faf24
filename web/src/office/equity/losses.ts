import type { Alarm, AlarmCause } from '../../api/contract';
import { amountOf } from '../../api/money';

/** The parts that lost something, those most beyond what was expected first; a part that gained is no loss. */
export function lossesOf({ causes }: Pick<Alarm, 'causes'>): AlarmCause[] {
  return causes.filter((cause) => amountOf(cause.actual) > 0);
}
