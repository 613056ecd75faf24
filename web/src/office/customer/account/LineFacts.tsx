import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lineFactsQuery } from '../../../api/accounts';
import type { AccountPeriod, LineFacts as Facts } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { Rows } from '../../../ui/Rows';
import { unitsText } from '../../activities/condition';
import { activityName } from '../../activities/names';
import { Load } from '../../Load';
import { LinkButton } from '../../shell/LinkButton';
import { periodName } from './statement';

const route = getRouteApi('/office/customers/$id');

interface Props {
  id: string;
  line: string;
  period: AccountPeriod;
}

/** The facts behind one number of the account, with how each was priced. */
export function LineFacts({ id, line, period }: Props) {
  const { t, f } = useI18n();
  const search = route.useSearch();
  // Months of the account, whatever the period: the answer is asked for by month.
  const query = useQuery(lineFactsQuery(id, line, period.from.slice(0, 7), period.until.slice(0, 7)));
  const activity = /^activity:(.*)$/.exec(line)?.[1];
  const title = t.account.facts(activity ? activityName(activity, t) : (t.activities.line[line] ?? line), periodName(period.period, t, f));
  return (
    <section className="line-facts" aria-label={title}>
      <div className="row wrap">
        <h3>{title}</h3>
        {query.data && query.data.facts.length > 0 && (
          <span className="quiet small number">
            {t.account.factsFinding(
              t.common.facts(query.data.facts.length),
              f.moneyFine({ amount: query.data.exact, currency: query.data.currency }),
            )}
          </span>
        )}
        <span className="grow" />
        <LinkButton
          to="/customers/$id"
          params={{ id }}
          search={{ ...search, line: undefined, period: undefined }}
          resetScroll={false}
          replace
          variant="default"
        >
          {t.account.close}
        </LinkButton>
      </div>
      <Load query={query} blocks={[140]}>
        {({ facts, currency }) =>
          facts.length === 0 ? (
            <p className="quiet small">{t.account.factsNone}</p>
          ) : (
            <Rows label={title} tall>
              <table className="plain number" aria-label={title}>
                <thead>
                  <tr>
                    <th scope="col">{t.account.dayHead}</th>
                    <th scope="col">{t.account.whatHead}</th>
                    <th scope="col">{t.account.sourceHead}</th>
                    <th scope="col">{t.account.unitsHead}</th>
                    <th scope="col" className="right">
                      {t.account.amountHead}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {facts.map((fact) => (
                    <Fact key={`${fact.id} ${fact.activity ?? ''}`} fact={fact} currency={currency} />
                  ))}
                </tbody>
              </table>
            </Rows>
          )
        }
      </Load>
    </section>
  );
}

function Fact({ fact, currency }: { fact: Facts['facts'][number]; currency: string }) {
  const { t, f } = useI18n();
  const channel = fact.channel && (t.customer.channel[fact.channel] ?? fact.channel);
  const what = [t.customer.kind[fact.kind] ?? fact.kind, channel, fact.about, fact.document];
  return (
    <tr>
      <td className="fact-day">{f.wall(fact.happened_at)}</td>
      <td className="prose">{what.filter(Boolean).join(' · ')}</td>
      <td>{fact.source}</td>
      <td>{fact.units && fact.driver ? unitsText(fact.units, fact.driver, t, f) : '–'}</td>
      <td className="right">{f.moneyFine({ amount: fact.amount, currency })}</td>
    </tr>
  );
}
