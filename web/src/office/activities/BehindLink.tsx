import { Link, useSearch } from '@tanstack/react-router';
import type { FactsOf } from '../../api/accounts';
import type { Money } from '../../api/contract';
import { amountOf } from '../../api/money';
import type { Messages } from '../../i18n/en';
import { useI18n } from '../../i18n/I18n';
import { paths } from '../paths';
import { activityName } from './names';

/** A line of the accounts as the reader knows it. */
export function lineName(line: string, t: Messages): string {
  const activity = /^activity:(.*)$/s.exec(line)?.[1];
  return activity === undefined ? (t.activities.line[line] ?? line) : activityName(activity, t);
}

/** The address of this page with the rows behind a line open. */
export function useBehind() {
  const search = useSearch({ from: '/office/activities' });
  return (line: string, of?: FactsOf) => ({
    ...paths.activities({ ...search, line, of }),
    resetScroll: false,
  });
}

interface Props {
  line: string;
  of?: FactsOf;
  amount: Money;
  /** Without cents. */
  isWhole?: boolean;
}

/** An amount of the accounts; opens the customers, or the facts of nobody, that it is the sum of. */
export function BehindLink({ line, of, amount, isWhole = false }: Props) {
  const { t, f } = useI18n();
  const behind = useBehind();
  const search = useSearch({ from: '/office/activities' });
  const text = isWhole ? f.money(amount) : f.moneyExact(amount);
  if (amountOf(amount) === 0) return text;
  const say = of === 'nobody' ? t.activities.openNobody : t.activities.openCustomers;
  const isOpen = search.line === line && search.of === of;
  return (
    <Link
      {...behind(line, of)}
      className={isOpen ? 'behind-link open' : 'behind-link'}
      aria-label={say(lineName(line, t), f.moneyExact(amount))}
    >
      {text}
    </Link>
  );
}

/** How many facts an activity could not price; opens them. */
export function UnpricedLink({ activity, facts }: { activity: string; facts: number }) {
  const { t } = useI18n();
  const behind = useBehind();
  return (
    <Link
      {...behind(`activity:${activity}`, 'unpriced')}
      className="behind-link loss"
      aria-label={t.activities.openUnpriced(activityName(activity, t), t.common.facts(facts))}
    >
      {t.activities.unpriced(facts)}
    </Link>
  );
}
