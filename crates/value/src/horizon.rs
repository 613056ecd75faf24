//! How far ahead a valuation looks.

use std::fmt;
use std::str::FromStr;

/// A span of time from the day of the valuation on: `39w`, `273d`, `12m`, `2y`.
///
/// A month is 365.25 / 12 days and a year 365.25 days, always, so that a horizon does not depend on the season
/// it starts in. At least one day and at most a hundred years.
///
/// ```
/// let horizon: value::Horizon = "12m".parse().unwrap();
/// assert_eq!(horizon.days(), 365.25);
/// assert_eq!(horizon.to_string(), "12m");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// Why a text is no horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HorizonError {
    /// Not a whole number followed by d, w, m or y.
    NotASpan(String),
    /// Shorter than a day or longer than a hundred years.
    OutOfRange(String),
}

impl fmt::Display for HorizonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HorizonError::NotASpan(text) => {
                write!(
                    f,
                    "no horizon: {text:?}; give a whole number and d, w, m or y, such as 39w, 273d or 12m"
                )
            }
            HorizonError::OutOfRange(text) => {
                write!(f, "horizon out of range: {text:?}; give between one day and a hundred years")
            }
        }
    }
}

impl std::error::Error for HorizonError {}

impl Horizon {
    const LONGEST_DAYS: f64 = 36_525.0;

    /// Its length in days.
    pub fn days(&self) -> f64 {
        let days = match self.unit {
            Unit::Day => 1.0,
            Unit::Week => 7.0,
            Unit::Month => 365.25 / 12.0,
            Unit::Year => 365.25,
        };
        f64::from(self.count) * days
    }

    /// Its length in days, rounded to a whole number.
    pub fn whole_days(&self) -> u32 {
        self.days().round() as u32
    }

    /// Its length in weeks, the unit the models work in.
    pub fn weeks(&self) -> f64 {
        self.days() / 7.0
    }
}

impl FromStr for Horizon {
    type Err = HorizonError;

    fn from_str(text: &str) -> Result<Horizon, HorizonError> {
        let not_a_span = || HorizonError::NotASpan(text.to_string());
        let trimmed = text.trim();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = trimmed.split_at(digits);
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "d" => Unit::Day,
            "w" => Unit::Week,
            "m" => Unit::Month,
            "y" => Unit::Year,
            _ => return Err(not_a_span()),
        };
        if count.is_empty() {
            return Err(not_a_span());
        }
        let out_of_range = || HorizonError::OutOfRange(text.to_string());
        let horizon = Horizon { count: count.parse().map_err(|_| out_of_range())?, unit };
        let is_in_range = (1.0..=Horizon::LONGEST_DAYS).contains(&horizon.days());
        is_in_range.then_some(horizon).ok_or_else(out_of_range)
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.unit {
            Unit::Day => 'd',
            Unit::Week => 'w',
            Unit::Month => 'm',
            Unit::Year => 'y',
        };
        write!(f, "{}{letter}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_in_every_unit() {
        for (text, days) in [("39w", 273.0), ("273d", 273.0), ("12m", 365.25), (" 2Y ", 730.5), ("1 w", 7.0)]
        {
            assert_eq!(text.parse::<Horizon>().unwrap().days(), days, "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in ["", "w", "39", "-3w", "1.5m", "3 parsecs", "3ww"] {
            assert_eq!(text.parse::<Horizon>(), Err(HorizonError::NotASpan(text.to_string())));
        }
        for text in ["0d", "101y", "99999999999d"] {
            assert_eq!(text.parse::<Horizon>(), Err(HorizonError::OutOfRange(text.to_string())));
        }
    }
}
