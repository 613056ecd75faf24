import { useQuery } from '@tanstack/react-query';
import type { Home } from '../../api/contract';
import { homeQuery } from '../../api/equity';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { ClassesCard } from '../classes/ClassesCard';
import { MatrixCard } from '../coherence/MatrixCard';
import { AlarmCard } from '../equity/AlarmCard';
import '../equity/equity.css';
import { StatementCard } from '../equity/StatementCard';
import { AssumedMargin } from '../AssumedMargin';
import { Load } from '../Load';
import { RefitLine } from '../portfolio/RefitLine';
import { useSession } from '../session/useSession';
import { FirstCases } from './FirstCases';
import './home.css';
import { HomeFigures } from './HomeFigures';
import { NotMeasured } from './NotMeasured';

/** The asset in one screen: what it is worth, whether it grows, where we invest, who brings, what to decide. */
export function HomePage() {
  const { t, f } = useI18n();
  const { rights } = useSession();
  const query = useQuery(homeQuery);
  const asOf = query.data?.as_of;
  return (
    <>
      <PageHeader title={t.home.title} detail={asOf ? t.home.asOf(f.day(asOf)) : undefined} />
      {rights.import && <RefitLine />}
      <ProgressLine active={query.isFetching && query.data !== undefined} />
      <Load query={query} blocks={[84, 280, 220]}>
        {(home) =>
          home.equity || home.as_of ? <Asset home={home} /> : <NotMeasured title={t.home.nothing} hint={t.home.nothingHint} />
        }
      </Load>
    </>
  );
}

function Asset({ home }: { home: Home }) {
  const { t } = useI18n();
  const { equity, coherence, classes, alarm, worklist } = home;
  return (
    <>
      <HomeFigures equity={equity} coherence={coherence} classes={classes} />
      <AssumedMargin of={equity?.assumed_margin} />
      <div className="cards home">
        {equity && <StatementCard statement={equity} span={7} height={210} />}
        {coherence.cells.length > 0 && <MatrixCard coherence={coherence} span={5} compact />}
        {classes.classes.length > 0 && <ClassesCard classes={classes} span={4} title={t.home.classes} />}
        {equity && <AlarmCard alarm={alarm} span={4} brief />}
        {coherence.cells.length > 0 && <FirstCases list={worklist} coherence={coherence} />}
      </div>
    </>
  );
}
