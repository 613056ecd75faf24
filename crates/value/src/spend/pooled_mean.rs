//! One mean spend per purchase for all customers: the honest answer where nothing tells them apart.

use super::{Purse, Spending};
use crate::fit::{Fit, Verdict};

/// Spend per purchase of the whole base, in units of the currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// Mean over purchases.
    pub mean: f64,
    /// Standard deviation of a single purchase; zero where all are the same or none is known.
    pub deviation: f64,
}

impl Params {
    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 2] {
        [("mean", self.mean), ("deviation", self.deviation)]
    }
}

/// Mean over all repeat purchases, or `typical` without any; the deviation of one purchase is told by how far
/// customers' means lie from it, weighted by their purchases. The log-likelihood is not defined and given as 0.
pub fn fit(spendings: &[Spending], typical: f64) -> Fit<Params> {
    let repeaters = || spendings.iter().filter(|s| s.purchases > 0 && s.mean.is_finite());
    let customers = repeaters().count() as u64;
    let purchases: f64 = repeaters().map(|s| f64::from(s.purchases)).sum();
    let spend: f64 = repeaters().map(|s| f64::from(s.purchases) * s.mean).sum();
    let mean = if purchases > 0.0 { spend / purchases } else { typical };
    let squares: f64 = repeaters().map(|s| f64::from(s.purchases) * (s.mean - mean).powi(2)).sum();
    let variance = if customers > 1 { squares / (customers - 1) as f64 } else { 0.0 };
    let deviation = variance.sqrt();
    // What is left of rounding when all are the same.
    let deviation = if deviation < 1e-9 * mean.abs() { 0.0 } else { deviation };
    Fit {
        params: Params { mean, deviation },
        standard_errors: None,
        covariance: None,
        free: 1,
        log_likelihood: 0.0,
        converged: true,
        gradient_norm: 0.0,
        iterations: 0,
        customers,
        verdict: Verdict::Identified,
        identified: None,
    }
}

/// Everybody's spend under the common mean.
pub fn purse(params: &Params) -> Purse {
    let Params { mean, deviation } = *params;
    if deviation > 0.0 && mean > 0.0 {
        let shape = (mean / deviation).powi(2);
        Purse { shape, mixing: f64::INFINITY, scale: mean / shape }
    } else {
        Purse { shape: f64::INFINITY, mixing: f64::INFINITY, scale: mean.max(0.0) }
    }
}
