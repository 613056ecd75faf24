import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Model } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { modelName } from '../model/forecasters';
import { paths } from '../paths';
import { useSession } from '../session/useSession';
import './ModelCard.css';

interface Props {
  model: Model;
  asOf?: string | null;
}

/** With what the values were computed, whether the fit can be trusted, and what it says of itself. */
export function ModelCard({ model, asOf }: Props) {
  const { t, f } = useI18n();
  const { rights } = useSession();
  const note = (code: string, message: string) => t.portfolio.notes[code] ?? t.errors.otherwise(message);
  const warning = <IconAlertTriangle size={15} stroke={1.7} className="loss" aria-hidden />;
  return (
    <Card
      title={t.portfolio.model}
      finding={t.portfolio.modelFinding(modelName(model.name, t), t.common.customers(model.customers))}
    >
      <ul className="model-notes">
        <li>{t.portfolio.modelText}</li>
        <li>
          {!model.converged && warning}
          {model.converged ? t.portfolio.converged : t.portfolio.notConverged}{' '}
          <span className="quiet">
            {t.portfolio.fitted(f.moment(model.fitted_at))}
            {asOf && `, ${t.portfolio.asOf(f.day(asOf))}`}
          </span>
        </li>
        {model.notes.map((one) => (
          <li key={one.code}>
            {note(one.code, one.message)}
            {one.count != null && <span className="quiet number"> ({f.number(one.count)})</span>}
          </li>
        ))}
        {rights.margin && (
          <li>
            <Link {...paths.model()} className="link">
              {t.model.open}
            </Link>
          </li>
        )}
      </ul>
    </Card>
  );
}
