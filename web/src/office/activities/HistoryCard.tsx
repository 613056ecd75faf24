import type { Catalogue } from '../../api/contract';
import type { Messages } from '../../i18n/en';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Rows } from '../../ui/Rows';
import { activityNames } from './names';

/** Every version of the catalogue with who and when. */
export function HistoryCard({ state }: { state: Catalogue }) {
  const { t, f } = useI18n();
  if (state.history.length === 0) return null;
  return (
    <Card title={t.activities.history} finding={t.activities.historyFinding(state.history.length)}>
      <Rows label={t.activities.history} tall>
        <PlainTable
          label={t.activities.history}
          table={{
            texts: [1, 2, 3],
            head: [
              t.activities.versionHead,
              t.activities.whenHead,
              t.activities.whoHead,
              t.activities.howHead,
              t.activities.countHead,
              t.activities.assumedHead,
            ],
            body: state.history.map((one) => [
              one.note ? (
                <>
                  {one.version} <span className="quiet">{noteText(one.origin, one.note, t)}</span>
                </>
              ) : (
                one.version
              ),
              f.moment(one.made_at),
              one.made_by ?? (one.origin === 'guess' ? '–' : t.activities.machine),
              t.activities.origin[one.origin] ?? one.origin,
              f.number(one.activities),
              f.number(one.assumed),
            ]),
          }}
        />
      </Rows>
    </Card>
  );
}

/** What whoever made a version said: of a guess its trade, of a confirmation the names that were confirmed. */
function noteText(origin: string, note: string, t: Messages): string {
  if (origin === 'guess') return t.activities.presets[note] ?? note;
  return origin === 'confirmation' ? activityNames(note, t) : note;
}
