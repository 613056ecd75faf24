/** The first letters of the first two words of a name. */
export function initials(name: string): string {
  return name
    .split(/[\s-]+/)
    .filter((word) => /\p{L}|\d/u.test(word))
    .slice(0, 2)
    .map((word) => [...word][0]!.toUpperCase())
    .join('');
}
