import { useMemo } from 'react';
import type { EquityMonths, EquityStatement } from '../../api/contract';
import { amountOf } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { bandChart } from '../../ui/chart/bandChart';
import { Chart } from '../../ui/chart/Chart';
import { ChartKey } from '../../ui/chart/ChartKey';
import { Explain } from '../../ui/Explain';

interface Props {
  equity: EquityMonths;
  /** Where the next month end is expected; drawn as what is to come. */
  next: EquityStatement['next'];
}

/** Equity at every month end, with the range in which the month before expected it. */
export function MonthsCard({ equity, next }: Props) {
  const { t, f } = useI18n();
  const { months, currency, covered } = equity;
  const build = useMemo(() => {
    const points = months.map((month) => ({
      label: f.monthShort(month.until),
      value: amountOf(month.closing),
      expected: amountOf(month.expected_closing),
      low: month.band_low && amountOf(month.band_low),
      high: month.band_high && amountOf(month.band_high),
      isEarly: month.is_early,
    }));
    const told = months.map((month) => ({
      day: month.until,
      closing: month.closing,
      expected: month.expected_closing,
      low: month.band_low,
      high: month.band_high,
      isEarly: month.is_early,
    }));
    const ahead = next && {
      label: f.monthShort(next.until),
      value: null,
      expected: amountOf(next.expected),
      low: amountOf(next.low),
      high: amountOf(next.high),
    };
    return bandChart(ahead ? [...points, ahead] : points, {
      tick: (value) => f.moneyCompact({ amount: String(value), currency }),
      about: (place) => {
        const one = told[place] ?? { day: next!.until, closing: null, isEarly: false, ...next! };
        const range = one.low && one.high ? ` (${t.equity.range(f.moneyKey(one.low), f.moneyKey(one.high))})` : '';
        const measured = one.closing ? `<br>${t.equity.keyMeasured} <b>${f.moneyKey(one.closing)}</b>` : '';
        const early = one.isEarly ? ` (${t.equity.early})` : '';
        return `${f.day(one.day)}${early}${measured}<br>${t.equity.expectedHead} ${f.moneyKey(one.expected)}${range}`;
      },
    });
  }, [months, next, currency, t, f]);
  const early = months.filter((month) => month.is_early).length;
  const finding = [
    covered.of > 0 ? t.equity.monthsFinding(covered.months, covered.of) : t.equity.monthsPlain(months.length),
    next && t.equity.nextFinding(f.day(next.until), f.moneyKey(next.low), f.moneyKey(next.high)),
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <Card
      span={7}
      title={t.equity.months}
      finding={finding}
      explain={
        <Explain
          subject={t.equity.months}
          definition={t.equity.explainMonths}
          method={t.equity.methodClosing}
          date={months.length > 0 ? `${f.day(months[0]!.from)} – ${f.day(months.at(-1)!.until)}` : undefined}
          population={t.common.customers(months.at(-1)?.customers_closing ?? 0)}
        />
      }
      table={{
        head: [
          t.equity.monthHead,
          t.equity.valueHead,
          t.equity.baseHead,
          t.equity.expectedHead,
          t.equity.rangeHead,
          t.equity.customersHead,
        ],
        body: [...months]
          .reverse()
          .map((month) => [
            month.is_early ? (
              <>
                {f.day(month.until)} <span className="quiet">{t.equity.early}</span>
              </>
            ) : (
              f.day(month.until)
            ),
            f.money(month.closing),
            f.money(month.base_closing),
            f.money(month.expected_closing),
            month.band_low && month.band_high
              ? t.equity.range(f.money(month.band_low), f.money(month.band_high))
              : '–',
            f.number(month.customers_closing),
          ]),
      }}
    >
      <ChartKey
        came={t.equity.keyMeasured}
        told={t.equity.keyExpected}
        early={early > 0 ? t.equity.keyEarly : undefined}
        isValue
      />
      <Chart build={build} label={`${t.equity.months} ${finding}`} height={260} />
      {early > 0 && <p className="quiet small early-note">{t.equity.earlyNote(early)}</p>}
    </Card>
  );
}
