import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Alarm, AlarmCause } from '../../api/contract';
import { amountOf, negated } from '../../api/money';
import type { Messages } from '../../i18n/en';
import { useI18n } from '../../i18n/I18n';
import { Card, PlainTable } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { paths } from '../paths';
import { CHURN } from './lines';
import { lossesOf } from './losses';
import { partName } from './parts';

interface Props {
  alarm: Alarm | null | undefined;
  span?: number;
  /** Only what there is to know at a glance. */
  brief?: boolean;
}

/** Whether more is being lost than usual, and by whom. */
export function AlarmCard({ alarm, span = 5, brief = false }: Props) {
  const { t, f } = useI18n();
  const finding = alarm ? alarmText(alarm, f.month(alarm.until), t) : t.equity.alarmNone;
  return (
    <Card
      span={span}
      title={t.equity.alarm}
      finding={
        alarm && (
          <span className={alarm.sounds ? 'alarm loss' : 'alarm'}>
            {alarm.sounds ? <IconAlertTriangle size={15} aria-hidden /> : <IconCircleCheck size={15} aria-hidden />}
            {finding}
          </span>
        )
      }
      explain={
        <Explain
          subject={t.equity.alarm}
          definition={t.equity.explainAlarm}
          method={alarm ? t.equity.methodAlarm(f.decimal(alarm.deviations), f.decimal(alarm.spread)) : undefined}
          date={alarm ? `${f.day(alarm.from)} – ${f.day(alarm.until)}` : undefined}
          population={alarm ? t.equity.alarmPopulation(t.common.customers(alarm.customers_opening), f.day(alarm.from)) : undefined}
          link={
            alarm && (
              <Link {...paths.equity({ from: alarm.from, until: alarm.until, line: CHURN })} className="link">
                {t.equity.alarmRows}
              </Link>
            )
          }
        />
      }
    >
      {alarm ? <Losses alarm={alarm} brief={brief} /> : <p className="quiet small">{finding}</p>}
    </Card>
  );
}

export function alarmText(alarm: Alarm, month: string, t: Messages): string {
  const said = alarm.sounds ? t.equity.alarmSounds(month) : t.equity.alarmQuiet(month);
  return alarm.bleeds ? `${said} ${t.equity.alarmBleeds}` : said;
}

function Losses({ alarm, brief }: { alarm: Alarm; brief: boolean }) {
  const { t, f } = useI18n();
  const { heads, value } = alarm;
  const causes = lossesOf(alarm);
  return (
    <>
      <dl className="losses number">
        <Loss
          {...(heads.actual < 0
            ? { label: t.equity.alarmHeadsBack, actual: f.decimal(-heads.actual) }
            : { label: t.equity.alarmHeads, actual: f.decimal(heads.actual) })}
          detail={t.equity.alarmLine(f.decimal(heads.expected), f.decimal(heads.limit))}
          above={alarm.heads_above}
          brief={brief}
        />
        <Loss
          {...(amountOf(value.actual) < 0
            ? { label: t.equity.alarmValueBack, actual: f.moneyCompact(negated(value.actual)) }
            : { label: t.equity.alarmValue, actual: f.moneyCompact(value.actual) })}
          detail={t.equity.alarmLine(f.moneyCompact(value.expected), f.moneyCompact(value.limit))}
          above={alarm.value_above}
          brief={brief}
        />
      </dl>
      {alarm.sounds && causes.length === 0 && <p className="quiet small">{t.equity.causesNone}</p>}
      {brief ? alarm.sounds && <Chief causes={causes} /> : causes.length > 0 && <Causes causes={causes} sounds={alarm.sounds} />}
    </>
  );
}

interface LossProps {
  label: string;
  actual: string;
  detail: string;
  above: boolean;
  /** Whether the sentence above says already that all is within its limits. */
  brief: boolean;
}

function Loss({ label, actual, detail, above, brief }: LossProps) {
  const { t } = useI18n();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>{actual}</strong>{' '}
        {(above || !brief) && (
          <span className={above ? 'loss' : 'quiet'}>{above ? t.equity.alarmAbove : t.equity.alarmWithin}</span>
        )}
        <small>{detail}</small>
      </dd>
    </div>
  );
}

/** The causes with most part in the excess, in a line each. */
function Chief({ causes }: { causes: AlarmCause[] }) {
  const { t, f } = useI18n();
  return (
    <ul className="chief-causes number" aria-label={t.equity.causeHead}>
      {causes.slice(0, 2).map((cause) => (
        <li key={`${cause.part} ${cause.key}`}>
          <span>
            <CauseName cause={cause} />
          </span>
          <span className="quiet">{cause.share == null ? f.moneyCompact(cause.actual) : t.equity.ofExcess(f.share(cause.share))}</span>
        </li>
      ))}
    </ul>
  );
}

function CauseName({ cause }: { cause: AlarmCause }) {
  const { t } = useI18n();
  const name = causeName(cause, t);
  if (!cause.filter) return name;
  return (
    <Link {...paths.customers(cause.filter)} className="link">
      {name}
    </Link>
  );
}

/** Where the losses were: as causes while the alarm sounds, else only as where most was lost beyond expectation. */
function Causes({ causes, sounds }: { causes: AlarmCause[]; sounds: boolean }) {
  const { t, f } = useI18n();
  const label = sounds ? t.equity.causeHead : t.equity.lossesOfMonth;
  return (
    <Rows label={label} tall>
      <PlainTable
        label={label}
        table={{
          head: [label, t.equity.lostHeadShort, t.equity.expectedShort, t.equity.shareHead],
          body: causes.map((cause) => [
            <CauseName key={cause.key} cause={cause} />,
            f.moneyCompact(cause.actual),
            f.moneyCompact(cause.expected),
            f.share(cause.share),
          ]),
        }}
      />
    </Rows>
  );
}

function causeName({ part, key }: AlarmCause, t: Messages): string {
  return `${t.equity.bys[part] ?? part}${t.common.colon} ${partName(part, key, t)}`;
}
