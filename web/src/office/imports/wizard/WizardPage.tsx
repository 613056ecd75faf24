import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { importsQuery, uploadQuery } from '../../../api/imports';
import type { Import, Upload } from '../../../api/contract';
import { ApiError } from '../../../api/client';
import { useI18n } from '../../../i18n/I18n';
import { PageHeader } from '../../../ui/PageHeader';
import { Failure } from '../../../ui/state/Failure';
import { Load } from '../../Load';
import { paths } from '../../paths';
import { LinkButton } from '../../shell/LinkButton';
import { CheckStep } from './CheckStep';
import { ColumnsStep } from './ColumnsStep';
import { useDraft } from './draft';
import { FileStep } from './FileStep';
import { FormatStep } from './FormatStep';
import { ImportStep } from './ImportStep';
import { ReportStep } from './ReportStep';
import { StepList } from './StepList';
import { stepOf, type Step } from './steps';
import { TrialStep } from './TrialStep';
import './wizard.css';

const route = getRouteApi('/office/imports/new');

/** Where the address stands in the wizard. */
export interface Place {
  step: Step;
  upload?: string;
  job?: string;
}

/** From a file to facts, one question at a time; nothing is written before the last step. */
export function WizardPage() {
  const { t } = useI18n();
  const search = route.useSearch();
  const navigate = useNavigate();
  const step = stepOf(search.step, search.upload !== undefined, search.job !== undefined);
  const go = (place: Place, replace = false) => void navigate({ to: '/imports/new', search: { ...place }, replace });
  return (
    <>
      <PageHeader title={t.imports.wizard} />
      <div className="wizard">
        <StepList step={step} upload={search.upload} />
        {step === 'file' || !search.upload ? (
          <FileStep onUploaded={(upload) => go({ step: 'format', upload: String(upload.id) })} />
        ) : (
          <Uploaded id={search.upload} step={step} job={search.job} onGo={go} />
        )}
      </div>
    </>
  );
}

interface UploadedProps {
  id: string;
  step: Step;
  job?: string;
  onGo: (place: Place, replace?: boolean) => void;
}

function Uploaded({ id, step, job, onGo }: UploadedProps) {
  const { t } = useI18n();
  const query = useQuery(uploadQuery(id));
  const imports = useQuery(importsQuery);
  const gone = query.error instanceof ApiError && query.error.status === 404;
  if (gone && step !== 'report' && step !== 'import') {
    return (
      <Failure title={t.imports.gone} cause={t.imports.goneHint}>
        <LinkButton {...paths.newImport()}>{t.imports.startOver}</LinkButton>
      </Failure>
    );
  }
  if (gone && job) return <ReportStep job={job} />;
  return (
    <Load query={query} blocks={[80, 320]}>
      {(upload) => (
        <Load query={imports} blocks={[80, 320]}>
          {(before) => <Steps key={upload.id} upload={upload} imports={before} step={step} job={job} onGo={onGo} />}
        </Load>
      )}
    </Load>
  );
}

interface StepsProps {
  upload: Upload;
  /** What came in before, for the source's name. */
  imports: Import[];
  step: Step;
  job?: string;
  onGo: (place: Place, replace?: boolean) => void;
}

function Steps({ upload, imports, step, job, onGo }: StepsProps) {
  const [draft, change] = useDraft(upload, imports);
  const { id } = upload;
  const to = (next: Step) => () => onGo({ step: next, upload: id });
  switch (step) {
    case 'format':
      return <FormatStep upload={upload} draft={draft} onChange={change} onNext={to('columns')} />;
    case 'columns':
      return <ColumnsStep draft={draft} onChange={change} onBack={to('format')} onNext={to('check')} />;
    case 'check':
      return <CheckStep upload={upload} draft={draft} onBack={to('columns')} onNext={to('trial')} />;
    case 'trial':
      return (
        <TrialStep
          upload={upload}
          draft={draft}
          job={job}
          onJob={(started) => onGo({ step: 'trial', upload: id, job: started }, true)}
          onBack={to('check')}
          onImport={(started) => onGo({ step: 'import', upload: id, job: started })}
        />
      );
    case 'import':
      return <ImportStep job={job!} onDone={() => onGo({ step: 'report', upload: id, job }, true)} />;
    default:
      return <ReportStep job={job!} source={draft.source} />;
  }
}
