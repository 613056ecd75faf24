import { Button } from '@mantine/core';
import type { Field } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Empty } from '../../ui/state/Empty';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import { LinkButton } from '../shell/LinkButton';
import { useDescribe } from './filter/useDescribe';
import { topParts, withoutPart } from './filter/model';
import { parseFilter } from './filter/parse';
import { printFilter } from './filter/print';
import type { useList } from './useList';

interface Props {
  list: ReturnType<typeof useList>;
  fields: Field[];
}

/** An empty list: because nobody is there yet, or because the filter is too narrow; then which parts can go. */
export function NoCustomers({ list, fields }: Props) {
  const { t } = useI18n();
  const { rights, has_facts } = useSession();
  const describe = useDescribe(fields);
  const { filter, q } = list.search;

  if (!filter && !q) {
    if (!rights.import) return <Empty title={t.customers.empty} hint={t.customers.emptyHintSeller} />;
    return (
      <Empty title={t.customers.empty} hint={has_facts ? t.portfolio.emptyFilled : t.customers.emptyHint}>
        <LinkButton {...paths.newImport()}>{t.customers.importFirst}</LinkButton>
      </Empty>
    );
  }

  const read = filter ? parseFilter(filter) : null;
  return (
    <Empty title={t.customers.noResult} hint={t.customers.noResultHint}>
      {q && (
        <Button variant="default" onClick={() => list.change({ q: undefined })}>
          {t.customers.clearSearch(q)}
        </Button>
      )}
      {read &&
        topParts(read).map((part, place) => (
          <Button
            key={place}
            variant="default"
            onClick={() => list.change({ filter: printFilter(withoutPart(read, place)) || undefined })}
          >
            {describe(part)}
          </Button>
        ))}
      <LinkButton to="/customers" search={list.everything} variant="subtle">
        {t.customers.clearFilters}
      </LinkButton>
    </Empty>
  );
}
