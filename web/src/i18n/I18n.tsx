import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en, type Messages } from './en';
import { formats, type Formats, type Language } from './formats';

const LOAD: Record<Language, () => Promise<Messages>> = {
  en: async () => en,
  fr: async () => (await import('./fr')).fr,
};

interface I18n {
  language: Language;
  /** The texts. */
  t: Messages;
  /** Numbers, money and dates. */
  f: Formats;
  setLanguage: (language: Language) => void;
}

const Context = createContext<I18n | null>(null);

/** The language that `boot.js` chose before the first paint. */
export function firstLanguage(): Language {
  return document.documentElement.lang === 'fr' ? 'fr' : 'en';
}

export function loadMessages(language: Language): Promise<Messages> {
  return LOAD[language]();
}

export function useI18n(): I18n {
  const i18n = useContext(Context);
  if (!i18n) throw new Error('texts are asked for outside I18nProvider');
  return i18n;
}

interface Props {
  /** The first language's texts, loaded before anything is drawn. */
  first: Messages;
  children: ReactNode;
}

export function I18nProvider({ first, children }: Props) {
  const [chosen, choose] = useState(() => ({ language: firstLanguage(), t: first }));

  const setLanguage = useCallback((language: Language) => {
    localStorage.setItem('language', language);
    void loadMessages(language).then((t) => choose({ language, t }));
  }, []);

  useEffect(() => {
    document.documentElement.lang = chosen.language;
  }, [chosen.language]);

  const i18n = useMemo(
    () => ({ ...chosen, f: formats(chosen.language), setLanguage }),
    [chosen, setLanguage],
  );
  return <Context value={i18n}>{children}</Context>;
}
