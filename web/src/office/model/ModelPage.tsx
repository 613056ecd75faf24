import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { LookBack, ModelFit } from '../../api/contract';
import { lookBackQuery, modelQuery } from '../../api/model';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { Empty } from '../../ui/state/Empty';
import { Load } from '../Load';
import { paths } from '../paths';
import { CalibrationCard } from './CalibrationCard';
import { ExpectationCard } from './ExpectationCard';
import { FitsCard } from './FitsCard';
import './model.css';
import { ModelFigures } from './ModelFigures';
import { SourceCard } from './SourceCard';
import { TrackingCard } from './TrackingCard';
import { TrialsCard } from './TrialsCard';
import { TrustCard } from './TrustCard';

/** By which models the customers are valued, and what these would have said earlier. */
export function ModelPage() {
  const { t, f } = useI18n();
  const model = useQuery(modelQuery);
  const back = useQuery(lookBackQuery);
  const asOf = model.data?.fit?.as_of;
  return (
    <>
      <PageHeader title={t.model.title} detail={asOf ? t.model.asOf(f.day(asOf)) : undefined}>
        {back.data?.backtest && <OriginChoice back={back.data.backtest} />}
      </PageHeader>
      <ProgressLine active={model.isFetching && model.data !== undefined} />
      <Load query={model} blocks={[84, 300, 320]}>
        {({ fit }) =>
          fit ? (
            <Load query={back} blocks={[84, 300, 320]}>
              {({ backtest }) => <Cards fit={fit} back={backtest ?? null} />}
            </Load>
          ) : (
            <Empty title={t.model.none} hint={t.model.noneHint} />
          )
        }
      </Load>
    </>
  );
}

/** The day that everything is seen from: the one in the address, else the earliest. */
function useOrigin(back: LookBack | null): string | null {
  const { from } = useSearch({ from: '/office/model' });
  const days = back?.origins.map((origin) => origin.day) ?? [];
  return days.find((day) => day === from) ?? days[0] ?? null;
}

function OriginChoice({ back }: { back: LookBack }) {
  const { t, f } = useI18n();
  const navigate = useNavigate();
  const from = useOrigin(back);
  return (
    <label className="origin-choice">
      <span>{t.model.from}</span>
      <NativeSelect
        value={from ?? ''}
        onChange={(event) => void navigate({ ...paths.model(event.currentTarget.value), replace: true })}
        data={back.origins.map((origin) => ({
          value: origin.day,
          label: t.model.fromDay(f.day(origin.day), origin.horizon_days),
        }))}
      />
    </label>
  );
}

function Cards({ fit, back }: { fit: ModelFit; back: LookBack | null }) {
  const { t } = useI18n();
  const from = useOrigin(back);
  const plots = back?.plots.find((one) => one.day === from);
  return (
    <>
      <ModelFigures fit={fit} back={back} />
      <div className="cards">
        <SourceCard fit={fit} back={back} />
        {back && plots ? (
          <>
            <TrustCard back={back} />
            <TrackingCard plots={plots} />
            <CalibrationCard plots={plots} />
            <ExpectationCard by="frequency" bins={plots.by_frequency} />
            <ExpectationCard by="recency" bins={plots.by_recency} />
            <TrialsCard back={back} from={plots.day} />
          </>
        ) : (
          <div className="card model-short">
            <Empty title={t.model.noPast} hint={t.model.noPastHint} />
          </div>
        )}
        <FitsCard fit={fit} />
      </div>
    </>
  );
}
