import { IconQuestionMark } from '@tabler/icons-react';
import { useI18n } from '../../i18n/I18n';

/** Behind what rests on margins that nobody told; the note above the cards says how many. */
export function AssumedMark() {
  const { t } = useI18n();
  return (
    <>
      {' '}
      <IconQuestionMark size={12} className="quiet" role="img" aria-label={t.activities.marginAssumed} />
    </>
  );
}
