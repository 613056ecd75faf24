import { useEffect, useRef } from 'react';

/** Keys by their names: `/`, `?`, `g p` for one after the other, `mod+k` with Ctrl or Command. */
export type Hotkeys = Record<string, () => void>;

const SWITCH = 'single-keys';
const SEQUENCE_MS = 1_200;

/** One-letter keys can be switched off, for people who dictate (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  return localStorage.getItem(SWITCH) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(SWITCH, on ? 'on' : 'off');
}

/** Listens while the component is there. Single keys are left alone while something is being typed. */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;

  useEffect(() => {
    let before = '';
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (event.ctrlKey || event.metaKey) return run(`mod+${key}`, event);
      if (isTyping(event.target) || !singleKeysOn()) return;
      const sequence = Date.now() - at < SEQUENCE_MS ? `${before} ${key}` : key;
      before = key;
      at = Date.now();
      run(latest.current[sequence] ? sequence : key, event);
    };
    const run = (name: string, event: KeyboardEvent) => {
      const action = latest.current[name];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"]')) return true;
  const field = target.closest('input, textarea, select, [contenteditable="true"]');
  return field !== null && !(field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type));
}
