import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { MonthSpan } from '../../api/accounts';
import type { Accounts } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { dayOptions, PeriodChoice } from '../../ui/PeriodChoice';
import { paths } from '../paths';
import { askedMonths, monthsBetween, quickOf, quickPeriods } from './months';

const CHOSEN = 'chosen';

/** Over which months the page adds up: a usual period, or any two months; the address keeps it. */
export function MonthsChoice({ accounts }: { accounts: Accounts }) {
  const { t, f } = useI18n();
  const search = useSearch({ from: '/office/activities' });
  const navigate = useNavigate();
  const asked = askedMonths(search);
  const [first, last] = [accounts.first_month, accounts.as_of.slice(0, 7)];
  const months = monthsBetween(first, last);
  const known = (month: string | undefined, other: string) => (month && months.includes(month) ? month : other.slice(0, 7));
  const from = known(asked.from, accounts.from);
  const until = known(asked.until, accounts.until);
  const quick = quickOf(asked, first, last);
  const choose = (part: MonthSpan) =>
    void navigate({
      ...paths.activities({ ...search, from: undefined, until: undefined, ...part }),
      replace: true,
      resetScroll: false,
    });
  const label = (month: string) => f.month(`${month}-01`);
  return (
    <div className="period-choice">
      <label>
        <span>{t.activities.period}</span>
        <NativeSelect
          value={quick ?? CHOSEN}
          onChange={(event) => {
            const chosen = quickPeriods(first, last).find((one) => one.name === event.currentTarget.value);
            choose(chosen?.months ?? { from, until });
          }}
          data={[
            ...quickPeriods(first, last).map(({ name }) => ({ value: name, label: t.activities.quick[name] ?? name })),
            ...(quick ? [] : [{ value: CHOSEN, label: t.activities.chosenMonths }]),
          ]}
        />
      </label>
      <PeriodChoice
        from={{ label: t.equity.from, value: from, options: dayOptions(months, label, (month) => month <= until) }}
        until={{ label: t.equity.until, value: until, options: dayOptions(months, label, (month) => month >= from) }}
        onChange={(part) => choose({ from, until, ...part })}
      />
    </div>
  );
}
