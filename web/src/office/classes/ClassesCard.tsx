import { Link } from '@tanstack/react-router';
import type { Classes, ClassSum } from '../../api/contract';
import { amountOf, negated } from '../../api/money';
import type { Messages } from '../../i18n/en';
import type { Formats } from '../../i18n/formats';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { paths } from '../paths';
import './classes.css';

/** Class by class the level whose colour it takes: D1 the highest, D4 the lowest but one. */
export const CLASS_LEVEL: Record<string, number> = { d1: 5, d2: 4, d3: 3, d4: 2 };

interface Props {
  classes: Classes;
  span?: number;
  /** The question as the page asks it. */
  title?: string;
}

/** D1 to D4 as bars of contribution to both sides of nothing; each opens its customers. */
export function ClassesCard({ classes, span = 5, title }: Props) {
  const { t, f } = useI18n();
  const largest = Math.max(1, ...classes.classes.map((one) => Math.abs(amountOf(one.contribution))));
  return (
    <Card
      span={span}
      title={title ?? t.classes.classes}
      finding={classesFinding(classes, t, f)}
      explain={
        <Explain
          subject={t.classes.title}
          definition={t.classes.explain}
          method={t.classes.method}
          date={classes.period ? `${f.day(classes.period.from)} – ${f.day(classes.period.until)}` : undefined}
          population={t.common.customers(classes.customers)}
        />
      }
      table={{
        head: [t.classes.classHead, t.classes.customersHead, t.classes.shareHead, t.classes.contributionHead],
        body: classes.classes.map((one) => [
          t.classes.name[one.class],
          f.number(one.customers),
          f.share(one.customers / Math.max(1, classes.customers)),
          f.money(one.contribution),
        ]),
      }}
    >
      <ul className="class-bars number">
        {classes.classes.map((one) => (
          <li key={one.class}>
            <Bar one={one} all={classes.customers} width={Math.abs(amountOf(one.contribution)) / largest} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** How many bring most of the profit, and what those below zero take away. */
export function classesFinding({ classes, customers, destroyers }: Classes, t: Messages, f: Formats): string | undefined {
  const positive = classes.reduce((sum, one) => sum + Math.max(0, amountOf(one.contribution)), 0);
  const first = classes[0];
  if (!first || positive <= 0) return undefined;
  const share = f.share(amountOf(first.contribution) / positive);
  const ofAll = f.sharePoint(first.customers / Math.max(1, customers));
  if (!destroyers || destroyers.customers === 0) {
    return t.home.classesFinding(share, `${t.common.customers(first.customers)} (${ofAll})`);
  }
  const loss = f.moneyCompact(negated(destroyers.contribution));
  return t.classes.finding(first.customers, ofAll, share, destroyers.customers, loss);
}

function Bar({ one, all, width }: { one: ClassSum; all: number; width: number }) {
  const { t, f } = useI18n();
  const name = t.classes.name[one.class] ?? one.class;
  const customers = t.common.customers(one.customers);
  const below = amountOf(one.contribution) < 0;
  return (
    <Link
      {...paths.customers(one.filter)}
      className="class-bar"
      aria-label={t.classes.open(name, `${customers}, ${f.money(one.contribution)}`)}
    >
      <strong>{name}</strong>
      <span className="class-who">
        {customers} <span className="quiet">{f.share(one.customers / Math.max(1, all))}</span>
      </span>
      <strong className={below ? 'loss' : undefined}>{f.money(one.contribution)}</strong>
      <span className="class-track" aria-hidden>
        <span
          style={{ width: `${width * 100}%`, background: below ? 'var(--loss)' : `var(--level-${CLASS_LEVEL[one.class]})` }}
        />
      </span>
      <span className="class-meaning quiet">{t.classes.meaning[one.class]}</span>
    </Link>
  );
}
