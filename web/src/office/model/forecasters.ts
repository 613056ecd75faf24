import type { Messages } from '../../i18n/en';

/** What a forecaster is called: rules and pooled models have words, the others the name that papers give them. */
export function forecasterName(code: string, name: string, t: Messages): string {
  return t.model.forecasters[code] ?? name;
}

/** What the models behind a value are called: the server puts them as `blend + Gamma-Gamma`. */
export function modelName(name: string, t: Messages): string {
  return name
    .split(' + ')
    .map((part) => (part === 'blend' ? t.model.blend : part))
    .join(' + ');
}
