import type { Money } from '../api/contract';

export type Language = 'en' | 'fr';

const LOCALE: Record<Language, string> = { en: 'en-GB', fr: 'fr-FR' };
const DAY_MS = 86_400_000;
const COMPACT: Intl.NumberFormatOptions = { notation: 'compact', maximumFractionDigits: 1 };
const MONEY_STYLES = {
  cents: {},
  /** Unit costs: a third of a cent is something. */
  fine: { maximumFractionDigits: 6 },
  whole: { maximumFractionDigits: 0 },
  compact: COMPACT,
  /** 200.6m, 2.006m: a figure and its interval can be told apart. */
  key: { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 4 },
} satisfies Record<string, Intl.NumberFormatOptions>;
type MoneyStyle = keyof typeof MONEY_STYLES;

/** Numbers, money and dates as the reader of a language writes them. An unknown value is an en dash. */
export function formats(language: Language) {
  const locale = LOCALE[language];
  const numbers = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value: number | null | undefined) => (value == null ? '–' : signed(format.format(value)));
  };
  const dates = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, options);
    const write = (moment: Date) => (language === 'fr' ? writtenInFrench(format, moment) : format.format(moment));
    return (value: string | null | undefined) => (value == null ? '–' : write(new Date(value)));
  };
  const currencies = new Map<string, Intl.NumberFormat>();
  /** Writes money in the style that its size asks for; a change with its sign. */
  const moneys = (styleOf: (size: number) => MoneyStyle, isChange = false) => (money: Money | null | undefined) => {
    if (money == null) return '–';
    const value = Number(money.amount);
    const style = styleOf(Math.abs(value));
    const key = `${money.currency} ${style} ${isChange}`;
    let format = currencies.get(key);
    if (!format) {
      // Less than half of what is shown is nothing, and nothing has no sign.
      const signDisplay = isChange ? ('exceptZero' as const) : ('negative' as const);
      const options = { style: 'currency', currency: money.currency, signDisplay, ...MONEY_STYLES[style] } as const;
      format = new Intl.NumberFormat(locale, options);
      currencies.set(key, format);
    }
    return signed(format.format(value));
  };

  const [plain, tiny] = [
    new Intl.NumberFormat(locale, { minimumSignificantDigits: 1, maximumSignificantDigits: 4 }),
    new Intl.NumberFormat(locale, { notation: 'scientific', maximumSignificantDigits: 3 }),
  ];
  const figure = (value: number) => {
    const size = Math.abs(value);
    if (size >= 1_000) return signed(new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value));
    return signed((size > 0 && size < 1e-3 ? tiny : plain).format(value));
  };

  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const wallDay = dates({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const wallMinute = dates({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  });

  return {
    number: numbers({}),
    numberChange: numbers({ signDisplay: 'exceptZero' }),
    decimal: numbers({ maximumFractionDigits: 1 }),
    twoDecimals: numbers({ maximumFractionDigits: 2 }),
    numberCompact: numbers(COMPACT),
    /** In small cells: all digits while they are few. */
    numberShort: (value: number) => (Math.abs(value) < 100_000 ? numbers({}) : numbers(COMPACT))(value),
    share: numbers({ style: 'percent', maximumFractionDigits: 0 }),
    /** To a tenth of a per cent. */
    sharePoint: numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    /** A share with its sign. */
    change: numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
    /** Four digits that count, however large or small: of statistics. */
    figure: (value: number | null | undefined) => (value == null ? '–' : figure(value)),
    /** A rate, to the tenth of a per cent. */
    shareFine: numbers({ style: 'percent', maximumFractionDigits: 1 }),
    /** In tables: whole units. */
    money: moneys(() => 'whole'),
    /** In accounts: to the cent. */
    moneyExact: moneys(() => 'cents'),
    /** Of one unit of something: to the millionth. */
    moneyFine: moneys(() => 'fine'),
    /** Of one customer: whole units, and cents where they are all there is. */
    moneyOne: moneys((size) => (size > 0 && size < 100 ? 'cents' : 'whole')),
    /** On axes and bars. */
    moneyCompact: moneys((size) => (size < 10_000 ? 'whole' : 'compact')),
    /** A key figure. */
    moneyKey: moneys((size) => (size < 1_000_000 ? 'whole' : 'key')),
    /** A change, on bars. */
    moneyChangeCompact: moneys((size) => (size < 10_000 ? 'whole' : 'compact'), true),
    /** A change, in tables. */
    moneyChange: moneys(() => 'whole', true),
    moneyChangeExact: moneys(() => 'cents', true),
    /** A calendar day, the same everywhere. */
    day: wallDay,
    month: dates({ month: 'short', year: 'numeric', timeZone: 'UTC' }),
    monthShort: dates({ month: 'short', year: '2-digit', timeZone: 'UTC' }),
    /** A moment as its source wrote it: on the clock of the wall there. A midnight sharp is a day. */
    wall: (moment: string | null | undefined) =>
      moment?.endsWith('T00:00:00Z') ? wallDay(moment) : wallMinute(moment),
    /** A moment of this server, on the reader's clock. */
    moment: dates({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
    /** "3 days ago", counted in whole days. */
    ago: (day: string | null | undefined, today: Date) => {
      if (day == null) return '–';
      const days = Math.round((Date.parse(day) - today.getTime()) / DAY_MS);
      if (Math.abs(days) < 31) return relative.format(days, 'day');
      if (Math.abs(days) < 548) return relative.format(Math.round(days / 30.44), 'month');
      return relative.format(Math.round(days / 365.25), 'year');
    },
    /** Seconds as a reader says them: "2 min 5 s". */
    duration: (seconds: number) => {
      if (seconds < 1) return language === 'fr' ? 'moins d’une seconde' : 'less than a second';
      if (seconds < 60) return `${Math.round(seconds)}\u00a0s`;
      if (seconds < 3600) {
        const rest = Math.round(seconds % 60);
        return `${Math.floor(seconds / 60)}\u00a0min${rest ? ` ${rest}\u00a0s` : ''}`;
      }
      return `${Math.floor(seconds / 3600)}\u00a0h ${Math.round((seconds % 3600) / 60)}\u00a0min`;
    },
    bytes: (count: number) => {
      const units = language === 'fr' ? ['o', 'ko', 'Mo', 'Go'] : ['B', 'kB', 'MB', 'GB'];
      const step = Math.min(3, Math.floor(Math.log10(Math.max(1, count)) / 3));
      const value = count / 1000 ** step;
      return `${numbers({ maximumFractionDigits: value < 10 && step ? 1 : 0 })(value)}\u00a0${units[step]}`;
    },
  };
}

/** With a minus sign for a hyphen, at which a line would break between sign and number. */
function signed(text: string): string {
  return text.replaceAll('-', '−');
}

/** The first of a month is « 1er »; the locale writes « 1 ». */
function writtenInFrench(format: Intl.DateTimeFormat, moment: Date): string {
  const parts = format.formatToParts(moment);
  return parts.map(({ type, value }) => (type === 'day' && value === '1' ? '1er' : value)).join('');
}

export type Formats = ReturnType<typeof formats>;
