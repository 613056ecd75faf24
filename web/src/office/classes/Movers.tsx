import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { moversQuery, type Moves } from '../../api/coherence';
import { useI18n } from '../../i18n/I18n';
import { PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { Load } from '../Load';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';
import { placeName } from './moves';

interface Props {
  /** The moves as the answer has them, with their dates. */
  moves: Moves;
  /** As the address has them, to go back to. */
  asked: Moves;
  before: string;
  after: string;
}

/** The customers behind one number of the migrations. */
export function Movers({ moves, asked, before, after }: Props) {
  const { t, f } = useI18n();
  const query = useInfiniteQuery(moversQuery(moves, before, after));
  const title = t.classes.movers(placeName(before, 'before', t), placeName(after, 'after', t));
  return (
    <section className="movers" aria-label={title}>
      <div className="row">
        <h3>{title}</h3>
        {query.data && <span className="quiet small number">{t.common.customers(query.data.total)}</span>}
        <span className="grow" />
        <LinkButton {...paths.classes(asked)} resetScroll={false} variant="default">
          {t.classes.closeMovers}
        </LinkButton>
      </div>
      <Load query={query} blocks={[160]}>
        {({ rows, total }) => (
          <Rows
            label={title}
            tall
            part={{ shown: rows.length, all: total, loading: query.isFetching, onMore: () => void query.fetchNextPage() }}
          >
            <PlainTable
              label={title}
              table={{
                head: [t.classes.customerHead, t.classes.beforeHead, t.classes.afterHead],
                body: rows.map((row) => [
                  <Link key={row.customer} {...paths.customer(row.customer)} className="link">
                    {row.name}
                  </Link>,
                  f.moneyOne(row.before),
                  f.moneyOne(row.after),
                ]),
              }}
            />
          </Rows>
        )}
      </Load>
    </section>
  );
}
