import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { retentionQuery } from '../../api/equity';
import type { Retention } from '../../api/draft';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';

const NAMED = 50;

/** By name, whom an effort would save most value with. */
export function RetentionCard() {
  const { t, f } = useI18n();
  const query = useQuery(retentionQuery(NAMED));
  const list = query.data;
  const finding = list
    ? list.total > 0
      ? t.equity.retentionFinding(t.common.customers(list.total), f.moneyCompact(list.worth_saving))
      : t.equity.retentionNone
    : undefined;
  return (
    <Card
      title={t.equity.retention}
      finding={finding}
      explain={<Explain subject={t.equity.retention} definition={t.equity.explainRetention} />}
    >
      <Load query={query} blocks={[240]}>
        {(given) => (given.total > 0 ? <Named list={given} /> : null)}
      </Load>
    </Card>
  );
}

function Named({ list }: { list: Retention }) {
  const { t, f } = useI18n();
  return (
    <Rows label={t.equity.retention} tall>
      <PlainTable
        label={t.equity.retention}
        table={{
          head: [
            t.equity.customerHead,
            t.equity.valueHead,
            t.equity.riskHead,
            t.equity.recoverHead,
            t.equity.stakeHead,
            t.equity.savingHead,
          ],
          body: list.rows.map((row) => [
            <Link key={row.customer} {...paths.customer(row.customer)} className="link">
              {row.name}
            </Link>,
            f.money(row.value),
            f.share(row.risk),
            <>
              {f.share(row.recoverability)} <span className="quiet">{t.equity.basis[row.basis] ?? row.basis}</span>
            </>,
            f.money(row.at_stake),
            <strong key="saving">{f.money(row.worth_saving)}</strong>,
          ]),
        }}
      />
    </Rows>
  );
}
