import { ActionIcon, Popover } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/I18n';
import './Explain.css';

interface Props {
  /** What is explained, as the page calls it. */
  subject: string;
  /** One to three sentences in plain words. */
  definition: string;
  /** How sure it is, in words; where it applies. */
  certainty?: string;
  /** By which rule or formula. */
  method?: string;
  /** Up to when the data go, and what computed them. */
  date?: string;
  /** Who or what is counted. */
  population?: string;
  /** A link to the rows behind the figure. */
  link?: ReactNode;
}

/** The help beside a figure: what it is, of when, of whom, and the way to its rows. */
export function Explain({ subject, definition, certainty, method, date, population, link }: Props) {
  const { t } = useI18n();
  return (
    <Popover width={320} position="bottom-start" trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon size={18} aria-label={t.common.explain(subject)} className="explain-button">
          <IconHelp size={14} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className="explain" aria-label={subject}>
        <h3>{subject}</h3>
        <p>{definition}</p>
        {certainty && <p>{certainty}</p>}
        <dl>
          {method && <Line term={t.common.explainMethod}>{method}</Line>}
          {population && <Line term={t.common.explainPopulation}>{population}</Line>}
          {date && <Line term={t.common.explainDate}>{date}</Line>}
        </dl>
        {link}
      </Popover.Dropdown>
    </Popover>
  );
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
