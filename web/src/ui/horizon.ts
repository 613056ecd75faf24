const MONTH_DAYS = 365.25 / 12;

/** A horizon as whole months where it is that, else as days. */
export function horizonMonths(days: number): number | null {
  const months = Math.round(days / MONTH_DAYS);
  return months > 0 && Math.abs(months * MONTH_DAYS - days) < 1 ? months : null;
}
