import { useEffect, type ReactNode } from 'react';
import { useI18n } from '../../i18n/I18n';
import { LanguageButton, SchemeButton } from '../shell/Preferences';
import './EntryPage.css';

interface Props {
  title: string;
  text?: string;
  children?: ReactNode;
}

/** The frame of the pages before the house is entered. */
export function EntryPage({ title, text, children }: Props) {
  const { t } = useI18n();
  useEffect(() => {
    document.title = `${title} · ${t.common.product}`;
  }, [title, t]);
  return (
    <main className="entry">
      <div className="entry-box">
        <div className="entry-brand">
          <img src="/icon.svg" width={24} height={24} alt="" />
          {t.common.product}
          <span className="grow" />
          <LanguageButton />
          <SchemeButton />
        </div>
        <h1>{title}</h1>
        {text && <p className="entry-text">{text}</p>}
        {children}
      </div>
    </main>
  );
}
