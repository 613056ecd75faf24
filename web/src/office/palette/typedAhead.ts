/**
 * What is typed between the call for the palette and the moment its field has the focus. Until then the keys belong to
 * it: none is lost, and none acts on the page behind as a shortcut of one letter.
 */

/** Marks the palette's field. */
export const FIELD = 'data-palette-field';

/** The palette never came: the keys go back to the page. */
const LONGEST_MS = 5_000;

let typed = '';
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps what is typed from now on, until the field takes it. */
export function keepTyping(): void {
  if (isThere()) return;
  release();
  window.addEventListener('keydown', keep, true);
  timer = setTimeout(release, LONGEST_MS);
}

/** What was typed so far; from here on the keys go where the focus is. */
export function takeTyped(): string {
  const taken = typed;
  release();
  return taken;
}

function keep(event: KeyboardEvent): void {
  if (isThere() || event.key === 'Escape') return release();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length === 1) typed += event.key;
  else if (event.key === 'Backspace') typed = typed.slice(0, -1);
  event.preventDefault();
  event.stopImmediatePropagation();
}

function release(): void {
  window.removeEventListener('keydown', keep, true);
  clearTimeout(timer);
  typed = '';
}

function isThere(): boolean {
  return document.activeElement?.hasAttribute(FIELD) ?? false;
}
