import { Button, NumberInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { putValuationSettings } from '../../api/house';
import type { ValuationSettings } from '../../api/contract';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';

/** A rate as people write it, without what binary fractions add. */
const percent = (rate: number) => Math.round(rate * 10_000) / 100;

/** At which rate later money counts less, and before which day the sources tell nothing. */
export function ValuationForm({ settings }: { settings: ValuationSettings }) {
  const { t } = useI18n();
  const [rate, setRate] = useState<number | string>(percent(settings.discount_rate));
  const [begins, setBegins] = useState(settings.log_begins ?? '');
  const save = useMutation({
    mutationFn: () => putValuationSettings({ discount_rate: Number(rate) / 100, log_begins: begins || null }),
    onSuccess: () => notifications.show({ message: t.house.saved }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (rate !== '') save.mutate();
  };
  const changed = Number(rate) !== percent(settings.discount_rate) || begins !== (settings.log_begins ?? '');
  return (
    <form className="company-form" onSubmit={submit} noValidate>
      {save.isError && (
        <p className="form-problem" role="alert">
          {errorText(save.error, t)}
        </p>
      )}
      <NumberInput
        label={t.house.discountRate}
        description={t.house.discountHint}
        suffix={t.coherence.percentSign}
        min={0}
        max={100}
        decimalScale={2}
        value={rate}
        error={rate === '' ? t.session.required : undefined}
        onChange={setRate}
      />
      <TextInput
        type="date"
        label={t.house.logBegins}
        description={t.house.logBeginsHint}
        value={begins}
        onChange={(event) => setBegins(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!changed} loading={save.isPending}>
        {t.house.save}
      </Button>
    </form>
  );
}
