import type { Messages } from '../../i18n/en';

/** An activity as the reader knows it: a preset's name in his language, any other as somebody wrote it. */
export function activityName(name: string, t: Messages): string {
  return t.activities.presetNames[name] ?? name;
}

/** A text that lists activities by name, as the note of a confirmation does: names hold commas themselves. */
export function activityNames(text: string, t: Messages): string {
  const known = Object.entries(t.activities.presetNames).sort(([a], [b]) => b.length - a.length);
  let rest = `, ${text}, `;
  const marks: string[] = [];
  // A longer name first, and each replaced by a mark: no name is found inside another.
  for (const [stored, shown] of known) {
    const parts = rest.split(`, ${stored}, `);
    if (parts.length === 1) continue;
    rest = parts.join(`, \u0000${marks.length}\u0000, `);
    marks.push(shown);
  }
  const named = rest.slice(2, -2);
  return named.replace(/\u0000(\d+)\u0000/g, (_, place: string) => marks[Number(place)] ?? '');
}
