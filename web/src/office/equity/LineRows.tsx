import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { equityRowsQuery } from '../../api/equity';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';
import { lineName } from './lines';
import type { Period } from './period';

interface Props {
  period: Period;
  line: string;
}

/** The customers behind one line of the statement, who moved it most first. */
export function LineRows({ period, line }: Props) {
  const { t, f } = useI18n();
  const query = useInfiniteQuery({ ...equityRowsQuery(period.from, period.until, line), placeholderData: keepPreviousData });
  const title = t.equity.rows(lineName(line, t));
  return (
    <Card
      title={title}
      finding={
        query.data &&
        (query.data.total_rows > 0
          ? t.equity.rowsFinding(t.common.customers(query.data.total_rows), f.moneyExact(query.data.amount))
          : t.equity.rowsNone)
      }
      actions={
        <LinkButton {...paths.equity(period)} resetScroll={false} variant="default">
          {t.equity.closeRows}
        </LinkButton>
      }
    >
      <Load query={query} blocks={[200]}>
        {({ rows, total_rows: all, rest, is_complete: isWhole }) =>
          all === 0 ? null : (
            <>
              <Rows
                label={title}
                tall
                part={{ shown: rows.length, all, loading: query.isFetching, onMore: () => void query.fetchNextPage() }}
              >
                <PlainTable
                  label={title}
                  table={{
                    texts: [1, 2],
                    head: [
                      t.equity.customerHead,
                      t.equity.levelHead,
                      t.equity.ownerHead,
                      t.equity.amountHead,
                      t.equity.partHead,
                    ],
                    body: rows.map((row) => [
                      <Link key={row.customer} {...paths.customer(row.customer)} className="link">
                        {row.name ?? t.common.unknown}
                      </Link>,
                      row.level ? t.common.level[row.level] : '–',
                      row.owner ?? '–',
                      f.moneyExact(row.amount),
                      f.sharePoint(row.share),
                    ]),
                  }}
                />
              </Rows>
              {!isWhole && (
                <p className="quiet small number">{t.equity.restRows(f.moneyExact(rest))}</p>
              )}
            </>
          )
        }
      </Load>
    </Card>
  );
}
