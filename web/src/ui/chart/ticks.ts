/** Round numbers for an axis that holds `low` to `high`, about `wanted` steps of 1, 2, 2.5 or 5 times a power of ten. */
export function roundTicks(low: number, high: number, wanted = 5): number[] {
  const span = high - low;
  if (!Number.isFinite(span) || span <= 0) return roundTicks(low - 1, low + 1, wanted);
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((size) => size * power >= rough) ?? 10);
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step);
}
