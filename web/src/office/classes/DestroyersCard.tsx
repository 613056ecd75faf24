import { Link } from '@tanstack/react-router';
import type { Classes, Destroyer } from '../../api/contract';
import { negated } from '../../api/money';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { Explain } from '../../ui/Explain';
import { Rows } from '../../ui/Rows';
import { paths } from '../paths';
import { LinkButton } from '../shell/LinkButton';

interface Props {
  classes: Classes;
  loading: boolean;
  /** Absent once as many are named as one answer holds: all of them are in the list of customers. */
  onMore?: () => void;
}

/** Who costs more than he brings, by name, with the costs that make it so. */
export function DestroyersCard({ classes, loading, onMore }: Props) {
  const { t, f } = useI18n();
  const { destroyers } = classes;
  if (!destroyers) return null;
  const kind = (word: string) => t.classes.costKind[word] ?? word;
  return (
    <Card
      span={7}
      title={t.classes.destroyers}
      finding={
        destroyers.customers > 0
          ? t.classes.destroyersFinding(
              t.common.customers(destroyers.customers),
              f.moneyCompact(negated(destroyers.contribution)),
            )
          : t.classes.destroyersNone
      }
      explain={
        <Explain
          subject={t.classes.destroyers}
          definition={t.classes.explainDestroyers}
          method={t.classes.method}
          date={classes.period ? `${f.day(classes.period.from)} – ${f.day(classes.period.until)}` : undefined}
          population={t.common.customers(classes.customers)}
        />
      }
      actions={
        destroyers.customers > 0 && (
          <LinkButton {...paths.customers(destroyers.filter)} variant="default">
            {t.common.customers(destroyers.customers)}
          </LinkButton>
        )
      }
    >
      {destroyers.customers > 0 && (
        <>
          <p className="small quiet number destroyer-kinds">
            {destroyers.causes
              .map((cause) => `${kind(cause.kind)}${t.common.colon} ${t.common.customers(cause.customers)}, ${f.moneyCompact(cause.cost)}`)
              .join(' · ')}
          </p>
          <Rows
            label={t.classes.destroyers}
            tall
            part={{
              shown: destroyers.rows.length,
              all: destroyers.customers,
              loading,
              onMore: destroyers.rows.length < destroyers.listed ? onMore : undefined,
            }}
          >
            <table className="plain number" aria-label={t.classes.destroyers}>
              <thead>
                <tr>
                  <th scope="col">{t.classes.customerHead}</th>
                  <th scope="col" className="right">
                    {t.classes.marginHead}
                  </th>
                  <th scope="col" className="right">
                    {t.classes.contributionHead}
                  </th>
                  <th scope="col">{t.classes.causesHead}</th>
                </tr>
              </thead>
              <tbody>
                {destroyers.rows.map((row) => (
                  <Row key={row.customer} row={row} kind={kind} />
                ))}
              </tbody>
            </table>
          </Rows>
        </>
      )}
    </Card>
  );
}

function Row({ row, kind }: { row: Destroyer; kind: (word: string) => string }) {
  const { t, f } = useI18n();
  return (
    <tr>
      <th scope="row">
        <Link {...paths.customer(row.customer)} className="link">
          {row.name}
        </Link>
      </th>
      <td className="right">{f.moneyOne(row.margin)}</td>
      <td className="right loss">{f.moneyOne(row.contribution)}</td>
      <td className="prose destroyer-causes">
        {row.causes.length === 0 && <span className="quiet">{t.classes.noCause}</span>}
        {row.causes.map((cause, place) => (
          <span key={cause.kind}>
            {t.classes.cause(kind(cause.kind), f.moneyOne(cause.cost), f.moneyOne(cause.usual))}
            {cause.is_enough && <span className="quiet"> ({place === 0 ? t.classes.causeEnough : t.classes.causesEnough})</span>}
          </span>
        ))}
      </td>
    </tr>
  );
}
