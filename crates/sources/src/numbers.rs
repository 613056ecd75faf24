//! Numbers and amounts as people write them, to exact decimals. No float is rounded on the way.

use crate::cell::Cell;
use ledger::{Currency, Money, Quantity};

/// An exact decimal: `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) mantissa: i128,
    pub(crate) scale: u32,
}

/// Why a text is not the number it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NumberFault {
    /// Not a number however it is turned.
    NotANumber,
    /// More digits than are kept exactly.
    OutOfRange,
    /// A currency sign or code that is not in use.
    UnknownCurrency(String),
}

/// Beyond this an amount is a mistake in the file; the ledger holds the same bound.
const LARGEST_MINOR: i128 = 1_000_000_000_000_000;
const MOST_DIGITS: usize = 30;
const LONGEST_MARK: usize = 5;

impl Decimal {
    pub(crate) const ZERO: Decimal = Decimal { mantissa: 0, scale: 0 };

    pub(crate) fn whole(n: i64) -> Decimal {
        Decimal { mantissa: i128::from(n), scale: 0 }
    }

    /// The shortest decimal that reads back as this float; `None` for what is no number.
    pub(crate) fn of_float(x: f64) -> Option<Decimal> {
        // Most floats in files are prices: when x is the float nearest to m/10^4, that is its shortest decimal.
        let ten_thousandths = (x * 1e4).round();
        if ten_thousandths.abs() < 9e15 && ten_thousandths / 1e4 == x {
            return Some(Decimal { mantissa: ten_thousandths as i128, scale: 4 });
        }
        if !x.is_finite() {
            return None;
        }
        plain(&format!("{x:e}")).ok()
    }

    pub(crate) fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    pub(crate) fn negated(self) -> Decimal {
        Decimal { mantissa: -self.mantissa, scale: self.scale }
    }

    pub(crate) fn abs(self) -> Decimal {
        Decimal { mantissa: self.mantissa.abs(), scale: self.scale }
    }

    /// The exact product; `None` when it has more digits than are kept.
    pub(crate) fn times(self, other: Decimal) -> Option<Decimal> {
        Some(Decimal {
            mantissa: self.mantissa.checked_mul(other.mantissa)?,
            scale: self.scale + other.scale,
        })
    }

    /// The exact sum; `None` when it has more digits than are kept.
    pub(crate) fn plus(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        let lifted = |d: Decimal| d.mantissa.checked_mul(10i128.checked_pow(scale - d.scale)?);
        Some(Decimal { mantissa: lifted(self)?.checked_add(lifted(other)?)?, scale })
    }

    pub(crate) fn minus(self, other: Decimal) -> Option<Decimal> {
        self.plus(other.negated())
    }

    /// The plain decimal without trailing zeros: `5000`, `-0.5`.
    pub(crate) fn plain(self) -> String {
        let (mut mantissa, mut scale) = (self.mantissa, self.scale);
        while scale > 0 && mantissa % 10 == 0 {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        Cell::Decimal { mantissa, scale: u8::try_from(scale).unwrap_or(u8::MAX) }.written('.')
    }

    /// A hundredth of it.
    pub(crate) fn percent(self) -> Decimal {
        Decimal { mantissa: self.mantissa, scale: self.scale + 2 }
    }

    /// As an integer of `digits` decimals, half away from zero.
    pub(crate) fn rounded(self, digits: u32) -> Option<i64> {
        let value = if self.scale <= digits {
            self.mantissa.checked_mul(10i128.checked_pow(digits - self.scale)?)?
        } else {
            match 10i128.checked_pow(self.scale - digits) {
                Some(unit) => {
                    let half = self.mantissa.unsigned_abs() % unit.unsigned_abs() * 2 >= unit.unsigned_abs();
                    self.mantissa / unit + if half { self.mantissa.signum() } else { 0 }
                }
                None => 0,
            }
        };
        if value.abs() > LARGEST_MINOR { None } else { i64::try_from(value).ok() }
    }

    pub(crate) fn money(self, currency: Currency) -> Option<Money> {
        Some(Money::new(self.rounded(currency.minor_digits())?, currency))
    }

    pub(crate) fn quantity(self) -> Option<Quantity> {
        Some(Quantity(self.rounded(3)?))
    }
}

/// A number as written, with grouping marks, a sign before or after, or parentheses for less than zero.
///
/// `decimal` decides where a text could be read both ways (`1.234`). Where only the other mark makes sense
/// (`12.5` in a file of decimal commas) it is read that way.
pub(crate) fn number(text: &str, decimal: char) -> Result<Decimal, NumberFault> {
    let (value, sign) = amount(text, decimal)?;
    match sign {
        None => Ok(value),
        Some(_) => Err(NumberFault::NotANumber),
    }
}

/// An amount as written: a number, perhaps with a currency sign or code before or after it.
pub(crate) fn amount(text: &str, decimal: char) -> Result<(Decimal, Option<CurrencyMark<'_>>), NumberFault> {
    let mut rest = trimmed(text);
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        negative = true;
        rest = trimmed(inner);
    }
    let mut mark = None;
    // Sign and currency stand in any order before and after the digits: "-€5", "€-5", "5 EUR-", "5- €".
    for _ in 0..2 {
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            negative = !negative;
            rest = trimmed(after);
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = trimmed(after);
        }
        let digits_at =
            rest.find(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '−' | '+' | '('));
        match digits_at {
            Some(0) => break,
            Some(at) if mark.is_none() => {
                let at = past_full_stop(rest, at);
                mark = Some(CurrencyMark(trimmed(&rest[..at])));
                rest = trimmed(&rest[at..]);
            }
            _ => return Err(NumberFault::NotANumber),
        }
    }
    for _ in 0..2 {
        if let Some(whole) = without_cents(rest) {
            rest = whole;
        } else if let Some(before) = rest.strip_suffix(['-', '−']) {
            negative = !negative;
            rest = trimmed(before);
        }
        // "5 CHF.": the full stop of an abbreviation belongs to it.
        let told = rest.strip_suffix('.').filter(|told| told.ends_with(char::is_alphabetic)).unwrap_or(rest);
        let digits_end =
            told.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ')') || is_dash(c));
        match digits_end {
            Some(last) => {
                let end = last + rest[last..].chars().next().map_or(1, char::len_utf8);
                if end == rest.len() {
                    if rest.ends_with(is_dash) {
                        continue;
                    }
                    break;
                }
                if mark.is_some() {
                    return Err(NumberFault::NotANumber);
                }
                mark = Some(CurrencyMark(trimmed(&rest[end..])));
                rest = trimmed(&rest[..end]);
            }
            None => return Err(NumberFault::NotANumber),
        }
    }
    // "(12,50) €"
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        negative = !negative;
        rest = trimmed(inner);
    }
    // "about 5" names no currency.
    if mark.is_some_and(|mark| mark.0.chars().count() > LONGEST_MARK || mark.0.is_empty()) {
        return Err(NumberFault::NotANumber);
    }
    let value = magnitude(rest, decimal)?;
    Ok((if negative { value.negated() } else { value }, mark))
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '−' | '–' | '—')
}

/// Where the number begins that a mark stands before: behind the full stop of an abbreviation (`Fr. 12.50`, `kr.12`), and
/// at a decimal point (`EUR.50`).
fn past_full_stop(text: &str, at: usize) -> usize {
    let (mark, number) = text.split_at(at);
    let Some(behind) = number.strip_prefix('.').filter(|_| mark.ends_with(char::is_alphabetic)) else {
        return at;
    };
    let is_stop = behind.starts_with(char::is_whitespace) || Currency::parse(mark).is_err();
    at + usize::from(is_stop)
}

/// The number before a dash that stands for no cents: `12.–` and `1 200,-` are not less than nothing.
fn without_cents(text: &str) -> Option<&str> {
    let whole = text.trim_end_matches(is_dash);
    if whole.len() < text.len() { whole.strip_suffix(['.', ',']) } else { None }
}

/// A number without the currency, signs and words around it; empty where there is no digit.
pub(crate) fn digits(text: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit();
    let (Some(first), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else { return "" };
    // ".5" has its point before, "Fr.5" the full stop of a word.
    let before = text[..first].strip_suffix(['.', ',']);
    let first = first - usize::from(before.is_some_and(|word| !word.ends_with(char::is_alphabetic)));
    &text[first..=last]
}

/// A currency as it stands beside a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CurrencyMark<'a>(pub(crate) &'a str);

impl CurrencyMark<'_> {
    /// The currency meant; a sign that several have (dollar, krone, franc, leu, yen) means the file's own where it is one of them.
    pub(crate) fn currency(self, file: Option<Currency>) -> Result<Currency, NumberFault> {
        let text = self.0.trim_end_matches('.');
        if let Some(own) = file.filter(|own| own.code() == text) {
            return Ok(own);
        }
        let of_sign = |codes: &[&str]| {
            let own = file.filter(|currency| codes.contains(&currency.code()));
            own.map_or_else(|| Currency::parse(codes[0]), Ok)
        };
        let currency = match text {
            "$" => of_sign(&["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS"]),
            "¥" | "￥" => of_sign(&["JPY", "CNY"]),
            "kr" | "Kr" | "KR" => of_sign(&["SEK", "NOK", "DKK", "ISK"]),
            "US$" | "$US" => Currency::parse("USD"),
            "CA$" | "$CA" | "C$" => Currency::parse("CAD"),
            "A$" | "AU$" => Currency::parse("AUD"),
            "Fr" | "fr" | "FR" | "SFr" | "sFr" | "Sfr" => of_sign(&["CHF", "XAF", "XOF", "XPF"]),
            "lei" | "Lei" | "LEI" | "leu" | "Leu" => of_sign(&["RON", "MDL"]),
            "zł" | "ZŁ" | "zl" => Currency::parse("PLN"),
            "Kč" | "kč" | "Kc" => Currency::parse("CZK"),
            "Ft" | "ft" | "FT" => Currency::parse("HUF"),
            "лв" => Currency::parse("BGN"),
            "₴" => Currency::parse("UAH"),
            "₪" => Currency::parse("ILS"),
            "₹" => Currency::parse("INR"),
            "₽" => Currency::parse("RUB"),
            "₺" => Currency::parse("TRY"),
            "₩" => Currency::parse("KRW"),
            "R$" => Currency::parse("BRL"),
            "euro" | "euros" | "Euro" | "Euros" | "EURO" | "EUROS" => Ok(Currency::EUR),
            other => Currency::parse(other),
        };
        currency.map_err(|_| NumberFault::UnknownCurrency(self.0.to_string()))
    }
}

/// Blanks, zero-width characters and byte order marks taken off both ends.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
    })
}

/// Digits with marks, no sign: the given decimal mark first, then the other where only that makes sense.
fn magnitude(text: &str, decimal: char) -> Result<Decimal, NumberFault> {
    // Most numbers in files carry no grouping at all.
    if let Some(simple) = short(text, decimal as u8) {
        return Ok(simple);
    }
    let other = if decimal == ',' { '.' } else { ',' };
    let plain_text =
        ungrouped(text, decimal).or_else(|| ungrouped(text, other)).ok_or(NumberFault::NotANumber)?;
    plain(&plain_text)
}

/// Up to eighteen digits with at most one decimal mark: the fast road.
fn short(text: &str, decimal: u8) -> Option<Decimal> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 18 {
        return None;
    }
    let mut mantissa: i64 = 0;
    let mut point = None;
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            _ if *byte == decimal && point.is_none() && bytes.len() > 1 => point = Some(place),
            _ => return None,
        }
    }
    let scale = point.map_or(0, |place| bytes.len() - place - 1);
    // "1.234" is one and a bit here if the point was said to be the decimal mark.
    Some(Decimal { mantissa: i128::from(mantissa), scale: scale as u32 })
}

/// The text with its grouping taken out and `.` for the decimal mark; `None` where the groups do not fit.
fn ungrouped(text: &str, decimal: char) -> Option<String> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], &text[at..]),
        None => (text, ""),
    };
    let (whole, fraction) = match mantissa.rsplit_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    if fraction.is_some_and(|digits| !digits.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let is_group_mark = |c: char| {
        c.is_whitespace()
            || matches!(c, '\'' | '’' | '_')
            || (c == '.' && decimal == ',')
            || (c == ',' && decimal == '.')
    };
    let groups = whole.split(is_group_mark).collect::<Vec<_>>();
    if !groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if groups.len() > 1 {
        let marks = whole.chars().filter(|c| is_group_mark(*c)).collect::<Vec<_>>();
        let one_mark =
            marks.iter().all(|mark| *mark == marks[0] || (mark.is_whitespace() && marks[0].is_whitespace()));
        let last = groups.last().expect("split gives at least one group");
        let inner = &groups[1..groups.len() - 1];
        // Groups of three; of two before the last in Indian numbering.
        let fits = (1..=3).contains(&groups[0].len())
            && last.len() == 3
            && (inner.iter().all(|g| g.len() == 3) || inner.iter().all(|g| g.len() == 2));
        if !one_mark || !fits {
            return None;
        }
    }
    let digits = groups.concat();
    if digits.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    Some(format!("{digits}.{}{exponent}", fraction.unwrap_or("")))
}

/// `digits[.digits][e[+-]digits]`, with an optional minus.
fn plain(text: &str) -> Result<Decimal, NumberFault> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i32>().map_err(|_| NumberFault::NotANumber)?)
        }
        None => (text, 0),
    };
    let (negative, unsigned) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() && fraction.is_empty() && !unsigned.contains('0') {
        return Err(NumberFault::NotANumber);
    }
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberFault::NotANumber);
    }
    if digits.is_empty() {
        return Ok(Decimal::ZERO);
    }
    if digits.len() > MOST_DIGITS || exponent.abs() > 100 {
        return Err(NumberFault::OutOfRange);
    }
    let mantissa = digits.parse::<i128>().map_err(|_| NumberFault::NotANumber)?;
    let mantissa = if negative { -mantissa } else { mantissa };
    let scale = fraction.len() as i32 - exponent;
    if scale >= 0 {
        return Ok(Decimal { mantissa, scale: scale as u32 });
    }
    let lifted = 10i128.checked_pow(scale.unsigned_abs()).and_then(|unit| mantissa.checked_mul(unit));
    lifted.map(|mantissa| Decimal { mantissa, scale: 0 }).ok_or(NumberFault::OutOfRange)
}

/// Words that mean "no value" in a cell that should hold a number, a date or a customer's number, in any case.
pub fn means_nothing(text: &str) -> bool {
    const WORDS: [&str; 10] = ["-", "–", "—", "n/a", "na", "null", "none", "nan", "nat", "#n/a"];
    text.is_empty() || (text.len() <= 4 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// Whether a cell of texts says that it is empty, as programs and sheets write that. Spelt otherwise the same words are
/// names: Ms Null, the town of None, `NA` for Namibia.
pub(crate) fn says_nothing(text: &str) -> bool {
    const SPELLINGS: [&str; 12] =
        ["-", "–", "—", "n/a", "N/A", "#N/A", "NaN", "nan", "NaT", "null", "NULL", "none"];
    text.len() <= 4 && SPELLINGS.contains(&text)
}

/// Whether a customer's cell names nobody: blank, or a word for no value.
#[inline]
pub(crate) fn names_nobody(cell: &[u8]) -> bool {
    let name = cell.trim_ascii();
    let may_be_word = name.len() <= 4 && name.first().is_none_or(|first| !first.is_ascii_digit());
    may_be_word && std::str::from_utf8(name).is_ok_and(means_nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str, decimal: char) -> Option<i64> {
        let (value, mark) = amount(text, decimal).ok()?;
        let currency = mark.map_or(Ok(Currency::EUR), |mark| mark.currency(None)).ok()?;
        value.money(currency).map(|money| money.minor)
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (text, decimal, minor) in [
            ("1 234,50 €", ',', 123_450),
            ("1\u{a0}234,50\u{a0}€", ',', 123_450),
            ("1\u{202f}234,50\u{202f}€", ',', 123_450),
            ("1\u{2009}234,5", ',', 123_450),
            ("(1,234.50)", '.', -123_450),
            ("(1.234,50 €)", ',', -123_450),
            ("1.234,56", ',', 123_456),
            ("1,234.56", '.', 123_456),
            ("(12,50) €", ',', -1_250),
            ("€(12.50)", '.', -1_250),
            ("-12", '.', -1_200),
            ("−12,5", ',', -1_250),
            ("12-", '.', -1_200),
            ("12,50 €-", ',', -1_250),
            ("12,50- €", ',', -1_250),
            ("1'234.50", '.', 123_450),
            ("1’234.50", '.', 123_450),
            ("€12.50", '.', 1_250),
            ("-€12.50", '.', -1_250),
            ("€-12.50", '.', -1_250),
            ("EUR 12,50", ',', 1_250),
            ("12.50 EUR", '.', 1_250),
            ("£3", '.', 300),
            ("US$ 1,000", '.', 100_000),
            ("CHF 1'000.05", '.', 100_005),
            ("+7", '.', 700),
            (".5", '.', 50),
            (",5", ',', 50),
            ("5.", '.', 500),
            ("1e3", '.', 100_000),
            ("1,5E+2", ',', 15_000),
            ("12,34,567.89", '.', 123_456_789),
            ("1.234.567", ',', 123_456_700),
            ("0", '.', 0),
            ("0.00", '.', 0),
            ("000123.450", '.', 12_345),
            ("12 500 Ft", ',', 1_250_000),
            ("1 234,50 Kč", ',', 123_450),
            ("99,90 zł", ',', 9_990),
            ("12.50 lei", '.', 1_250),
            ("Fr. 12.50", '.', 1_250),
            ("Fr.12.50", '.', 1_250),
            ("-Fr. 1'234.50", '.', -123_450),
            ("CHF. 12.50", '.', 1_250),
            ("5 CHF.", '.', 500),
            ("EUR.50", '.', 50),
            ("kr. 1.234,50", ',', 123_450),
            ("1.234,50 kr.", ',', 123_450),
            ("1 234,50 kr", ',', 123_450),
            // A dash for no cents is no minus sign.
            ("12.-", '.', 1_200),
            ("Fr. 12.–", '.', 1_200),
            ("12.– Fr.", '.', 1_200),
            ("1.200,-", ',', 120_000),
            ("1 200,-- €", ',', 120_000),
            ("-1 200,- kr", ',', -120_000),
        ] {
            assert_eq!(cents(text, decimal), Some(minor), "{text:?} with {decimal:?}");
        }
    }

    #[test]
    fn a_mark_that_can_only_be_the_decimal_is_one() {
        assert_eq!(cents("12.5", ','), Some(1_250));
        assert_eq!(cents("1,50", '.'), Some(150));
        assert_eq!(cents("1.234,56", '.'), Some(123_456));
        // Both readings make sense here, so the file's mark decides.
        assert_eq!(cents("1.234", ','), Some(123_400));
        assert_eq!(cents("1.234", '.'), Some(123));
        assert_eq!(cents("1,234", '.'), Some(123_400));
        assert_eq!(cents("1,234", ','), Some(123));
    }

    #[test]
    fn marks_name_their_currency() {
        let named = |text: &str, file: Option<&str>| {
            let mark = amount(text, ',').unwrap().1.unwrap();
            mark.currency(file.map(|code| Currency::parse(code).unwrap())).unwrap().code().to_string()
        };
        let marks = [("5 Ft", "HUF"), ("5 Kč", "CZK"), ("5 zł", "PLN"), ("5 lei", "RON"), ("Fr. 5", "CHF")];
        for (text, code) in marks.into_iter().chain([("5 kr.", "SEK"), ("CHF 5", "CHF"), ("5 лв.", "BGN")])
        {
            assert_eq!(named(text, None), code, "{text}");
        }
        assert_eq!((named("5 kr.", Some("DKK")), named("5 lei", Some("MDL"))), ("DKK".into(), "MDL".into()));
    }

    #[test]
    fn half_cents_go_away_from_zero() {
        assert_eq!(cents("2.675", '.'), Some(268));
        assert_eq!(cents("-2.675", '.'), Some(-268));
        let price = Decimal::of_float(0.85).unwrap();
        assert_eq!(price.times(Decimal::whole(-3)).unwrap().money(Currency::EUR).unwrap().minor, -255);
        let eighth = Decimal::of_float(0.125).unwrap();
        assert_eq!(eighth.money(Currency::EUR).unwrap().minor, 13);
        assert_eq!(Decimal::of_float(-53_594.36).unwrap().money(Currency::EUR).unwrap().minor, -5_359_436);
        assert_eq!(Decimal::of_float(1.23e-5).unwrap().rounded(7), Some(123));
        assert_eq!(Decimal::of_float(f64::NAN), None);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "", "-", "()", "abc", "1.2.3", "1 23", "12,34,5", "--", "€", "1 2 3", "5 € 3", "around 5", "1'2",
            ",-", "Fr.", "12 – 5",
        ] {
            assert!(amount(text, '.').is_err(), "{text:?}");
        }
        assert_eq!(
            amount("12 XYZ", '.').unwrap().1.unwrap().currency(None),
            Err(NumberFault::UnknownCurrency("XYZ".into()))
        );
        assert_eq!(amount("1e999", '.'), Err(NumberFault::OutOfRange));
        assert_eq!(cents("99999999999999999", '.'), None);
        assert!(number("12 €", '.').is_err(), "a quantity has no currency");
    }

    #[test]
    fn a_dollar_is_the_file_s_own_where_it_has_one() {
        let cad = Currency::parse("CAD").unwrap();
        let (_, mark) = amount("$5", '.').unwrap();
        assert_eq!(mark.unwrap().currency(Some(cad)), Ok(cad));
        assert_eq!(mark.unwrap().currency(Some(Currency::EUR)).unwrap().code(), "USD");
    }
}
