import type { Messages } from '../../i18n/en';

/** What a forecaster is called: rules and pooled models have words, the others the name that papers give them. */
export function forecasterName(code: string, name: string, t: Messages): string {
  return t.model.forecasters[code] ?? name;
}
