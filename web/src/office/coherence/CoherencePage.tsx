import { useQuery } from '@tanstack/react-query';
import { coherenceQuery } from '../../api/coherence';
import type { Coherence } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { NotMeasured } from '../home/NotMeasured';
import { Load } from '../Load';
import './coherence.css';
import { CoherenceFigures } from './CoherenceFigures';
import { DeltasCard } from './DeltasCard';
import { MatrixCard } from './MatrixCard';
import { RulesCard } from './RulesCard';
import { WorklistCard } from './WorklistCard';

/** Whether we invest where the value is, and what to decide where we do not. */
export function CoherencePage() {
  const { t, f } = useI18n();
  const query = useQuery(coherenceQuery);
  const asOf = query.data?.as_of;
  return (
    <>
      <PageHeader title={t.coherence.title} detail={asOf ? t.coherence.asOf(f.day(asOf)) : undefined} />
      <ProgressLine active={query.isFetching && query.data !== undefined} />
      <Load query={query} blocks={[84, 340, 300]}>
        {(coherence) =>
          coherence.cells.length === 0 ? (
            <NotMeasured title={t.coherence.none} hint={t.coherence.noneHint} />
          ) : (
            <Content coherence={coherence} />
          )
        }
      </Load>
    </>
  );
}

function Content({ coherence }: { coherence: Coherence }) {
  return (
    <>
      <CoherenceFigures coherence={coherence} />
      <div className="cards">
        <MatrixCard coherence={coherence} />
        <DeltasCard coherence={coherence} />
        <WorklistCard coherence={coherence} />
        <RulesCard />
      </div>
    </>
  );
}
