import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Customer } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import { Explain } from '../../../ui/Explain';
import { LevelBadge, levelNumber } from '../../../ui/LevelBadge';
import { CLASS_LEVEL } from '../../classes/ClassesCard';
import { deltaText } from '../../coherence/matrix';
import { paths } from '../../paths';
import './account.css';

/** Where this customer stands in the asset: investment, delta, class, contribution, equity; each with its help. */
export function AssetBadges({ customer }: { customer: Customer }) {
  const { t, f } = useI18n();
  const { asset, level } = customer;
  if (!asset) return null;
  const { investment_level: investment, delta, class: klass } = asset;
  const until = customer.value ? f.day(customer.value.as_of) : undefined;
  const className = klass ? t.classes.name[klass] : null;
  return (
    <dl className="asset-badges number" aria-label={t.account.badges}>
      {investment && (
        <Badge
          label={t.account.investment}
          definition={t.account.explainInvestment}
          method={t.account.methodInvestment(f.moneyOne(asset.invested))}
          date={until}
          filter={`investment_level = ${investment}`}
          rows={t.common.level[investment]}
        >
          <LevelBadge level={investment} />
        </Badge>
      )}
      {delta != null && level && investment && (
        <Badge
          label={t.account.delta}
          definition={t.account.explainDelta}
          method={t.account.methodDelta(String(levelNumber(investment)), String(levelNumber(level)))}
          date={until}
          filter={`delta = ${delta}`}
          rows={deltaText(delta)}
        >
          {deltaText(delta)} {delta <= -2 ? t.coherence.under : delta >= 2 ? t.coherence.over : t.coherence.even}
        </Badge>
      )}
      {klass && className && (
        <Badge
          label={t.account.class}
          definition={t.account.explainClass}
          method={t.account.methodClass(f.moneyOne(asset.contribution))}
          date={until}
          filter={`class = ${klass}`}
          rows={className}
        >
          <span className="class-mark" style={{ background: `var(--level-${CLASS_LEVEL[klass]})` }} aria-hidden />
          {className}
        </Badge>
      )}
      {asset.contribution && (
        <Badge
          label={until ? t.account.contributionTo(until) : t.account.contribution}
          definition={t.account.explainContribution}
          method={t.account.method}
          date={until}
        >
          <span className={Number(asset.contribution.amount) < 0 ? 'loss' : undefined}>{f.moneyOne(asset.contribution)}</span>
        </Badge>
      )}
      {asset.equity && (
        <Badge
          label={t.account.equity}
          definition={t.account.explainEquity[customer.measure]}
          method={t.account.methodEquity}
          date={until}
        >
          {f.moneyOne(asset.equity)}
        </Badge>
      )}
    </dl>
  );
}

interface BadgeProps {
  label: string;
  definition: string;
  method: string;
  date?: string;
  /** The customers who have the same. */
  filter?: string;
  rows?: string;
  children: ReactNode;
}

function Badge({ label, definition, method, date, filter, rows, children }: BadgeProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
      <dd>
        <Explain
          subject={label}
          definition={definition}
          method={method}
          date={date}
          link={
            filter && (
              <Link {...paths.customers(filter)} className="link">
                {rows}
              </Link>
            )
          }
        />
      </dd>
    </div>
  );
}
