import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { bargainHuntersQuery } from '../../api/coherence';
import type { BargainKind, Classes } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { RowsFoot } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';

/** Who buys promotions or loss leaders and hardly anything else. */
export function BargainsCard({ classes }: { classes: Classes }) {
  const { t, f } = useI18n();
  const [open, setOpen] = useState<BargainKind | null>(null);
  const { bargains } = classes;
  if (!bargains) return null;
  const all = bargains.groups.reduce((sum, group) => sum + group.customers, 0);
  return (
    <Card
      span={5}
      title={t.classes.bargains}
      finding={all > 0 ? t.classes.bargainsFinding(t.common.customers(all)) : t.classes.bargainsNone}
      explain={
        <Explain
          subject={t.classes.bargains}
          definition={t.classes.explainBargains(
            f.number(bargains.least_lines),
            f.share(bargains.only_percent / 100),
            f.share(bargains.discount_percent / 100),
          )}
          date={classes.period ? `${f.day(classes.period.from)} – ${f.day(classes.period.until)}` : undefined}
          population={t.common.customers(bargains.told)}
        />
      }
    >
      {all > 0 && (
        <table className="plain number" aria-label={t.classes.bargains}>
          <thead>
            <tr>
              <th scope="col">{t.classes.bargainHead}</th>
              <th scope="col" className="right">
                {t.classes.customersHead}
              </th>
              <th scope="col" className="right">
                {t.classes.amountHead}
              </th>
              <th scope="col" className="right">
                {t.classes.contributionHead}
              </th>
            </tr>
          </thead>
          <tbody>
            {bargains.groups.map((group) => {
              const name = t.classes.bargainKind[group.kind] ?? group.kind;
              return (
                <tr key={group.kind}>
                  <th scope="row">{name}</th>
                  <td className="right">
                    {group.customers > 0 ? (
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        className="bargain-open"
                        aria-expanded={open === group.kind}
                        aria-label={t.classes.open(name, t.common.customers(group.customers))}
                        onClick={() => setOpen(open === group.kind ? null : group.kind)}
                      >
                        {f.number(group.customers)}
                      </Button>
                    ) : (
                      f.number(0)
                    )}
                  </td>
                  <td className="right">{f.money(group.amount)}</td>
                  <td className="right">{f.money(group.contribution)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {open && <Hunters key={open} kind={open} />}
    </Card>
  );
}

function Hunters({ kind }: { kind: BargainKind }) {
  const { t } = useI18n();
  const query = useInfiniteQuery(bargainHuntersQuery(kind));
  const name = t.classes.bargainKind[kind] ?? kind;
  return (
    <Load query={query} blocks={[120]}>
      {({ rows, total }) => (
        <section className="hunters" aria-label={name}>
          <h3>{name}</h3>
          <ul>
            {rows.map((row) => (
              <li key={row.customer}>
                <Link {...paths.customer(row.customer)} className="link">
                  {row.name}
                </Link>
              </li>
            ))}
          </ul>
          <RowsFoot shown={rows.length} all={total} loading={query.isFetching} onMore={() => void query.fetchNextPage()} />
        </section>
      )}
    </Load>
  );
}
