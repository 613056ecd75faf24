import { Button, NativeSelect, NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { levelRulesQuery, previewRules, saveRules } from '../../api/coherence';
import type { BargainLimits, Level, LevelRules, LevelRulesPreview, LevelRulesStanding } from '../../api/contract';
import { recoverableQuery } from '../../api/equity';
import { queryClient } from '../../api/queryClient';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { Card } from '../../ui/Card';
import { LEVELS } from '../../ui/LevelBadge';
import { Load } from '../Load';
import { useSession } from '../session/useSession';
import { bargainProblem, boundaries, boundaryProblem, percentOf, RULED, ruleFrom, sameRules, shareOf, usualBoundaries, WAYS, type Ruled, type Way } from './rules';
import { RulesPreview } from './RulesPreview';

/** Where levels and classes begin: other boundaries are tried before they hold. */
export function RulesCard() {
  const { t } = useI18n();
  const query = useQuery(levelRulesQuery);
  return (
    <Card
      title={t.coherence.rules}
      finding={query.data ? t.coherence.rulesFinding(query.data.version) : t.coherence.rulesHint}
    >
      <Load query={query} blocks={[160]}>
        {(standing) => <Rules key={standing.version} standing={standing} />}
      </Load>
    </Card>
  );
}

function Rules({ standing }: { standing: LevelRulesStanding }) {
  const { t } = useI18n();
  const { rights } = useSession();
  const [rules, setRules] = useState<LevelRules>(standing.rules);
  const [shown, setShown] = useState<{ rules: LevelRules; preview: LevelRulesPreview } | null>(null);
  const preview = useMutation({
    mutationFn: previewRules,
    onSuccess: (given, rules) => setShown({ rules, preview: given }),
  });
  const save = useMutation({
    mutationFn: () => saveRules(standing.version, rules),
    onSuccess: () => {
      notifications.show({ message: t.coherence.savedRules });
      for (const key of ['jobs', 'level-rules', 'retention', 'home']) void queryClient.invalidateQueries({ queryKey: [key] });
    },
  });
  const isChanged = !sameRules(rules, standing.rules);
  const isSound =
    bargainProblem(rules.bargain) === null &&
    RULED.every((ruled) => boundaryProblem(rules[ruled].by, boundaries(rules[ruled])) === null);
  const isPreviewed = shown !== null && sameRules(shown.rules, rules);
  const problem = preview.error ?? save.error;
  return (
    <>
      <div className="rules">
        {RULED.map((ruled) => (
          <RuleEditor
            key={ruled}
            ruled={ruled}
            rules={rules}
            usual={standing.usual}
            disabled={!rights.administer}
            onChange={setRules}
          />
        ))}
        <fieldset disabled={!rights.administer}>
          <legend>{t.coherence.cases}</legend>
          <NumberInput
            label={t.coherence.leastDelta}
            description={t.coherence.leastDeltaHint}
            min={1}
            max={4}
            allowDecimal={false}
            value={rules.least_delta}
            onChange={(value) => setRules({ ...rules, least_delta: Math.max(1, Math.min(4, Number(value) || 1)) })}
          />
        </fieldset>
        <BargainEditor rules={rules} disabled={!rights.administer} onChange={setRules} />
        <RecoverableEditor
          rules={rules}
          usual={standing.usual_recoverability}
          disabled={!rights.administer}
          onChange={setRules}
        />
      </div>
      {problem && (
        <p className="form-problem" role="alert">
          {errorText(problem, t)}
        </p>
      )}
      {rights.administer ? (
        <div className="row wrap rules-buttons">
          <Button
            variant={isPreviewed ? 'default' : 'filled'}
            disabled={!isChanged || !isSound}
            loading={preview.isPending}
            onClick={() => preview.mutate(rules)}
          >
            {t.coherence.preview}
          </Button>
          {isPreviewed && (
            <Button loading={save.isPending} onClick={() => save.mutate()}>
              {t.coherence.save}
            </Button>
          )}
          {isChanged && (
            <Button variant="subtle" onClick={() => setRules(standing.rules)}>
              {t.coherence.keep}
            </Button>
          )}
          {!sameRules(rules, standing.usual) && (
            <Button variant="subtle" onClick={() => setRules(standing.usual)}>
              {t.coherence.backToUsual}
            </Button>
          )}
          {!isChanged && <span className="quiet small">{t.coherence.rulesHint}</span>}
        </div>
      ) : (
        <p className="quiet small">{t.coherence.onlyAdministrators}</p>
      )}
      {isPreviewed && <RulesPreview preview={shown.preview} />}
      <History standing={standing} />
    </>
  );
}

interface EditorProps {
  ruled: Ruled;
  rules: LevelRules;
  usual: LevelRules;
  disabled: boolean;
  onChange: (rules: LevelRules) => void;
}

function RuleEditor({ ruled, rules, usual, disabled, onChange }: EditorProps) {
  const { t } = useI18n();
  const rule = rules[ruled];
  const numbers = boundaries(rule);
  const names = ruled === 'class' ? ['D1', 'D2', 'D3'] : LEVELS.slice(0, 4).map((level) => t.common.level[level]);
  const problem = boundaryProblem(rule.by, numbers);
  const set = (way: Way, next: number[]) => onChange({ ...rules, [ruled]: ruleFrom(way, next) });
  return (
    <fieldset disabled={disabled}>
      <legend>{t.coherence.ruleOf[ruled]}</legend>
      <NativeSelect
        label={t.coherence.ruleBy}
        description={t.coherence.wayHints[rule.by]}
        value={rule.by}
        data={WAYS.map((way) => ({ value: way, label: t.coherence.ways[way] ?? way }))}
        onChange={(event) => {
          const way = event.currentTarget.value as Way;
          set(way, usualBoundaries(way, names.length, usual[ruled]));
        }}
      />
      <div className="rule-numbers">
        {names.map((name, at) => (
          <NumberInput
            key={name}
            label={rule.by === 'amount' ? t.coherence.beginOf(name) : t.coherence.endOf(name)}
            suffix={rule.by === 'amount' ? undefined : t.coherence.percentSign}
            decimalScale={2}
            hideControls
            value={numbers[at]}
            onChange={(value) => set(rule.by, numbers.map((number, place) => (place === at ? Number(value) : number)))}
          />
        ))}
      </div>
      {problem && (
        <p className="form-problem" role="alert">
          {problem === 'rise' ? t.coherence.mustRise : t.coherence.mustFall}
        </p>
      )}
    </fieldset>
  );
}

function BargainEditor({ rules, disabled, onChange }: Omit<EditorProps, 'ruled' | 'usual'>) {
  const { t } = useI18n();
  const { bargain } = rules;
  const problem = bargainProblem(bargain);
  const part = (name: keyof BargainLimits, suffix?: string) => (
    <NumberInput
      label={t.coherence.bargainPart[name]}
      suffix={suffix}
      allowDecimal={false}
      hideControls
      value={bargain[name]}
      onChange={(value) => onChange({ ...rules, bargain: { ...bargain, [name]: Number(value) || 0 } })}
    />
  );
  return (
    <fieldset disabled={disabled}>
      <legend>{t.coherence.bargain}</legend>
      <p className="small quiet rule-hint">{t.coherence.bargainHint}</p>
      <div className="rule-numbers">
        {part('discount_percent', t.coherence.percentSign)}
        {part('only_percent', t.coherence.percentSign)}
        {part('least_lines')}
      </div>
      {problem && (
        <p className="form-problem" role="alert">
          {t.coherence.bargainProblem[problem]}
        </p>
      )}
    </fieldset>
  );
}

interface RecoverableProps extends Omit<EditorProps, 'ruled' | 'usual'> {
  /** What holds where nobody set a share and the past tells nothing, 0 to 1. */
  usual: number;
}

function RecoverableEditor({ rules, usual, disabled, onChange }: RecoverableProps) {
  const { t, f } = useI18n();
  const { data } = useQuery({ ...recoverableQuery, retry: false });
  const shares = rules.recoverability;
  const unset = (level: Level) => {
    const estimate = data?.levels.find((one) => one.level === level)?.estimate ?? null;
    return estimate === null ? t.coherence.recoverAssumed(f.share(usual)) : t.coherence.recoverPast(f.share(estimate));
  };
  return (
    <fieldset disabled={disabled}>
      <legend>{t.coherence.recoverable}</legend>
      <p className="small quiet rule-hint">{t.coherence.recoverHint}</p>
      <div className="rule-numbers">
        {LEVELS.map((level) => (
          <NumberInput
            key={level}
            label={t.common.level[level]}
            placeholder={unset(level)}
            suffix={t.coherence.percentSign}
            min={0}
            max={100}
            decimalScale={1}
            hideControls
            value={percentOf(shares[level])}
            onChange={(value) => onChange({ ...rules, recoverability: { ...shares, [level]: shareOf(value) } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function History({ standing }: { standing: LevelRulesStanding }) {
  const { t, f } = useI18n();
  if (standing.history.length === 0) return null;
  return (
    <details className="rules-history">
      <summary>{t.coherence.history}</summary>
      <ul>
        {standing.history.map((one) => (
          <li key={one.version} className="number">
            {t.coherence.historyLine(String(one.version), one.by ?? t.coherence.machine, f.moment(one.at))}
            <span className="quiet">
              {RULED.map((ruled) => {
                const rule = one.rules[ruled];
                const unit = rule.by === 'amount' ? '' : '\u202f%';
                return `${t.coherence.ruleOf[ruled]}${t.common.colon} ${boundaries(rule).map((number) => `${f.twoDecimals(number)}${unit}`).join(' / ')}`;
              }).join(' · ')}
              {` · ${t.coherence.bargain}${t.common.colon} ${t.coherence.bargainLine(
                f.share(one.rules.bargain.discount_percent / 100),
                f.share(one.rules.bargain.only_percent / 100),
                f.number(one.rules.bargain.least_lines),
              )}`}
              {LEVELS.some((level) => one.rules.recoverability[level] !== null) &&
                ` · ${t.coherence.recoverable}${t.common.colon} ${LEVELS.map((level) => {
                  const share = one.rules.recoverability[level];
                  return share === null ? '–' : f.share(share);
                }).join(' / ')}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
