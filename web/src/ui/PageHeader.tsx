import { useEffect, type ReactNode } from 'react';
import { useI18n } from '../i18n/I18n';
import './PageHeader.css';

interface Props {
  title: string;
  /** A count or a date beside the title. */
  detail?: ReactNode;
  /** The way back, before the title. */
  before?: ReactNode;
  /** Buttons at the right. */
  children?: ReactNode;
}

/** The bar on top of a page; it also names the window. */
export function PageHeader({ title, detail, before, children }: Props) {
  const { t } = useI18n();
  useEffect(() => {
    document.title = `${title} · ${t.common.product}`;
  }, [title, t]);
  return (
    <header className="page-header">
      {before}
      <h1>{title}</h1>
      {detail !== undefined && <span className="page-detail number">{detail}</span>}
      <span className="grow" />
      {children}
    </header>
  );
}
