//! Dates in the forms that programs write, to days since 1970, as fast as they can be looked at.
//!
//! Whatever is not read here goes the long way through [`crate::dates`], which also says what is wrong with it.

use crate::dates::YEARS;
use crate::format::DateOrder;
use jiff::civil::Date;
use ledger::Day;

/// The first day of every month of the years that are read, and how many days it has.
pub(super) struct Days {
    months: Vec<(i32, u8)>,
}

impl Days {
    pub(super) fn new() -> Days {
        let mut first = Day::of(Date::constant(*YEARS.start(), 1, 1)).0;
        let mut months = Vec::with_capacity(YEARS.count() * 12);
        for year in YEARS {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for days in [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
                months.push((first, days));
                first += i32::from(days);
            }
        }
        Days { months }
    }

    /// `2024-03-01`, `2024/03/01` or, by `order`, `01/03/2024`, each perhaps with a time of day after it.
    #[inline]
    pub(super) fn read(&self, text: &[u8], order: DateOrder) -> Option<i32> {
        let (date, time) = text.split_at_checked(10)?;
        let date: &[u8; 10] = date.try_into().ok()?;
        if !time.is_empty() && !is_time(time) {
            return None;
        }
        let is_mark = |byte: u8| matches!(byte, b'-' | b'/' | b'.');
        if is_mark(date[4]) && date[7] == date[4] {
            let year = two(date[0], date[1])? * 100 + two(date[2], date[3])?;
            return self.day(year, two(date[5], date[6])?, two(date[8], date[9])?);
        }
        if is_mark(date[2]) && date[5] == date[2] {
            let (first, second) = (two(date[0], date[1])?, two(date[3], date[4])?);
            let year = two(date[6], date[7])? * 100 + two(date[8], date[9])?;
            return match order {
                DateOrder::Dmy => self.day(year, second, first),
                DateOrder::Mdy => self.day(year, first, second),
                DateOrder::Ymd => None,
            };
        }
        None
    }

    /// The day, if it lies within the years that are read.
    #[inline]
    pub(super) fn within(&self, day: i64) -> Option<i32> {
        let (first, _) = *self.months.first()?;
        let (last, days) = *self.months.last()?;
        (i64::from(first)..i64::from(last) + i64::from(days)).contains(&day).then_some(day as i32)
    }

    /// The day of a date that exists.
    #[inline]
    pub(super) fn day(&self, year: u32, month: u32, day: u32) -> Option<i32> {
        let years = year.checked_sub(*YEARS.start() as u32)?;
        let month = month.checked_sub(1).filter(|month| *month < 12)?;
        let (first, days) = *self.months.get((years * 12 + month) as usize)?;
        (1..=u32::from(days)).contains(&day).then(|| first + day as i32 - 1)
    }
}

/// ` 07:45`, `T07:45:59`, perhaps with a fraction or an offset: the clock's own day is the day.
#[inline]
fn is_time(text: &[u8]) -> bool {
    let [b' ' | b'T', h1, h2, b':', m1, m2, rest @ ..] = text else { return false };
    let fits = two(*h1, *h2).is_some_and(|hour| hour < 24) && two(*m1, *m2).is_some_and(|minute| minute < 60);
    let rest = match rest {
        [b':', s1, s2, rest @ ..] if two(*s1, *s2).is_some_and(|second| second < 60) => rest,
        _ => rest,
    };
    let rest = match rest {
        [b'.', rest @ ..] => &rest[rest.iter().take_while(|byte| byte.is_ascii_digit()).count()..],
        _ => rest,
    };
    fits && matches!(rest, [] | [b'Z'])
}

#[inline]
fn two(tens: u8, units: u8) -> Option<u32> {
    let (tens, units) = (tens.wrapping_sub(b'0'), units.wrapping_sub(b'0'));
    (tens < 10 && units < 10).then(|| u32::from(tens) * 10 + u32::from(units))
}
