import { useI18n } from '../../i18n/I18n';
import type { KeyLine } from '../../ui/keys/KeyboardHelp';
import { useSession } from '../session/useSession';

/** The lines of the keyboard help, for the pages this person has. */
export function useKeyLines(): { title: string; lines: KeyLine[] }[] {
  const { t } = useI18n();
  const { rights } = useSession();
  const keys = t.keys;
  const everywhere: KeyLine[] = [
    { label: keys.palette, ways: [['Ctrl K']] },
    { label: keys.help, ways: [['?']] },
    { label: keys.goPortfolio, ways: [['g', 'p']] },
    { label: keys.goCustomers, ways: [['g', 'c']] },
  ];
  if (rights.margin) {
    everywhere.push(
      { label: keys.goHome, ways: [['g', 'h']] },
      { label: keys.goEquity, ways: [['g', 'e']] },
      { label: keys.goCoherence, ways: [['g', 'o']] },
      { label: keys.goClasses, ways: [['g', 'd']] },
      { label: keys.goActivities, ways: [['g', 'a']] },
      { label: keys.goModel, ways: [['g', 'm']] },
    );
  }
  if (rights.import) {
    everywhere.push({ label: keys.goImports, ways: [['g', 'i']] }, { label: keys.goJobs, ways: [['g', 'j']] });
  }
  const list: KeyLine[] = [
    { label: keys.filter, ways: [['/']] },
    { label: keys.next, ways: [['j'], ['↓']] },
    { label: keys.previous, ways: [['k'], ['↑']] },
    { label: keys.select, ways: [['x'], ['␣']] },
    { label: keys.extend, ways: [['⇧ ↓'], ['⇧ ↑']] },
    { label: keys.open, ways: [['↵']] },
    { label: keys.clear, ways: [['Esc']] },
  ];
  return [
    { title: keys.everywhere, lines: everywhere },
    { title: keys.list, lines: list },
  ];
}
