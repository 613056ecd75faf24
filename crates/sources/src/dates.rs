//! Dates and times as people and programs write them, read as the wall clock they show.
//!
//! A time with an offset (`2024-03-01T23:30:00-05:00`) keeps the clock it was written with: the shop's day is the
//! day its clock showed. Two-digit years from 69 are of the last century, below 69 of this one. Seconds and
//! milliseconds since 1970 are read as UTC. Fractions of a second are dropped.

use crate::format::DateOrder;
use crate::said::{Said, Saying, named};
use jiff::civil::{Date, DateTime, Time};
use ledger::Moment;

/// Years outside are a mistake in the file.
pub(crate) const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;

/// Why a text is no date: what is wrong, and what to do.
pub(crate) type DateFault = Said;

/// The moment a text names; a bare date is its midnight.
pub(crate) fn moment(text: &str, order: DateOrder) -> Result<Moment, DateFault> {
    parsed(text, order).map(Moment::of)
}

/// The civil date and time a text names.
pub(crate) fn parsed(text: &str, order: DateOrder) -> Result<DateTime, DateFault> {
    let text = crate::numbers::trimmed(text);
    if let Some(at) = iso_at_once(text.as_bytes()) {
        return Ok(at);
    }
    let tokens = tokens(text).ok_or_else(|| not_a_date(text))?;
    if let [Token::Number { value, digits }] = tokens[..] {
        return bare_number(text, value, digits);
    }
    let (parts, rest) = date_parts(&tokens).ok_or_else(|| not_a_date(text))?;
    let time = time_of(rest).ok_or_else(|| not_a_time(text))?;
    let date = date_of(text, parts, order)?;
    Ok(date.to_datetime(time))
}

/// `2024-03-01`, perhaps with ` 07:45` or `T07:45:00`: what programs write, without the long way round.
fn iso_at_once(text: &[u8]) -> Option<DateTime> {
    let two = |at: usize| -> Option<i8> {
        let (tens, units) = (text.get(at)?, text.get(at + 1)?);
        (tens.is_ascii_digit() && units.is_ascii_digit()).then(|| ((tens - b'0') * 10 + (units - b'0')) as i8)
    };
    let is = |at: usize, mark: u8| text.get(at) == Some(&mark);
    if !matches!(text.len(), 10 | 16 | 19) || !is(4, b'-') || !is(7, b'-') {
        return None;
    }
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let date = Date::new(year, two(5)?, two(8)?).ok().filter(|date| YEARS.contains(&date.year()))?;
    if text.len() == 10 {
        return Some(date.at(0, 0, 0, 0));
    }
    if !(is(10, b' ') || is(10, b'T')) || !is(13, b':') || (text.len() == 19 && !is(16, b':')) {
        return None;
    }
    let second = if text.len() == 19 { two(17)? } else { 0 };
    Some(date.to_datetime(Time::new(two(11)?, two(14)?, second, 0).ok()?))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Number { value: u64, digits: usize },
    Word(&'a str),
    Mark(char),
}

/// Numbers, words and marks; blanks are marks too, in a row they count once. `None` where it is no date by far.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(12);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end_of = |keep: fn(char) -> bool| rest.find(|c: char| !keep(c)).unwrap_or(rest.len());
        if first.is_ascii_digit() {
            let end = end_of(|c| c.is_ascii_digit());
            tokens.push(Token::Number { value: rest[..end].parse().ok()?, digits: end });
            rest = &rest[end..];
        } else if first.is_alphabetic() {
            let end = end_of(char::is_alphabetic);
            tokens.push(Token::Word(&rest[..end]));
            rest = &rest[end..];
        } else {
            let mark = if first.is_whitespace() { ' ' } else { first };
            if mark != ' ' || tokens.last() != Some(&Token::Mark(' ')) {
                tokens.push(Token::Mark(mark));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(tokens)
}

/// A number alone: `20240301`, or seconds or milliseconds since 1970.
fn bare_number(text: &str, value: u64, digits: usize) -> Result<DateTime, DateFault> {
    const SECONDS: std::ops::Range<u64> = 315_532_800..7_258_118_400;
    if digits == 8 {
        let parts =
            Parts::Ordered { year: (value / 10_000) as i64, month: value / 100 % 100, day: value % 100 };
        return date_of(text, parts, DateOrder::Ymd).map(|date| date.at(0, 0, 0, 0));
    }
    if digits == 14 {
        let day = value / 1_000_000;
        let parts = Parts::Ordered { year: (day / 10_000) as i64, month: day / 100 % 100, day: day % 100 };
        let date = date_of(text, parts, DateOrder::Ymd)?;
        let part = |n: u64| (n % 100) as i8;
        let time = Time::new(part(value / 10_000), part(value / 100), part(value), 0)
            .map_err(|_| not_a_time(text))?;
        return Ok(date.to_datetime(time));
    }
    let seconds = match digits {
        9 | 10 if SECONDS.contains(&value) => Some(value),
        12 | 13 if SECONDS.contains(&(value / 1_000)) => Some(value / 1_000),
        16 if SECONDS.contains(&(value / 1_000_000)) => Some(value / 1_000_000),
        _ => None,
    };
    if let Some(civil) = seconds.and_then(|seconds| Moment(seconds as i64).civil()) {
        return Ok(civil);
    }
    if digits == 5 && (20_000..80_000).contains(&value) {
        let meant = serial(value as f64, false).map(|at| at.date().to_string()).unwrap_or_default();
        return Err(Said::new(Saying::DayNumber, [named(text), meant]));
    }
    Err(not_a_date(text))
}

/// A spreadsheet's day number, with the time as its fraction; `None` outside the years that are read.
pub(crate) fn serial(days: f64, is_1904: bool) -> Option<DateTime> {
    const UNIX_EPOCH: i64 = 25_569;
    const FROM_1900_TO_1904: i64 = 1_462;
    if !days.is_finite() || !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    // Sheets hold times to about a millisecond; the nearest second is what was typed.
    let seconds = (days * 86_400.0).round() as i64;
    let mut day = seconds.div_euclid(86_400) + if is_1904 { FROM_1900_TO_1904 } else { 0 };
    if day < 60 {
        // The sheet's 29 February 1900, which never was, moves all days before it by one.
        day += 1;
    }
    let at = Moment((day - UNIX_EPOCH) * 86_400 + seconds.rem_euclid(86_400));
    at.civil().filter(|civil| YEARS.contains(&civil.year()))
}

/// What the text says of the day, before the file's order is applied.
#[derive(Clone, Copy, Debug)]
enum Parts {
    /// The order is plain from the text itself.
    Ordered { year: i64, month: u64, day: u64 },
    /// Three numbers with one mark between them.
    Three([(u64, usize); 3]),
}

/// The day's parts from the front, and what is left for the time.
fn date_parts<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(Parts, &'t [Token<'a>])> {
    // "lundi 1 janvier", "Mon, 01 Jan": a weekday before says nothing new.
    let tokens = match tokens {
        [Token::Word(word), rest @ ..] if is_weekday(word) => {
            let skip = rest.iter().position(|token| !matches!(token, Token::Mark(_)))?;
            &rest[skip..]
        }
        other => other,
    };
    let number = |token: &Token<'_>| match *token {
        Token::Number { value, digits } => Some((value, digits)),
        _ => None,
    };
    // "01/12/2009", "2009-12-01", "1.12.09", "01 12 2009"
    if let [a, Token::Mark(first), b, Token::Mark(second), c, rest @ ..] = tokens
        && let (Some(a), Some(b), Some(c)) = (number(a), number(b), number(c))
        && first == second
        && matches!(first, '/' | '-' | '.' | ' ')
    {
        return Some((Parts::Three([a, b, c]), rest));
    }
    // Words for the month: read numbers and the month name in turn, with any of " .,-/" between them.
    let mut day = None;
    let mut month = None;
    let mut year = None;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            Token::Word(word) => match month_of(word) {
                Some(found) if month.is_none() => month = Some(found),
                // "1er", "1st", "2nd", "le", "de", "of"
                _ if ["er", "st", "nd", "rd", "th", "ère", "le", "de", "of", "the"]
                    .contains(&word.to_lowercase().as_str()) => {}
                _ => return None,
            },
            Token::Number { value, digits } => match (day, year) {
                (None, _) if digits <= 2 => day = Some(value),
                (_, None) if digits == 4 || (digits == 2 && day.is_some() && month.is_some()) => {
                    year = Some((value, digits));
                }
                _ => return None,
            },
            Token::Mark(' ' | '.' | ',' | '-' | '/') => {}
            Token::Mark(_) => return None,
        }
        at += 1;
        if let (Some(day), Some(month), Some((year, digits))) = (day, month, year) {
            return Some((Parts::Ordered { year: century(year, digits), month, day }, &tokens[at..]));
        }
    }
    None
}

/// The time from what is left: nothing, `07:45`, `7h45`, `7:45:30.25 PM`, with an offset that is dropped.
fn time_of(tokens: &[Token<'_>]) -> Option<Time> {
    let start = tokens.iter().position(|token| match token {
        Token::Mark(' ' | ',' | '-') => false,
        Token::Word(word) => !["t", "à", "a", "at", "um"].contains(&word.to_lowercase().as_str()),
        _ => true,
    });
    let Some(start) = start else { return Some(Time::midnight()) };
    let tokens = &tokens[start..];
    let hour_mark = |token: &Token<'_>| {
        matches!(token, Token::Mark(':'))
            || matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("h"))
    };
    let Some(Token::Number { value: hour, digits: 1..=2 }) = tokens.first() else { return None };
    let mut hour = *hour;
    let mut rest = &tokens[1..];
    let mut minute_second = [0u64; 2];
    // A number alone after the day is no hour: "01 02 03 04 05" is a telephone.
    let mut is_clock = false;
    for (place, part) in minute_second.iter_mut().enumerate() {
        let marked = match rest.first() {
            Some(mark) if place == 0 => hour_mark(mark),
            Some(Token::Mark(':')) => true,
            Some(Token::Word(word)) => word.eq_ignore_ascii_case("min") || word.eq_ignore_ascii_case("m"),
            _ => false,
        };
        is_clock |= marked;
        match (marked, rest) {
            (true, [_, Token::Number { value, digits: 1..=2 }, after @ ..]) => {
                *part = *value;
                rest = after;
            }
            // "7h"
            (true, [Token::Word(_), after @ ..]) => rest = after,
            _ => break,
        }
    }
    if let [Token::Mark('.' | ','), Token::Number { .. }, after @ ..] = rest {
        rest = after;
    }
    if let [Token::Mark(' '), after @ ..] = rest {
        rest = after;
    }
    // "PM", "p.m."
    if let [Token::Word(word), after @ ..] = rest {
        let half = word.to_lowercase();
        let dotted = half.len() == 1
            && matches!(after, [Token::Mark('.'), Token::Word(m), ..] if m.eq_ignore_ascii_case("m"));
        if half == "am" || half == "pm" || (dotted && (half == "a" || half == "p")) {
            if !(1..=12).contains(&hour) {
                return None;
            }
            is_clock = true;
            hour = hour % 12 + if half.starts_with('p') { 12 } else { 0 };
            rest = if dotted { &after[2..] } else { after };
        }
    }
    if !is_clock || !is_offset(rest) {
        return None;
    }
    let part = |n: u64| i8::try_from(n).ok();
    // A leap second is the last second of its minute.
    Time::new(
        part(hour)?,
        part(minute_second[0])?,
        part(minute_second[1].min(if minute_second[1] == 60 { 59 } else { 99 }))?,
        0,
    )
    .ok()
}

/// Nothing, or `Z`, `UTC`, `+02:00`, `-0500`, `GMT+2`, `(CET)`: said once at the top what becomes of it.
fn is_offset(tokens: &[Token<'_>]) -> bool {
    tokens.len() <= 10
        && tokens.iter().all(|token| match token {
            Token::Number { digits, .. } => *digits <= 4,
            Token::Word(word) => {
                word.len() <= 5 && word.bytes().all(|b| b.is_ascii_uppercase())
                    || word.eq_ignore_ascii_case("z")
                    || *word == "s"
            }
            Token::Mark(mark) => matches!(mark, ' ' | '+' | '-' | ':' | '.' | '(' | ')'),
        })
}

fn date_of(text: &str, parts: Parts, order: DateOrder) -> Result<Date, DateFault> {
    let (year, month, day) = match parts {
        Parts::Ordered { year, month, day } => (year, month, day),
        // Four digits in front are a year under any order: ISO.
        Parts::Three([(a, 4), (b, _), (c, _)]) => (a as i64, b, c),
        Parts::Three([(a, n), (b, _), (c, _)]) if order == DateOrder::Ymd && n <= 2 => (century(a, n), b, c),
        Parts::Three([(a, _), (b, _), (c, n)]) if order == DateOrder::Mdy => (century(c, n), a, b),
        Parts::Three([(a, _), (b, _), (c, n)]) => (century(c, n), b, a),
    };
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year)).ok_or_else(|| {
        let (first, last) = (YEARS.start().to_string(), YEARS.end().to_string());
        Said::new(Saying::YearBeyondRange, [named(text), year.to_string(), first, last])
    })?;
    if !(1..=12).contains(&month) {
        let swapped = (1..=12).contains(&day) && matches!(parts, Parts::Three(_));
        let saying = match order {
            DateOrder::Dmy if swapped => Saying::MonthBeforeDay,
            DateOrder::Mdy if swapped => Saying::DayBeforeMonth,
            _ => Saying::NoSuchMonth,
        };
        return Err(Said::new(saying, [named(text), month.to_string()]));
    }
    let first = Date::new(year, month as i8, 1).expect("the year and month were just checked");
    let days = first.days_in_month();
    if day < 1 || day > days as u64 {
        let name = MONTHS[month as usize - 1].to_string();
        let [day, month, year, days] =
            [day.to_string(), month.to_string(), year.to_string(), days.to_string()];
        return Err(Said::new(Saying::NoSuchDay, [named(text), day, name, month, year, days]));
    }
    Ok(first.with().day(day as i8).build().expect("the day was just checked"))
}

fn century(year: u64, digits: usize) -> i64 {
    match (digits, year) {
        (1..=2, 69..) => 1900 + year as i64,
        (1..=2, _) => 2000 + year as i64,
        _ => i64::try_from(year).unwrap_or(i64::MAX),
    }
}

fn not_a_date(text: &str) -> DateFault {
    Said::new(Saying::NotADate, [named(text)])
}

fn not_a_time(text: &str) -> DateFault {
    Said::new(Saying::NotATime, [named(text)])
}

/// Months in English.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// French, English, German, Spanish and Italian months, whole or cut to the letters that tell them apart.
fn month_of(word: &str) -> Option<u64> {
    const STARTS: [(&str, u64); 34] = [
        ("janv", 1),
        ("jan", 1),
        ("jän", 1),
        ("ene", 1),
        ("gen", 1),
        ("fev", 2),
        ("fév", 2),
        ("feb", 2),
        ("mars", 3),
        ("mar", 3),
        ("mär", 3),
        ("mrz", 3),
        ("avr", 4),
        ("apr", 4),
        ("abr", 4),
        ("mai", 5),
        ("may", 5),
        ("mag", 5),
        ("juin", 6),
        ("jun", 6),
        ("giu", 6),
        ("juil", 7),
        ("jul", 7),
        ("lug", 7),
        ("aou", 8),
        ("aoû", 8),
        ("aug", 8),
        ("ago", 8),
        ("sep", 9),
        ("oct", 10),
        ("okt", 10),
        ("nov", 11),
        ("dec", 12),
        ("déc", 12),
    ];
    const MORE: [(&str, u64); 6] =
        [("set", 9), ("ott", 10), ("dez", 12), ("dic", 12), ("maggio", 5), ("mayo", 5)];
    let word = word.to_lowercase();
    if word.chars().count() > 10 {
        return None;
    }
    STARTS.iter().chain(&MORE).find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

fn is_weekday(word: &str) -> bool {
    const WORDS: [&str; 28] = [
        "lun",
        "mar",
        "mer",
        "jeu",
        "ven",
        "sam",
        "dim",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    // "mar" is Tuesday only where a number follows it, and March there too: "mar 5" is rare, "mar. 5 mars" is not;
    // the caller finds no month then and says so, which no one has met yet.
    WORDS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, order: DateOrder) -> Result<String, String> {
        parsed(text, order).map(|at| at.to_string()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn dates_as_programs_write_them() {
        for (text, at) in [
            ("2009-12-01", "2009-12-01T00:00:00"),
            ("2009-12-01 07:45", "2009-12-01T07:45:00"),
            ("2009-12-01T07:45:12Z", "2009-12-01T07:45:12"),
            ("2009-12-01T07:45:12.123456+02:00", "2009-12-01T07:45:12"),
            ("2024-03-01T23:30:00-05:00", "2024-03-01T23:30:00"),
            ("2024-01-15 10:23:45 +0100", "2024-01-15T10:23:45"),
            ("2024-01-15 10:23:45 UTC", "2024-01-15T10:23:45"),
            ("2009/12/1", "2009-12-01T00:00:00"),
            ("2009.12.01", "2009-12-01T00:00:00"),
            ("20091201", "2009-12-01T00:00:00"),
            ("20091201074512", "2009-12-01T07:45:12"),
            ("1259653500", "2009-12-01T07:45:00"),
            ("1259653500000", "2009-12-01T07:45:00"),
            ("Tue, 01 Dec 2009 07:45:00 +0000", "2009-12-01T07:45:00"),
            ("Tue, 01 Dec 2009 07:45:00 GMT", "2009-12-01T07:45:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
        ] {
            for order in [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd] {
                assert_eq!(read(text, order), Ok(at.to_string()), "{text} as {order:?}");
            }
        }
    }

    #[test]
    fn dates_as_people_write_them() {
        for (text, at) in [
            ("1/12/2009", "2009-12-01T00:00:00"),
            ("01-12-2009", "2009-12-01T00:00:00"),
            ("01.12.2009", "2009-12-01T00:00:00"),
            ("01/12/09 07:45", "2009-12-01T07:45:00"),
            ("01/12/2009 7h45", "2009-12-01T07:45:00"),
            ("01/12/2009 à 07:45", "2009-12-01T07:45:00"),
            ("01/12/2009 7:45 PM", "2009-12-01T19:45:00"),
            ("01/12/2009 12:05 am", "2009-12-01T00:05:00"),
            ("01/12/2009, 7:45:09 p.m.", "2009-12-01T19:45:09"),
            ("1 janv. 2024", "2024-01-01T00:00:00"),
            ("1er janvier 2024", "2024-01-01T00:00:00"),
            ("lundi 1er janvier 2024 à 9h", "2024-01-01T09:00:00"),
            ("3 août 2024", "2024-08-03T00:00:00"),
            ("15 juil. 2024", "2024-07-15T00:00:00"),
            ("Jan 5, 2024", "2024-01-05T00:00:00"),
            ("January 5th, 2024 10:00", "2024-01-05T10:00:00"),
            ("5-Mar-24", "2024-03-05T00:00:00"),
            ("31/12/69", "1969-12-31T00:00:00"),
            ("31/12/68", "2068-12-31T00:00:00"),
        ] {
            assert_eq!(read(text, DateOrder::Dmy), Ok(at.to_string()), "{text}");
        }
        assert_eq!(read("12/1/2009 8:26", DateOrder::Mdy), Ok("2009-12-01T08:26:00".into()));
        assert_eq!(read("09/12/01", DateOrder::Ymd), Ok("2009-12-01T00:00:00".into()));
    }

    #[test]
    fn days_that_do_not_exist_are_named() {
        let cause = read("31/02/2024", DateOrder::Dmy).unwrap_err();
        assert_eq!(
            cause,
            "\"31/02/2024\" names day 31 of February 2024, which has 29 days; give a day that exists"
        );
        assert!(read("2023-02-29", DateOrder::Dmy).unwrap_err().contains("28 days"));
        assert!(read("00/01/2024", DateOrder::Dmy).unwrap_err().contains("day 0"));
        assert!(read("01/01/3024", DateOrder::Dmy).unwrap_err().contains("year 3024"));
        let fault = read("02/25/2024", DateOrder::Dmy).unwrap_err();
        assert!(fault.contains("month 25") && fault.contains("mdy"), "{fault}");
        assert!(read("45292", DateOrder::Dmy).unwrap_err().contains("2024-01-01"));
        for text in [
            "",
            "hello",
            "12/2024",
            "2024-01-01 25:00",
            "2024-01-01 10:61",
            "1/2/3/4",
            "01 02 03 04 05",
            "01-02-03-04-05",
            "06.12.34.56.78",
            "99999999999999999999",
        ] {
            assert!(parsed(text, DateOrder::Dmy).is_err(), "{text:?}");
        }
    }

    #[test]
    fn spreadsheet_day_numbers() {
        assert_eq!(serial(45_292.0, false).unwrap().to_string(), "2024-01-01T00:00:00");
        assert_eq!(serial(40_148.322_916_666_664, false).unwrap().to_string(), "2009-12-01T07:45:00");
        assert_eq!(serial(43_830.0, true).unwrap().to_string(), "2024-01-01T00:00:00");
        assert_eq!(serial(1.0, false).unwrap().to_string(), "1900-01-01T00:00:00");
        assert_eq!(serial(f64::NAN, false), None);
        assert_eq!(serial(1e300, false), None);
    }
}
