import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { equityRowsQuery } from '../../api/equity';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';
import { lineName, rowsText } from './lines';
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
      finding={query.data && rowsText(query.data, t, f)}
      actions={
        <LinkButton {...paths.equity(period)} resetScroll={false} variant="default">
          {t.equity.closeRows}
        </LinkButton>
      }
    >
      <Load query={query} blocks={[200]}>
        {({ rows, total_rows: all }) =>
          all === 0 ? null : (
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
          )
        }
      </Load>
    </Card>
  );
}
