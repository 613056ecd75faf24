import { useQuery } from '@tanstack/react-query';
import { importsQuery } from '../../api/imports';
import { useI18n } from '../../i18n/I18n';
import { PageHeader } from '../../ui/PageHeader';
import { ProgressLine } from '../../ui/ProgressLine';
import { Empty } from '../../ui/state/Empty';
import { Load } from '../Load';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';
import { ImportLine } from './ImportLine';
import { TemplatesMenu } from './TemplatesMenu';
import './imports.css';

/** The files that came in, what each of them told, and the way to take one back. */
export function ImportsPage() {
  const { t } = useI18n();
  const query = useQuery(importsQuery);
  return (
    <>
      <PageHeader title={t.imports.title}>
        <TemplatesMenu />
        <LinkButton {...paths.newImport()}>{t.imports.newImport}</LinkButton>
      </PageHeader>
      <ProgressLine active={query.isFetching && query.data !== undefined} />
      <Load query={query} blocks={[56, 56, 56]}>
        {(imports) =>
          imports.length === 0 ? (
            <Empty title={t.imports.empty} hint={t.imports.emptyHint}>
              <LinkButton {...paths.newImport()}>{t.imports.newImport}</LinkButton>
            </Empty>
          ) : (
            <ul className="imports">
              {imports.map((one) => (
                <ImportLine key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Load>
    </>
  );
}
