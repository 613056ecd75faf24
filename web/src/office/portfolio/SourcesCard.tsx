import { Link } from '@tanstack/react-router';
import type { Source } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { condition, group } from '../customers/filter/model';
import { printFilter } from '../customers/filter/print';
import { paths } from '../paths';

/** Which sources told what, and when they last did. */
export function SourcesCard({ sources }: { sources: Source[] }) {
  const { t, f } = useI18n();
  const filterOf = (source: string) => printFilter(group('and', [condition('source', '=', source)]));
  return (
    <Card span={7} title={t.portfolio.sources} finding={t.portfolio.sourcesFinding(sources.length)}>
      <div style={{ overflowX: 'auto' }}>
        <PlainTable
          label={t.portfolio.sources}
          table={{
            head: [
              t.portfolio.sourceHead,
              t.portfolio.recordsHead,
              t.portfolio.factsHead,
              t.portfolio.lastImportHead,
            ],
            body: sources.map((source) => [
              <Link
                key={source.name}
                {...paths.customers(filterOf(source.name))}
                className="link"
                aria-label={t.portfolio.openSource(source.name)}
              >
                {source.name}
              </Link>,
              f.number(source.records),
              f.number(source.facts),
              f.moment(source.last_import_at),
            ]),
          }}
        />
      </div>
    </Card>
  );
}
