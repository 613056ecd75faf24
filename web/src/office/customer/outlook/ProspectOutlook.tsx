import type { CustomerOutlook, ProspectOutlook as Prospect } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';

interface Props {
  outlook: CustomerOutlook;
  prospect: Prospect;
}

/** The outlook of one who never bought: what those like him brought, and who they are. */
export function ProspectOutlook({ outlook, prospect }: Props) {
  const { t, f } = useI18n();
  const days = outlook.horizon_days ?? prospect.window_days;
  const window = t.outlook.span(prospect.window_days);
  const alike = prospect.is_everybody ? t.outlook.everybody : t.outlook.alike;
  const believed = prospect.rests_on.flatMap((support) => {
    const sentence = t.outlook.believed[support.group];
    return sentence && support.weight >= 0.005 ? [{ group: support.group, text: sentence(f.share(support.weight)) }] : [];
  });
  return (
    <>
      <p className="number">
        <strong>{t.outlook.prospectFinding[outlook.measure](f.moneyOne(prospect.value), t.outlook.span(days))}</strong>{' '}
        {t.outlook.prospectInterval(f.moneyOne(prospect.lo80), f.moneyOne(prospect.hi80))}
      </p>
      <h3>{t.outlook.why}</h3>
      <ul className="outlook-sentences number">
        <li>{t.outlook.prospect}</li>
        <li>{alike(prospect.customers, window)}</li>
        <li>{t.outlook.since(prospect.bought)}</li>
        {Math.abs(prospect.window_days - days) > 1 && <li>{t.outlook.scaled(prospect.window_days)}</li>}
        {!prospect.is_everybody && believed.map(({ group, text }) => <li key={group}>{text}</li>)}
      </ul>
    </>
  );
}
