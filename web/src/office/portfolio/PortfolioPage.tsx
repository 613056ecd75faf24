import { useQuery } from '@tanstack/react-query';
import type { Portfolio } from '../../api/contract';
import { portfolioQuery } from '../../api/portfolio';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { Empty } from '../../ui/state/Empty';
import { Load } from '../Load';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { LinkButton } from '../shell/LinkButton';
import { ApartCard } from './ApartCard';
import { ConcentrationCard } from './ConcentrationCard';
import { HorizonMenu } from './HorizonMenu';
import { KeyFigures } from './KeyFigures';
import { LevelsCard } from './LevelsCard';
import { ModelCard } from './ModelCard';
import { RefitLine } from './RefitLine';
import { SourcesCard } from './SourcesCard';

/** What all customers together are worth, on what it rests, and what is left out of it. */
export function PortfolioPage() {
  const { t, f } = useI18n();
  const { rights } = useSession();
  const query = useQuery(portfolioQuery);
  const asOf = query.data?.as_of;
  return (
    <>
      <PageHeader title={t.portfolio.title} detail={asOf ? t.portfolio.asOf(f.day(asOf)) : undefined}>
        {rights.import && query.data && query.data.customers > 0 && (
          <HorizonMenu days={query.data.horizon_days ?? null} />
        )}
      </PageHeader>
      {rights.import && <RefitLine />}
      <ProgressLine active={query.isFetching && query.data !== undefined} />
      <Load query={query} blocks={[84, 340, 200]}>
        {(portfolio) =>
          portfolio.customers + portfolio.prospects === 0 ? <NoCustomers /> : <Figures portfolio={portfolio} />
        }
      </Load>
    </>
  );
}

function Figures({ portfolio }: { portfolio: Portfolio }) {
  return (
    <>
      <KeyFigures portfolio={portfolio} />
      <div className="cards">
        <ConcentrationCard portfolio={portfolio} />
        <LevelsCard portfolio={portfolio} />
        <SourcesCard sources={portfolio.sources} />
        <ApartCard portfolio={portfolio} />
        {portfolio.model && <ModelCard model={portfolio.model} asOf={portfolio.as_of} />}
      </div>
    </>
  );
}

function NoCustomers() {
  const { t } = useI18n();
  const { rights, has_facts } = useSession();
  if (!rights.import) return <Empty title={t.portfolio.empty} hint={t.portfolio.emptyHintSeller} />;
  return (
    <Empty title={t.portfolio.empty} hint={has_facts ? t.portfolio.emptyFilled : t.portfolio.emptyHint}>
      <LinkButton {...paths.newImport()}>{t.portfolio.importFirst}</LinkButton>
    </Empty>
  );
}
