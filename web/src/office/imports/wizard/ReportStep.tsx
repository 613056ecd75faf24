import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { rejectionsAddress } from '../../../api/imports';
import { jobQuery } from '../../../api/jobs';
import type { ImportResult, Job } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { Load } from '../../Load';
import { paths } from '../../paths';
import { LinkButton } from '../../shell/LinkButton';
import { Outcome } from './Outcome';
import { StepFrame } from './StepFrame';

interface Props {
  job: string;
  source?: string;
}

/** What came of the import, and where to go from here. */
export function ReportStep({ job, source }: Props) {
  const query = useQuery(jobQuery(job));
  return (
    <Load query={query} blocks={[80, 160]}>
      {(finished) => <Report job={finished} source={source ?? finished.title} />}
    </Load>
  );
}

function Report({ job, source }: { job: Job; source: string }) {
  const { t, language } = useI18n();
  const result = job.result as unknown as ImportResult;
  return (
    <StepFrame
      title={t.imports.reportTitle}
      hint={t.imports.reportFinding(t.common.rows(result.created + result.updated), source)}
      extra={
        <>
          <LinkButton {...paths.newImport()} variant="default" size="sm">
            {t.imports.another}
          </LinkButton>
          <LinkButton {...paths.portfolio()} variant="default" size="sm">
            {t.imports.toPortfolio}
          </LinkButton>
          <LinkButton {...paths.customers()} size="sm">
            {t.imports.toCustomers}
          </LinkButton>
        </>
      }
    >
      <Outcome result={result} />
      {result.invalid > 0 && result.import != null && (
        <div className="row wrap">
          <Button
            component="a"
            variant="default"
            href={rejectionsAddress(result.import, language)}
            download
            leftSection={<IconDownload size={14} />}
          >
            {t.imports.getErrors}
          </Button>
          <span className="quiet small">{t.imports.getErrorsHint}</span>
        </div>
      )}
    </StepFrame>
  );
}
