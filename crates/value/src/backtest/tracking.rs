//! Week by week: the repeat purchases that came beside those that the models expect of newcomers as they grow older.
//!
//! Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2), figures 2 and 3: what
//! is expected of a customer who is so many weeks old, without looking at what that customer did, summed over the
//! customers known at the origin.

use super::{Origin, Stage};
use crate::blend::Blend;
use crate::lifetime::Path;

/// Repeat purchases per week since the first purchase of the oldest customer, before and after the origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracking {
    /// From when it was foretold.
    pub origin: Origin,
    /// Where the origin lies, in weeks since the first purchase of all.
    pub origin_week: f64,
    /// One after the other; a last week that is not whole is left out.
    pub weeks: Vec<Week>,
}

/// One week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Week {
    /// Repeat purchases that came.
    pub actual: u32,
    /// Those expected.
    pub expected: f64,
}

impl Tracking {
    /// Sums up to each week: what came, and what was expected.
    ///
    /// ```
    /// use value::backtest::{Origin, Tracking, Week};
    /// let origin = Origin { days_ago: 7, horizon_days: 7 };
    /// let weeks = vec![Week { actual: 3, expected: 2.5 }, Week { actual: 1, expected: 2.0 }];
    /// let tracking = Tracking { origin, origin_week: 1.0, weeks };
    /// assert_eq!(tracking.cumulative(), [(3, 2.5), (4, 4.5)]);
    /// ```
    pub fn cumulative(&self) -> Vec<(u64, f64)> {
        let mut sums = (0, 0.0);
        let add = |week: &Week| {
            sums = (sums.0 + u64::from(week.actual), sums.1 + week.expected);
            sums
        };
        self.weeks.iter().map(add).collect()
    }
}

/// The tracking of the blend of an origin; `few` are the paths that the customers of then are among.
pub(super) fn tracking(stage: &Stage<'_, '_>, few: &[Path<'_>]) -> Tracking {
    let paths = &stage.known.evidence.paths;
    let oldest = paths.iter().map(|path| path.age).max().unwrap_or(0);
    let days = oldest + stage.origin.horizon_days;
    let weeks = (days / 7) as usize;
    let mut actual = vec![0; weeks];
    let mut newcomers = vec![0_u32; oldest as usize + 1];
    for (known, place) in paths.iter().zip(&stage.known.places) {
        let born = oldest - known.age;
        newcomers[born as usize] += 1;
        let until = known.age + stage.origin.horizon_days;
        for day in few[*place as usize].repeats.iter().take_while(|day| **day <= until) {
            if let Some(count) = actual.get_mut((born + day - 1) as usize / 7) {
                *count += 1;
            }
        }
    }
    let expected = of_newcomers(stage.blend, weeks + 1);
    let by_then = |week: usize| -> f64 {
        let of_day = |(born, count): (usize, &u32)| {
            let age = week as f64 - born as f64 / 7.0;
            f64::from(*count) * between(&expected, age)
        };
        newcomers.iter().enumerate().take(7 * week).filter(|(_, count)| **count > 0).map(of_day).sum()
    };
    let mut before = 0.0;
    let weeks = actual
        .into_iter()
        .enumerate()
        .map(|(week, actual)| {
            let now = by_then(week + 1);
            let expected = now - before;
            before = now;
            Week { actual, expected }
        })
        .collect();
    Tracking { origin: stage.origin, origin_week: f64::from(oldest) / 7.0, weeks }
}

/// Expected repeat purchases of one customer within 0, 1, … weeks from the first purchase.
fn of_newcomers(blend: &Blend, weeks: usize) -> Vec<f64> {
    let newcomer = Path { repeats: &[], age: 0 };
    let within = |weeks: f64| -> f64 {
        let of_member = |member: &crate::blend::Member| {
            let forecaster = member.model.forecaster(1, weeks);
            member.weight * forecaster.prospect(&newcomer).expected_transactions(weeks)
        };
        blend.members.iter().map(of_member).sum()
    };
    (0..=weeks).map(|week| if week == 0 { 0.0 } else { within(week as f64) }).collect()
}

/// A value between two weeks.
fn between(by_week: &[f64], at: f64) -> f64 {
    let week = (at.max(0.0) as usize).min(by_week.len() - 2);
    by_week[week] + (at - week as f64) * (by_week[week + 1] - by_week[week])
}
