import { Button, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { putCompany } from '../../api/house';
import type { CompanySettings } from '../../api/contract';
import { errorText } from '../../i18n/errorText';
import { useI18n } from '../../i18n/I18n';
import { CURRENCIES, withChosen } from '../currencies';

/** Name and currency; the currency stays once sales are counted in it. */
export function CompanyForm({ company }: { company: CompanySettings }) {
  const { t } = useI18n();
  const [name, setName] = useState(company.name);
  const [currency, setCurrency] = useState(company.currency);
  const save = useMutation({
    mutationFn: () => putCompany(name.trim(), currency),
    onSuccess: () => notifications.show({ message: t.house.saved }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) save.mutate();
  };
  const changed = name.trim() !== company.name || currency !== company.currency;
  return (
    <form className="company-form" onSubmit={submit} noValidate>
      {save.isError && (
        <p className="form-problem" role="alert">
          {errorText(save.error, t)}
        </p>
      )}
      <TextInput
        label={t.session.companyName}
        autoComplete="organization"
        value={name}
        error={name.trim() ? undefined : t.session.required}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t.session.currency}
        description={company.currency_fixed ? t.house.currencyFixed : t.session.currencyHint}
        searchable
        allowDeselect={false}
        disabled={company.currencies.length === 1 && company.currencies[0] === company.currency}
        data={withChosen(company.currency_fixed ? company.currencies : CURRENCIES, company.currency)}
        value={currency}
        onChange={(chosen) => setCurrency(chosen ?? company.currency)}
      />
      <Button type="submit" disabled={!changed} loading={save.isPending}>
        {t.house.save}
      </Button>
    </form>
  );
}
