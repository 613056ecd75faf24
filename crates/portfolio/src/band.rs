//! Between which bounds equity should close, learnt from how far it closed from expectation before.

use crate::Statement;

/// Bounds of a closing, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Lower bound.
    pub low: i64,
    /// What is expected.
    pub expected: i64,
    /// Upper bound.
    pub high: i64,
}

impl Band {
    /// Whether an amount lies within, bounds included.
    pub fn covers(&self, amount: i64) -> bool {
        (self.low..=self.high).contains(&amount)
    }
}

/// The bounds within which customers of the opening should be worth `expected` at the closing, with chance `share` (0.9 for
/// nine in ten), from the statements of earlier periods of the same length, at least one.
///
/// Two spreads are added. Customers by themselves: the squares of their own surprises (churn, development, reactivated) in
/// the last period, Σ dᵢ², scaled with equity. What all share (season, economy, a model that leans to one side): the mean over
/// past periods of total surprise² − Σ dᵢ², relative to the expected closing, never below zero. With few past periods the
/// factor is Student's instead of normal.
///
/// ```
/// use portfolio::{Statement, closing_band};
/// let past = Statement { expected_closing: 10_000, base_closing: 10_150, surprises_squared: 40_000, ..Statement::default() };
/// let band = closing_band(10_000, &[past; 12], 0.9).unwrap();
/// // A spread of 200 from customers, none in common: 1.78 of it to each side.
/// assert!((band.high - 10_356).abs() <= 1 && band.covers(9_700));
/// ```
pub fn closing_band(expected: i64, past: &[Statement], share: f64) -> Option<Band> {
    let last = past.iter().rev().find(|period| period.expected_closing != 0)?;
    let scale = expected as f64 / last.expected_closing as f64;
    let own = last.surprises_squared as f64 * scale.abs();
    let relative = past.iter().filter(|period| period.expected_closing != 0).map(|period| {
        let surprise = period.surprise() as f64;
        (surprise * surprise - period.surprises_squared as f64) / (period.expected_closing as f64).powi(2)
    });
    let count = relative.clone().count() as f64;
    let common = (relative.sum::<f64>() / count).max(0.0) * (expected as f64).powi(2);
    let factor = maths::student_quantile((0.5 + 0.5 * share).clamp(0.5, 1.0 - 1e-9), count);
    let reach = (factor * (own + common).sqrt()).round() as i64;
    Some(Band { low: expected.saturating_sub(reach), expected, high: expected.saturating_add(reach) })
}
