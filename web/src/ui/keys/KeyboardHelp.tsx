import { Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '../../i18n/I18n';
import { setSingleKeys, singleKeysOn } from './hotkeys';
import './KeyboardHelp.css';

export interface KeyLine {
  /** What the keys do. */
  label: string;
  /** One or more ways; a way is one or more keys in a row. */
  ways: string[][];
}

interface Props {
  groups: { title: string; lines: KeyLine[] }[];
  onClose: () => void;
}

export function KeyboardHelp({ groups, onClose }: Props) {
  const { t } = useI18n();
  const [on, setOn] = useState(singleKeysOn);
  const toggle = () => {
    setSingleKeys(!on);
    setOn(!on);
  };
  return (
    <Modal opened onClose={onClose} title={t.keys.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      {groups.map((group) => (
        <section key={group.title} className="keys-group">
          <h3>{group.title}</h3>
          <dl>
            {group.lines.map((line) => (
              <div key={line.label}>
                <dt>{line.label}</dt>
                <dd>
                  <Ways ways={line.ways} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Switch checked={on} onChange={toggle} label={t.keys.singleKeys} description={t.keys.singleKeysHint} />
    </Modal>
  );
}

function Ways({ ways }: { ways: string[][] }) {
  const { t } = useI18n();
  return ways.map((way, place) => (
    <span key={place}>
      {place > 0 && <span className="quiet small"> {t.keys.or} </span>}
      {way.map((key, step) => (
        <span key={step}>
          {step > 0 && <span className="quiet small"> {t.keys.then} </span>}
          <kbd>{key}</kbd>
        </span>
      ))}
    </span>
  ));
}
