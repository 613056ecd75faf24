//! Points in time as the ledger keeps them: whole seconds and whole days of the company's wall clock.
//!
//! A source that gives a bare date gives midnight. Times are kept as the source's wall clock reads them; no
//! zone is applied, so that "purchases of one day" means the shop's day.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00 on the company's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment(pub i64);

/// Days since 1970-01-01 on the company's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

const SECONDS_PER_DAY: i64 = 86_400;

impl Moment {
    /// The moment of a civil date and time.
    pub fn of(at: DateTime) -> Moment {
        let days = i64::from(Day::of(at.date()).0);
        Moment(
            days * SECONDS_PER_DAY
                + i64::from(at.hour()) * 3600
                + i64::from(at.minute()) * 60
                + i64::from(at.second()),
        )
    }

    /// The day this moment falls on.
    pub fn day(self) -> Day {
        let days = self.0.div_euclid(SECONDS_PER_DAY);
        Day(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }

    /// The civil date and time, or `None` outside the years −9999 to 9999.
    pub fn civil(self) -> Option<DateTime> {
        let date = self.day().civil()?;
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let part = |n: i64| i8::try_from(n).expect("a part of a day is below 60");
        Some(date.at(part(second / 3600), part(second / 60 % 60), part(second % 60), 0))
    }
}

impl Day {
    /// The day of a civil date.
    pub fn of(date: Date) -> Day {
        let epoch = Date::constant(1970, 1, 1);
        Day((date - epoch).get_days())
    }

    /// The first second of this day.
    pub fn start(self) -> Moment {
        Moment(i64::from(self.0) * SECONDS_PER_DAY)
    }

    /// The civil date, or `None` outside the years −9999 to 9999.
    pub fn civil(self) -> Option<Date> {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(self.0).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_moment_keeps_its_civil_reading() {
        let at = date(2009, 12, 1).at(7, 45, 12, 0);
        assert_eq!(Moment::of(at).civil(), Some(at));
        assert_eq!(Moment::of(at).day(), Day::of(date(2009, 12, 1)));
    }

    #[test]
    fn days_before_the_epoch_round_down() {
        let at = date(1969, 12, 31).at(23, 59, 59, 0);
        assert_eq!(Moment::of(at), Moment(-1));
        assert_eq!(Moment(-1).day(), Day(-1));
        assert_eq!(Moment(-1).civil(), Some(at));
    }

    #[test]
    fn a_moment_out_of_range_has_no_civil_reading() {
        assert_eq!(Moment(i64::MAX).civil(), None);
    }
}
