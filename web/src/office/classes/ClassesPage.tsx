import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { classesQuery, LISTED, MOST_LISTED } from '../../api/coherence';
import type { Classes } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { Empty } from '../../ui/state/Empty';
import { NotMeasured } from '../home/NotMeasured';
import { Load } from '../Load';
import { BargainsCard } from './BargainsCard';
import './classes.css';
import { ClassesCard } from './ClassesCard';
import { DestroyersCard } from './DestroyersCard';
import { MigrationsCard } from './MigrationsCard';
import { WhaleCard } from './WhaleCard';

/** Who brings the profit, who takes it away, and who moved. */
export function ClassesPage() {
  const { t, f } = useI18n();
  const [limit, setLimit] = useState(LISTED);
  const query = useQuery({ ...classesQuery(limit), placeholderData: keepPreviousData });
  const period = query.data?.period;
  return (
    <>
      <PageHeader title={t.classes.title} detail={period ? t.classes.asOf(f.day(period.from), f.day(period.until)) : undefined} />
      <ProgressLine active={query.isFetching && query.data !== undefined} />
      <Load query={query} blocks={[340, 300]}>
        {(classes) =>
          classes.missing.includes('margin') ? (
            <WithoutMargins classes={classes} />
          ) : classes.classes.length === 0 ? (
            <NotMeasured title={t.classes.none} hint={t.classes.noneHint} />
          ) : (
            <Content
              classes={classes}
              loading={query.isFetching}
              onMore={limit < MOST_LISTED ? () => setLimit(Math.min(MOST_LISTED, limit * 4)) : undefined}
            />
          )
        }
      </Load>
    </>
  );
}

/** Without margins nobody knows who brings the profit; who buys bargains only is known all the same. */
function WithoutMargins({ classes }: { classes: Classes }) {
  const { t } = useI18n();
  return (
    <>
      <Empty title={t.classes.noMargins} hint={t.classes.noMarginsHint} />
      <div className="cards">
        <BargainsCard classes={classes} />
      </div>
    </>
  );
}

function Content({ classes, loading, onMore }: { classes: Classes; loading: boolean; onMore?: () => void }) {
  return (
    <div className="cards">
      <ClassesCard classes={classes} />
      <WhaleCard classes={classes} />
      <MigrationsCard />
      <DestroyersCard classes={classes} loading={loading} onMore={onMore} />
      <BargainsCard classes={classes} />
    </div>
  );
}
