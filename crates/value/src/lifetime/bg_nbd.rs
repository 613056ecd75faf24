//! BG/NBD: purchases come at a rate that differs between customers, and a customer may leave after any of them.
//!
//! Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model",
//! Marketing Science 24(2), 275–284. The first purchase opens the history and is not counted in x. Its trap: a
//! customer without a repeat purchase has had no chance to leave, so `p_alive` is one for them; MBG/NBD, see
//! [`super::mbg_nbd`], lets them leave.

use super::after_purchase::Form;
use super::{Group, Prospect, Timing};
use crate::fit::{Fit, Unit};

const FORM: Form = Form { ticks: 1, at_first: false };

/// Parameters, all positive. Rates are gamma distributed with shape `r` and scale parameter `alpha` (a time);
/// the chance to leave after a purchase is beta distributed with `a` and `b`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
}

impl Params {
    /// Units of the parameters, in the order of [`Params::named`].
    pub const UNITS: [Unit; 4] = [Unit::Number, Unit::Time, Unit::Number, Unit::Number];

    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 4] {
        [("r", self.r), ("alpha", self.alpha), ("a", self.a), ("b", self.b)]
    }

    pub(super) fn four(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }

    pub(super) fn of([r, alpha, a, b]: [f64; 4]) -> Params {
        Params { r, alpha, a, b }
    }
}

/// Log-likelihood of one purchase history under BG/NBD.
///
/// Fader, Hardie & Lee (2005), eq. 6, with the gamma and beta functions as rising factorials and its two terms
/// added in log space, so that long histories stay finite. `recency` and `age` share the unit of `alpha`.
///
/// ```
/// use value::lifetime::{Timing, bg_nbd};
/// let params = bg_nbd::Params { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };
/// let timing = Timing { repeat_purchases: 2, recency: 30.428571429, age: 38.857142857 };
/// let ll = bg_nbd::log_likelihood(&timing, &params);
/// assert!((ll - -9.45956053940592).abs() < 1e-12);
/// ```
pub fn log_likelihood(timing: &Timing, params: &Params) -> f64 {
    FORM.log_likelihood(timing, &params.four())
}

/// Chance that the customer has not left at the end of the data, 0 to 1.
///
/// Fader, Hardie & Lee (2008), "Computing P(alive) Using the BG/NBD Model", eq. 3; one without repeat purchases.
///
/// ```
/// use value::lifetime::{Timing, bg_nbd};
/// let params = bg_nbd::Params { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };
/// let silent = Timing { repeat_purchases: 8, recency: 10.0, age: 38.0 };
/// let steady = Timing { repeat_purchases: 8, recency: 37.0, age: 38.0 };
/// assert!(bg_nbd::p_alive(&silent, &params) < 0.01);
/// assert!(bg_nbd::p_alive(&steady, &params) > 0.86);
/// // The trap: nobody who bought only once can have left, however long ago it was.
/// let once = Timing { repeat_purchases: 0, recency: 0.0, age: 500.0 };
/// assert_eq!(bg_nbd::p_alive(&once, &params), 1.0);
/// ```
pub fn p_alive(timing: &Timing, params: &Params) -> f64 {
    FORM.p_alive(timing, &params.four())
}

/// What is known of the customer's future: given alive, rate and chance to leave keep their families with
/// r + x, α + T and a, b + x (Fader, Hardie & Lee 2005, appendix).
///
/// ```
/// use value::lifetime::{Timing, bg_nbd};
/// let params = bg_nbd::Params { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
/// let prospect = bg_nbd::prospect(&Timing { repeat_purchases: 2, recency: 30.43, age: 38.86 }, &params);
/// assert_eq!(prospect.shape, 2.243);
/// ```
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    FORM.prospect(timing, &params.four())
}

/// What is to be expected of a customer at the first purchase.
///
/// ```
/// use value::lifetime::bg_nbd;
/// let params = bg_nbd::Params { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };
/// let expected = bg_nbd::newcomer(&params).expected_transactions(32.0);
/// assert!((expected - 1.0437).abs() < 1e-4); // Hardie's spreadsheet to the paper of 2005
/// ```
pub fn newcomer(params: &Params) -> Prospect {
    FORM.newcomer(&params.four())
}

/// Expected number of purchases in the `duration` after the end of the data, given the past.
///
/// Fader, Hardie & Lee (2005), eq. 10, by the sums of [`Prospect::forecast`].
///
/// ```
/// use value::lifetime::{Timing, bg_nbd};
/// let params = bg_nbd::Params { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
/// let timing = Timing { repeat_purchases: 2, recency: 30.43, age: 38.86 };
/// let expected = bg_nbd::expected_transactions(&timing, &params, 39.0);
/// assert!((expected - 1.226).abs() < 1e-3); // the paper's example, section 4
/// ```
pub fn expected_transactions(timing: &Timing, params: &Params, duration: f64) -> f64 {
    prospect(timing, params).expected_transactions(duration)
}

/// Discounted expected residual transactions over all the future, see [`Prospect::residual`].
///
/// ```
/// use value::lifetime::{Timing, bg_nbd};
/// let params = bg_nbd::Params { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
/// let timing = Timing { repeat_purchases: 2, recency: 30.43, age: 38.86 };
/// let dert = bg_nbd::residual_transactions(&timing, &params, 0.0027);
/// assert!(dert > bg_nbd::expected_transactions(&timing, &params, 39.0));
/// ```
pub fn residual_transactions(timing: &Timing, params: &Params, rate: f64) -> f64 {
    prospect(timing, params).residual(rate)
}

/// Maximum likelihood over all customers.
///
/// Newton's method on the logarithms of the parameters, with analytic gradient and Hessian, from several starting
/// points on a sample and from the best of them on everybody. Multiplying all times by one number multiplies
/// `alpha` by it and changes nothing else. Needs at least one customer with a repeat purchase; see
/// [`super::fit`], which refuses bases too small to carry four parameters. Where the data leave a direction open
/// (nobody ever leaves, or all have the same rate), parameters run along it until the likelihood no longer
/// changes and the verdict names the ridge.
///
/// ```
/// use value::lifetime::{Group, Timing, bg_nbd};
/// let groups: Vec<Group> = (0..60_u32)
///     .map(|i| {
///         let (x, age) = (i % 4, 30.0 + f64::from(i % 9));
///         let recency = if x == 0 { 0.0 } else { age * f64::from(i % 10 + 1) / 11.0 };
///         Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 5, ln_gaps: 0.0 }
///     })
///     .collect();
/// let fit = bg_nbd::fit(&groups);
/// assert!(fit.converged && fit.customers == 300);
/// ```
pub fn fit(groups: &[Group]) -> Fit<Params> {
    FORM.fit(groups).map(Params::of)
}
