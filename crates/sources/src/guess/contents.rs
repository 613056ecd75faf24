//! What a column holds, judged by its cells: dates, amounts, addresses; and in which marks and order.

use crate::cell::{Cell, RawRow};
use crate::dates;
use crate::format::DateOrder;
use crate::numbers;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What most of a column's cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ColumnKind {
    /// Nothing at all, in the rows looked at.
    Empty,
    Text,
    Number,
    /// Numbers with a currency beside them or with two decimals.
    Money,
    Date,
    Email,
    Phone,
    /// Yes or no.
    Truth,
    /// Currency codes or signs.
    Currency,
}

/// A column's cells, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    pub(super) filled: u64,
    /// Filled with a word for nothing: `-`, `n/a`.
    pub(super) nothing: u64,
    pub(super) empty: u64,
    pub(super) distinct: u64,
    pub(super) numbers: u64,
    pub(super) whole: u64,
    pub(super) two_decimals: u64,
    pub(super) negative: u64,
    pub(super) with_currency: u64,
    pub(super) dates: u64,
    /// Dates that are numbers alone: days written together, seconds since 1970.
    pub(super) bare_dates: u64,
    pub(super) emails: u64,
    pub(super) phones: u64,
    pub(super) truths: u64,
    pub(super) currencies: u64,
    pub(super) offsets: u64,
    pub(super) two_digit_years: u64,
    pub(super) longest: usize,
    pub(super) largest: f64,
    pub(super) samples: Vec<String>,
    /// The marks beside numbers, counted.
    pub(super) marks: HashMap<String, u64>,
    pub(super) comma_decimals: u64,
    pub(super) point_decimals: u64,
    pub(super) either_decimals: u64,
    pub(super) day_first: u64,
    pub(super) month_first: u64,
    pub(super) year_first: u64,
    pub(super) either_order: u64,
}

const SAMPLES: usize = 5;

impl Contents {
    /// Counts what the column holds.
    pub(super) fn of(rows: &[RawRow], column: usize) -> Contents {
        let mut contents = Contents::default();
        let mut seen = std::collections::HashSet::new();
        for row in rows {
            let cell = row.cell(column);
            let text = cell.written('.');
            let text = crate::formula::unguard(numbers::trimmed(&text));
            if text.is_empty()
                || (text.len() <= 4
                    && ["null", "nan", "none"].iter().any(|word| word.eq_ignore_ascii_case(text)))
            {
                contents.empty += 1;
                continue;
            }
            contents.filled += 1;
            contents.nothing += u64::from(numbers::means_nothing(text));
            if seen.insert(text.to_string()) && contents.samples.len() < SAMPLES {
                contents.samples.push(text.chars().take(80).collect());
            }
            contents.longest = contents.longest.max(text.len());
            match cell {
                Cell::Moment(_) | Cell::Day(_) => contents.dates += 1,
                Cell::Whole(n) => {
                    contents.bare_dates += u64::from(dates::parsed(text, DateOrder::Ymd).is_ok());
                    contents.count_number(n as f64, true, false);
                }
                Cell::Float(x) => contents.count_number(x, x.fract() == 0.0, has_cents(x)),
                Cell::Decimal { mantissa, scale } => {
                    let value = mantissa as f64 / 10f64.powi(i32::from(scale));
                    contents.count_number(value, value.fract() == 0.0, scale == 2);
                }
                Cell::Truth(_) => contents.truths += 1,
                _ => contents.count_text(text),
            }
        }
        contents.distinct = seen.len() as u64;
        contents
    }

    fn count_number(&mut self, value: f64, whole: bool, two_decimals: bool) {
        self.numbers += 1;
        self.whole += u64::from(whole);
        self.two_decimals += u64::from(two_decimals);
        self.negative += u64::from(value < 0.0);
        self.largest = self.largest.max(value);
    }

    fn count_text(&mut self, text: &str) {
        if is_email(text) {
            self.emails += 1;
            return;
        }
        if is_currency(text) {
            self.currencies += 1;
            return;
        }
        self.truths += u64::from(is_truth(text));
        self.count_date(text);
        // "06 12 34 56 78" and "0612345678" are telephones before they are numbers.
        if is_phone(text) {
            self.phones += 1;
        }
        if text.len() > 40 || !text.contains(|c: char| c.is_ascii_digit()) {
            return;
        }
        if let Ok((value, mark)) = numbers::amount(text, '.') {
            if let Some(mark) = mark {
                if mark.currency(None).is_err() {
                    return;
                }
                self.with_currency += 1;
                *self.marks.entry(mark.0.to_string()).or_insert(0) += 1;
            }
            self.count_decimal_mark(text);
            let plain = value.mantissa as f64 / 10f64.powi(value.scale as i32);
            let fraction =
                numbers::digits(text).rfind(['.', ',']).map(|mark| &numbers::digits(text)[mark + 1..]);
            self.count_number(plain, fraction.is_none(), fraction.is_some_and(|digits| digits.len() == 2));
        }
    }

    /// Which mark the decimals have, as far as one number tells.
    fn count_decimal_mark(&mut self, text: &str) {
        let digits = numbers::digits(text);
        let Some(last) = digits.rfind(['.', ',']) else { return };
        let mark = digits.as_bytes()[last];
        let other = if mark == b',' { '.' } else { ',' };
        let decimals = digits.len() - last - 1;
        let times = digits.bytes().filter(|byte| *byte == mark).count();
        let head_is_short = last <= 3 && last > 0 && !digits.starts_with('0');
        if digits.contains(other) {
            self.count_mark(mark);
        } else if times > 1 {
            // Written more than once, it groups.
            self.count_mark(other as u8);
        } else if decimals == 3 && head_is_short {
            self.either_decimals += 1;
        } else {
            self.count_mark(mark);
        }
    }

    fn count_mark(&mut self, mark: u8) {
        if mark == b',' {
            self.comma_decimals += 1;
        } else {
            self.point_decimals += 1;
        }
    }

    fn count_date(&mut self, text: &str) {
        let bare = text.bytes().all(|byte| byte.is_ascii_digit());
        let orders = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];
        let reads = orders.map(|order| dates::parsed(text, order).ok());
        if reads.iter().all(Option::is_none) {
            return;
        }
        if bare {
            self.bare_dates += 1;
            return;
        }
        self.dates += 1;
        let clock = text.rsplit([' ', 'T', 't']).next().unwrap_or("");
        self.offsets += u64::from(
            clock.contains(':') && (clock.ends_with(['Z', 'z']) || clock.contains('+'))
                || text.contains(" +"),
        );
        let [dmy, mdy, ymd] = reads;
        if dmy.is_some() && dmy == mdy && dmy == ymd {
            // The text tells its order: ISO, or a month in words.
            return;
        }
        let year_is_short = !text.split(|c: char| !c.is_ascii_digit()).any(|part| part.len() == 4);
        self.two_digit_years += u64::from(year_is_short);
        match (dmy.is_some(), mdy.is_some()) {
            (true, false) => self.day_first += 1,
            (false, true) => self.month_first += 1,
            (false, false) => self.year_first += 1,
            (true, true) if dmy != mdy => self.either_order += 1,
            (true, true) => {}
        }
    }

    /// What most cells hold.
    pub(super) fn kind(&self) -> ColumnKind {
        if self.filled == 0 {
            return ColumnKind::Empty;
        }
        let most = |count: u64| count * 10 >= self.filled * 9;
        if most(self.emails) {
            ColumnKind::Email
        } else if most(self.dates) {
            ColumnKind::Date
        } else if most(self.currencies) {
            ColumnKind::Currency
        } else if most(self.phones) && self.distinct * 2 > self.filled {
            ColumnKind::Phone
        } else if most(self.numbers)
            && (self.with_currency * 2 > self.filled || self.two_decimals * 4 > self.filled)
        {
            ColumnKind::Money
        } else if most(self.numbers) {
            ColumnKind::Number
        } else if most(self.truths) {
            ColumnKind::Truth
        } else {
            ColumnKind::Text
        }
    }

    /// Whether so many cells show what the column is meant to hold, though others of it cannot be read.
    pub(super) fn holds_many(&self, count: u64) -> bool {
        count > 0 && count * 10 >= self.filled * 4
    }

    /// Whether most cells are dates written as numbers alone.
    pub(super) fn is_bare_dates(&self) -> bool {
        self.filled > 0 && self.bare_dates * 10 >= self.filled * 9
    }

    /// Whether the cells may be keys: not measured, not long.
    pub(super) fn may_be_key(&self) -> bool {
        self.filled > 0
            && self.two_decimals == 0
            && self.longest <= 64
            && self.negative == 0
            && self.whole >= self.numbers
    }
}

/// Whether a cell is a value rather than the name of a column.
pub(super) fn looks_like_data(cell: Cell<'_>) -> bool {
    match cell {
        Cell::Empty => false,
        Cell::Text(text) => {
            let text = numbers::trimmed(text);
            is_email(text)
                || text.len() <= 40
                    && text.contains(|c: char| c.is_ascii_digit())
                    && (numbers::amount(text, '.')
                        .is_ok_and(|(_, mark)| mark.is_none_or(|mark| mark.currency(None).is_ok()))
                        || dates::parsed(text, DateOrder::Dmy).is_ok()
                        || dates::parsed(text, DateOrder::Mdy).is_ok())
        }
        Cell::Garbled(_) | Cell::Fault(_) => false,
        _ => true,
    }
}

fn has_cents(x: f64) -> bool {
    let cents = x * 100.0;
    x.fract() != 0.0 && (cents - cents.round()).abs() < 1e-6
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    !user.is_empty()
        && host.contains('.')
        && !host.contains('@')
        && !text.contains(char::is_whitespace)
        && text.len() < 255
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (9..=15).contains(&digits)
        && text.starts_with(['0', '+', '('])
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '+' | '(' | ')' | '/' | '\u{a0}'))
        && !text.contains(", ")
}

fn is_currency(text: &str) -> bool {
    // In lower case other codes are words: all, try, cup, top.
    const IN_ANY_CASE: [&str; 12] =
        ["EUR", "USD", "GBP", "CHF", "CAD", "AUD", "JPY", "SEK", "NOK", "DKK", "PLN", "CZK"];
    let is_code = text.len() == 3
        && (text.bytes().all(|byte| byte.is_ascii_uppercase())
            || IN_ANY_CASE.iter().any(|code| code.eq_ignore_ascii_case(text)));
    let is_sign = text == "$"
        || (!text.is_ascii() && text.chars().count() <= 2 && !text.contains(char::is_alphanumeric));
    (is_code || is_sign) && numbers::CurrencyMark(text).currency(None).is_ok()
}

fn is_truth(text: &str) -> bool {
    ["true", "false", "yes", "no", "oui", "non", "vrai", "faux", "0", "1"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}
