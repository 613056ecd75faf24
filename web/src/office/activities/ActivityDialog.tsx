import { ActionIcon, Button, Checkbox, Modal, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Activity, UnitCost } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { COST_KINDS, DRIVERS, FACTS, tidy } from './catalogue';
import { conditionText } from './condition';
import { activityName } from './names';

interface Props {
  activity: Activity;
  isNew: boolean;
  /** Names of the other activities. */
  taken: string[];
  teams: string[];
  currency: string;
  onTake: (activity: Activity) => void;
  onRemove: () => void;
  onClose: () => void;
}

/** One activity as a form; what it says is taken over into the draft, and saved only after its preview. */
export function ActivityDialog({ activity, isNew, taken, teams, currency, onTake, onRemove, onClose }: Props) {
  const { t, f } = useI18n();
  const [given, setGiven] = useState<Activity>(activity);
  const [tried, setTried] = useState(false);
  const set = (part: Partial<Activity>) => setGiven({ ...given, ...part });
  const name = given.name.trim();
  const nameProblem = name === '' ? t.session.required : taken.includes(name) ? t.activities.taken : undefined;
  const driverProblem = given.driver.trim() === '' ? t.session.required : undefined;
  const condition = given.condition?.trim() ?? '';
  const said = condition && conditionText(condition, t, f);
  const reading = said !== condition && said;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem || driverProblem) return;
    onTake(tidy(given));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={isNew ? t.activities.newActivity : t.activities.editOf(activityName(activity.name, t))}>
      <form className="activity-form" onSubmit={submit} noValidate>
        <TextInput
          label={t.activities.name}
          description={activityName(name, t) === name ? undefined : t.activities.shownAs(activityName(name, t))}
          value={given.name}
          error={tried && nameProblem}
          data-autofocus
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <NativeSelect
          label={t.activities.kind}
          value={given.cost_kind}
          data={COST_KINDS.map((kind) => ({ value: kind, label: t.classes.costKind[kind] ?? kind }))}
          onChange={(event) => set({ cost_kind: event.currentTarget.value })}
        />
        <NativeSelect
          label={t.activities.prices}
          value={given.facts}
          data={FACTS.map((facts) => ({ value: facts, label: t.activities.facts[facts] ?? facts }))}
          onChange={(event) => set({ facts: event.currentTarget.value })}
        />
        <TextInput
          label={t.activities.driverLabel}
          description={t.activities.driverHint}
          list="drivers"
          value={given.driver}
          error={tried && driverProblem}
          onChange={(event) => set({ driver: event.currentTarget.value })}
        />
        <datalist id="drivers">
          {DRIVERS.map((driver) => (
            <option key={driver} value={driver} />
          ))}
        </datalist>
        <TextInput
          className="whole-row"
          label={t.activities.condition}
          description={reading ? `${t.activities.conditionHint} ${t.activities.readAs(reading)}` : t.activities.conditionHint}
          value={given.condition ?? ''}
          onChange={(event) => set({ condition: event.currentTarget.value })}
        />
        {teams.length > 0 && (
          <SegmentedControl
            className="whole-row"
            aria-label={t.activities.rate}
            value={given.team ? 'team' : 'unit'}
            onChange={(way) => set({ team: way === 'team' ? teams[0] : undefined })}
            data={[
              { value: 'unit', label: t.activities.byUnit },
              { value: 'team', label: t.activities.byTeam },
            ]}
          />
        )}
        {given.team ? (
          <NativeSelect
            label={t.activities.team}
            value={given.team}
            data={teams}
            onChange={(event) => set({ team: event.currentTarget.value })}
          />
        ) : (
          <UnitCosts
            costs={given.unit_costs ?? []}
            isCredit={given.driver.trim() === 'amount × days'}
            currency={currency}
            onChange={(unit_costs) => set({ unit_costs })}
          />
        )}
        <Checkbox
          className="whole-row"
          label={t.activities.isSure}
          checked={given.confirmed ?? false}
          onChange={(event) => set({ confirmed: event.currentTarget.checked })}
        />
        <div className="row whole-row dialog-foot">
          {!isNew && (
            <Button
              variant="subtle"
              color="gray"
              onClick={() => {
                onRemove();
                onClose();
              }}
            >
              {t.activities.remove}
            </Button>
          )}
          <span className="grow" />
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit">{t.activities.take}</Button>
        </div>
      </form>
    </Modal>
  );
}

interface CostsProps {
  costs: UnitCost[];
  /** Whether money lent is priced, by a yearly rate. */
  isCredit: boolean;
  currency: string;
  onChange: (costs: UnitCost[]) => void;
}

/** What a unit costs, from which day to which. */
function UnitCosts({ costs, isCredit, currency, onChange }: CostsProps) {
  const { t } = useI18n();
  const set = (at: number, part: UnitCost) =>
    onChange(costs.map((cost, place) => (place === at ? { ...cost, ...part } : cost)));
  return (
    <fieldset className="whole-row unit-costs">
      <legend>{t.activities.rate}</legend>
      {costs.map((cost, at) => (
        <div key={at} className="unit-cost">
          {isCredit ? (
            <TextInput
              label={t.activities.yearly}
              inputMode="decimal"
              value={cost.yearly_percent ?? ''}
              onChange={(event) => set(at, { yearly_percent: event.currentTarget.value, amount: null })}
            />
          ) : (
            <>
              <TextInput
                label={`${t.activities.amount} (${currency})`}
                inputMode="decimal"
                value={cost.amount ?? ''}
                onChange={(event) => set(at, { amount: event.currentTarget.value, yearly_percent: null })}
              />
              <TextInput
                label={t.activities.per}
                inputMode="decimal"
                placeholder="1"
                value={cost.per ?? ''}
                onChange={(event) => set(at, { per: event.currentTarget.value })}
              />
            </>
          )}
          <TextInput
            type="date"
            label={t.activities.from}
            value={cost.from ?? ''}
            onChange={(event) => set(at, { from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t.activities.until}
            value={cost.until ?? ''}
            onChange={(event) => set(at, { until: event.currentTarget.value })}
          />
          {costs.length > 1 && (
            <ActionIcon
              aria-label={t.activities.removeSpan}
              onClick={() => onChange(costs.filter((_, place) => place !== at))}
            >
              <IconTrash size={15} stroke={1.6} />
            </ActionIcon>
          )}
        </div>
      ))}
      <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={() => onChange([...costs, {}])}>
        {t.activities.addSpan}
      </Button>
    </fieldset>
  );
}
