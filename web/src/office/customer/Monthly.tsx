import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Customer } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { PlainTable } from '../../ui/Card';
import { Chart } from '../../ui/chart/Chart';
import { monthlyChart } from './monthlyChart';

/** The revenue of the last 24 months, as bars or as a table. */
export function Monthly({ customer }: { customer: Customer }) {
  const { t, f } = useI18n();
  const [asTable, setAsTable] = useState(false);
  const { monthly } = customer;
  const currency = customer.past.revenue.currency;
  const sum = monthly.reduce((total, month) => total + Number(month.revenue.amount), 0);
  const finding =
    sum === 0
      ? t.customer.monthlyNone
      : t.customer.monthlyFinding(f.money({ amount: sum.toFixed(2), currency }));
  const build = useMemo(() => monthlyChart(monthly, f), [monthly, f]);
  const label = asTable ? t.common.asChart : t.common.asTable;
  return (
    <section aria-labelledby="monthly-title">
      <div className="row">
        <h2 id="monthly-title">{t.customer.monthly}</h2>
        <span className="grow" />
        {monthly.length > 0 && (
          <Tooltip label={label}>
            <ActionIcon
              size="sm"
              aria-label={`${t.customer.monthly} ${label}`}
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              {asTable ? <IconChartBar size={15} stroke={1.6} /> : <IconTable size={15} stroke={1.6} />}
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <p className="quiet small number">{finding}</p>
      {sum !== 0 && !asTable && <Chart build={build} label={`${t.customer.monthly}. ${finding}`} height={130} />}
      {asTable && (
        <div className="card-table" tabIndex={0} role="region" aria-label={t.customer.monthly}>
          <PlainTable
            label={t.customer.monthly}
            table={{
              head: [t.customer.monthHead, t.customer.revenueHead],
              body: monthly.map((month) => [f.month(`${month.month}-01`), f.money(month.revenue)]),
            }}
          />
        </div>
      )}
    </section>
  );
}
