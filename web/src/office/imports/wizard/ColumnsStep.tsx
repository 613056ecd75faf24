import { NativeSelect } from '@mantine/core';
import type { ColumnGuess, Target } from '../../../api/contract';
import { useI18n } from '../../../i18n/I18n';
import type { Draft } from './draft';
import {
  UNITS,
  columnsOf,
  isNeeded,
  meaningOf,
  missing,
  ruleOf,
  targetsFor,
  targetsIn,
  withMeaning,
  withRule,
} from './meanings';
import { StepFrame } from './StepFrame';

const SAMPLES = 3;

interface Props {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onBack: () => void;
  onNext: () => void;
}

/** What each column of the file means. */
export function ColumnsStep({ draft, onChange, onBack, onNext }: Props) {
  const { t } = useI18n();
  const { mapping, guess } = draft;
  const name = useTargetName();
  const gaps = missing(mapping).map((group) => t.imports.either(group.map(name)));
  const twice = targetsIn(mapping).filter((target) => columnsOf(mapping, target).length > 1);
  const noCustomer = String(ruleOf(mapping, 'no_customer') ?? 'anonymous');

  return (
    <StepFrame
      title={t.imports.columnsTitle}
      hint={t.imports.columnsHint}
      onBack={onBack}
      onNext={onNext}
      blocked={gaps.length > 0 ? t.imports.missing(gaps.join(', ')) : undefined}
    >
      <div className="file-table" tabIndex={0} role="region" aria-label={t.imports.columnsTitle}>
        <table className="plain columns-table">
          <thead>
            <tr>
              <th scope="col">{t.imports.columnHead}</th>
              <th scope="col">{t.imports.meaningHead}</th>
              <th scope="col">{t.imports.samplesHead}</th>
            </tr>
          </thead>
          <tbody>
            {guess.columns.map((column, place) => (
              <ColumnLine
                key={place}
                column={column}
                meaning={meaningOf(mapping, column.name)}
                targets={targetsFor(guess.targets, mapping.kind)}
                kind={mapping.kind}
                onMeaning={(target) => onChange({ mapping: withMeaning(mapping, column.name, target) })}
              />
            ))}
          </tbody>
        </table>
      </div>
      {twice.map((target) => (
        <p key={target} className="step-note">
          {t.imports.twice(name(target))}
        </p>
      ))}
      {Object.entries(UNITS).map(([target, { rule, units }]) =>
        columnsOf(mapping, target).length === 0 ? null : (
          <NativeSelect
            key={rule}
            label={t.imports.unitOf[target]}
            w={280}
            value={String(ruleOf(mapping, rule) ?? units[0])}
            data={units.map((unit) => ({ value: unit, label: t.imports.unit[unit] ?? unit }))}
            onChange={(event) => onChange({ mapping: withRule(mapping, rule, event.currentTarget.value) })}
          />
        ),
      )}
      <NativeSelect
        label={t.imports.noCustomer}
        w={280}
        value={noCustomer}
        data={Object.entries(t.imports.noCustomerRule).map(([value, label]) => ({ value, label }))}
        onChange={(event) => onChange({ mapping: withRule(mapping, 'no_customer', event.currentTarget.value) })}
      />
      {gaps.length === 0 && <p className="step-note good">{t.imports.complete}</p>}
    </StepFrame>
  );
}

/** The page's word for a target: of the fact, or of the customer record. */
function useTargetName(): (target: string) => string {
  const { t } = useI18n();
  return (target) => t.imports.target[target] ?? t.fields.attribute[target] ?? target;
}

interface LineProps {
  column: ColumnGuess;
  meaning: string | null;
  targets: Target[];
  kind: string;
  onMeaning: (target: string | null) => void;
}

function ColumnLine({ column, meaning, targets, kind, onMeaning }: LineProps) {
  const { t, f } = useI18n();
  const name = useTargetName();
  const option = (target: Target) => ({
    value: target.name,
    label: isNeeded(target, kind) ? `${name(target.name)} (${t.imports.needed})` : name(target.name),
  });
  const facts = targets.filter((target) => t.imports.target[target.name] !== undefined);
  const customers = targets.filter((target) => t.imports.target[target.name] === undefined);
  const guessed = meaning !== null && meaning === column.target;
  return (
    <tr className={meaning === null ? 'ignored' : undefined}>
      <th scope="row">{column.name}</th>
      <td>
        <div className="row">
          <NativeSelect
            aria-label={`${column.name}${t.common.colon} ${t.imports.meaningHead}`}
            value={meaning ?? ''}
            onChange={(event) => onMeaning(event.currentTarget.value || null)}
            data={[
              { value: '', label: t.imports.ignored },
              { group: t.imports.groupFact, items: facts.map(option) },
              { group: t.imports.groupCustomer, items: customers.map(option) },
            ]}
          />
          {guessed && <span className="quiet small">{t.imports.certainty[certainty(column.certainty)]}</span>}
        </div>
      </td>
      <td className="samples">
        {column.samples.slice(0, SAMPLES).map((sample, place) => (
          <span key={place}>{sample}</span>
        ))}
        {column.empty > 0 && (
          <span className="quiet small number">{t.imports.emptyCells(f.number(column.empty))}</span>
        )}
      </td>
    </tr>
  );
}

function certainty(share: number): 'sure' | 'likely' | 'guess' {
  if (share >= 0.9) return 'sure';
  return share >= 0.6 ? 'likely' : 'guess';
}
