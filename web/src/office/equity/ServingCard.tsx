import { Link } from '@tanstack/react-router';
import type { EquityServing, EquityStatement } from '../../api/contract';
import { negated } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { paths } from '../paths';

interface Props {
  statement: EquityStatement;
  serving: EquityServing;
}

/** What serving today's customers will cost, and what is left of what they are worth: beside the statement, not in it. */
export function ServingCard({ statement, serving }: Props) {
  const { t, f } = useI18n();
  const { net_equity: net, expected_cost: cost, losing } = serving;
  const finding = net ? t.serving.finding(f.moneyKey(net), f.moneyKey(cost)) : t.serving.findingCost(f.moneyKey(cost));
  return (
    <Card
      title={t.serving.all}
      finding={finding}
      explain={
        <Explain
          subject={t.serving.all}
          definition={t.serving.explain}
          method={t.serving.method}
          certainty={t.serving.horizon(f.shareFine(serving.discount_rate))}
          date={f.day(serving.as_of)}
          population={t.common.customers(serving.customers)}
        />
      }
    >
      <PlainTable
        label={t.serving.all}
        table={{
          head: [t.serving.lineHead, t.serving.amountHead],
          body: [
            [t.serving.equity, f.moneyExact(statement.closing)],
            [t.serving.byPurchase(f.moneyOne(serving.cost_per_purchase)), f.moneyExact(negated(serving.by_purchase))],
            [t.serving.byTime(f.moneyOne(serving.cost_per_year)), f.moneyExact(negated(serving.by_time))],
            ...(net ? [[t.serving.net, <strong key="net">{f.moneyExact(net)}</strong>]] : []),
          ],
        }}
      />
      <p className="quiet small">{net ? t.serving.apart : t.serving.noMargin}</p>
      <p className="small number">
        {t.serving.lastYear(f.moneyKey(serving.last_year))}{' '}
        {losing &&
          (losing.customers > 0 ? (
            <Link {...paths.customers(losing.filter)} className="link">
              {t.serving.losingFinding(losing.customers, f.moneyKey(losing.expected_contribution))}
            </Link>
          ) : (
            t.serving.losingNone
          ))}
      </p>
    </Card>
  );
}
