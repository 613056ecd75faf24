//! MBG/NBD: BG/NBD in which a customer may leave after the first purchase already.
//!
//! Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of models for customer base analysis",
//! Int. J. of Research in Marketing 24(3), 201–209; Hoppe & Wagner (2007), "The Case for a Central Variant of the
//! Betageometric/NBD Model", Marketing ZFP 3(2). It removes the trap of BG/NBD that one who bought once is alive for
//! certain, which matters where many buy only once.

use super::after_purchase::Form;
pub use super::bg_nbd::Params;
use super::{Group, Prospect, Timing};
use crate::fit::Fit;

const FORM: Form = Form { ticks: 1, at_first: true };

/// Log-likelihood of one purchase history under MBG/NBD.
///
/// Batislam, Denizel & Filiztekin (2007), eq. 3, in log space. `recency` and `age` share the unit of `alpha`.
///
/// ```
/// use value::lifetime::{Timing, mbg_nbd};
/// let params = mbg_nbd::Params { r: 0.52484, alpha: 6.18309, a: 0.89139, b: 1.61405 };
/// let once = Timing { repeat_purchases: 0, recency: 0.0, age: 38.857142857 };
/// let expected = (1.61405 / 2.50544 * (6.18309_f64 / 45.040232857).powf(0.52484) + 0.89139 / 2.50544).ln();
/// assert!((mbg_nbd::log_likelihood(&once, &params) - expected).abs() < 1e-12);
/// ```
pub fn log_likelihood(timing: &Timing, params: &Params) -> f64 {
    FORM.log_likelihood(timing, &params.four())
}

/// Chance that the customer has not left at the end of the data, 0 to 1; below one for those who bought once, too.
///
/// ```
/// use value::lifetime::{Timing, mbg_nbd};
/// let params = mbg_nbd::Params { r: 0.52484, alpha: 6.18309, a: 0.89139, b: 1.61405 };
/// let once = |age| Timing { repeat_purchases: 0, recency: 0.0, age };
/// assert!(mbg_nbd::p_alive(&once(500.0), &params) < mbg_nbd::p_alive(&once(5.0), &params));
/// ```
pub fn p_alive(timing: &Timing, params: &Params) -> f64 {
    FORM.p_alive(timing, &params.four())
}

/// What is known of the customer's future: given alive, r + x, α + T and a, b + x + 1.
///
/// ```
/// use value::lifetime::{Leaving, Timing, mbg_nbd};
/// let params = mbg_nbd::Params { r: 0.5, alpha: 6.0, a: 0.9, b: 1.6 };
/// let prospect = mbg_nbd::prospect(&Timing { repeat_purchases: 2, recency: 30.0, age: 38.0 }, &params);
/// assert_eq!(prospect.leaving, Leaving::AfterPurchase { leave: 0.9, stay: 4.6 });
/// ```
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    FORM.prospect(timing, &params.four())
}

/// What is to be expected of a customer at the first purchase, after which they may leave at once.
///
/// ```
/// use value::lifetime::mbg_nbd;
/// let newcomer = mbg_nbd::newcomer(&mbg_nbd::Params { r: 0.5, alpha: 6.0, a: 1.0, b: 3.0 });
/// assert!((newcomer.p_alive - 0.75).abs() < 1e-15);
/// ```
pub fn newcomer(params: &Params) -> Prospect {
    FORM.newcomer(&params.four())
}

/// Expected number of purchases in the `duration` after the end of the data, given the past.
///
/// ```
/// use value::lifetime::{Timing, mbg_nbd};
/// let params = mbg_nbd::Params { r: 0.52484, alpha: 6.18309, a: 0.89139, b: 1.61405 };
/// let once = Timing { repeat_purchases: 0, recency: 0.0, age: 38.86 };
/// let expected = mbg_nbd::expected_transactions(&once, &params, 39.0);
/// assert!(expected > 0.1 && expected < 0.2);
/// ```
pub fn expected_transactions(timing: &Timing, params: &Params, duration: f64) -> f64 {
    prospect(timing, params).expected_transactions(duration)
}

/// Discounted expected residual transactions over all the future, see [`Prospect::residual`].
///
/// ```
/// use value::lifetime::{Timing, mbg_nbd};
/// let params = mbg_nbd::Params { r: 0.52484, alpha: 6.18309, a: 0.89139, b: 1.61405 };
/// let timing = Timing { repeat_purchases: 2, recency: 30.43, age: 38.86 };
/// assert!(mbg_nbd::residual_transactions(&timing, &params, 0.0027) > 1.0);
/// ```
pub fn residual_transactions(timing: &Timing, params: &Params, rate: f64) -> f64 {
    prospect(timing, params).residual(rate)
}

/// Maximum likelihood over all customers, as [`super::bg_nbd::fit`].
///
/// ```
/// use value::lifetime::{Group, Timing, mbg_nbd};
/// let groups: Vec<Group> = (0..60_u32)
///     .map(|i| {
///         let (x, age) = (i % 4, 30.0 + f64::from(i % 9));
///         let recency = if x == 0 { 0.0 } else { age * f64::from(i % 10 + 1) / 11.0 };
///         Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 5, ln_gaps: 0.0 }
///     })
///     .collect();
/// assert!(mbg_nbd::fit(&groups).converged);
/// ```
pub fn fit(groups: &[Group]) -> Fit<Params> {
    FORM.fit(groups).map(Params::of)
}
