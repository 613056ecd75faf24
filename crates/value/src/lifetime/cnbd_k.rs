//! BG/CNBD-k and MBG/CNBD-k: BG/NBD and MBG/NBD for customers who buy with some regularity.
//!
//! Reutterer, Platzer & Schröder (2021), "Leveraging purchase regularity for predicting customer behavior the easy
//! way", Int. J. of Research in Marketing 38(1), 194–215; Platzer & Reutterer (2016), "Ticking Away the Moments",
//! Marketing Science 35(5). The time between purchases is Erlang distributed: the sum of k exponential ones, or every
//! k-th tick of a clock. With k = 1 they are BG/NBD and MBG/NBD. A regular customer who is late has left with more
//! certainty, and one who bought yesterday will not buy tomorrow: given the time since the last purchase, the chance
//! of each number of ticks passed is kept, so that predictions are exact, not read off the curve from the start.

use super::after_purchase::Form;
use super::prospect::MOST_PHASES;
use super::search::total;
use super::{Group, Prospect, Timing};
use crate::fit::{Fit, Unit};

/// Which of the two a customer follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Customers may leave after each repeat purchase (BG/CNBD-k).
    Bg,
    /// Customers may leave after the first purchase already (MBG/CNBD-k).
    Mbg,
}

/// Parameters: `k` ticks a purchase, ticks at a gamma rate with shape `r` and scale parameter `alpha` (a time), and a
/// beta chance to leave with `a` and `b`. A customer's mean rate of purchases is that of ticks over k.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub variant: Variant,
    pub k: u32,
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
}

impl Params {
    /// Units of the parameters, in the order of [`Params::named`].
    pub const UNITS: [Unit; 5] = [Unit::Number, Unit::Number, Unit::Time, Unit::Number, Unit::Number];

    /// Parameters by name; the first, k, is not among those of [`Fit::covariance`].
    pub fn named(&self) -> [(&'static str, f64); 5] {
        [("k", f64::from(self.k)), ("r", self.r), ("alpha", self.alpha), ("a", self.a), ("b", self.b)]
    }

    fn form(&self) -> Form {
        form(self.variant, self.k)
    }

    fn four(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }
}

/// The largest k that [`fit`] tries.
pub const MOST_K: u32 = MOST_PHASES as u32;

fn form(variant: Variant, k: u32) -> Form {
    Form { ticks: k.clamp(1, MOST_K), at_first: variant == Variant::Mbg }
}

/// Log-likelihood of one purchase history, without the part that only the gaps between purchases decide, for which see
/// [`ln_of_gaps`]: without it, different k do not compare.
///
/// Reutterer, Platzer & Schröder (2021), eq. 4. With k = 1 it is that of BG/NBD or MBG/NBD.
///
/// ```
/// use value::lifetime::{Timing, bg_nbd, cnbd_k};
/// let timing = Timing { repeat_purchases: 2, recency: 30.4, age: 38.9 };
/// let (r, alpha, a, b) = (0.24, 4.41, 0.79, 2.43);
/// let regular = cnbd_k::Params { variant: cnbd_k::Variant::Bg, k: 1, r, alpha, a, b };
/// let random = bg_nbd::Params { r, alpha, a, b };
/// assert_eq!(cnbd_k::log_likelihood(&timing, &regular), bg_nbd::log_likelihood(&timing, &random));
/// ```
pub fn log_likelihood(timing: &Timing, params: &Params) -> f64 {
    params.form().log_likelihood(timing, &params.four())
}

/// (k − 1) Σ ln gap − x ln (k − 1)!: to be added to [`log_likelihood`], with `ln_gaps` the sum of the logarithms of the
/// times between successive purchases.
///
/// ```
/// use value::lifetime::cnbd_k;
/// assert_eq!(cnbd_k::ln_of_gaps(7, 3.0, 1), 0.0);
/// assert_eq!(cnbd_k::ln_of_gaps(7, 3.0, 2), 3.0);
/// ```
pub fn ln_of_gaps(repeat_purchases: u32, ln_gaps: f64, k: u32) -> f64 {
    form(Variant::Bg, k).ln_of_gaps(f64::from(repeat_purchases), ln_gaps)
}

/// Chance that the customer has not left at the end of the data, 0 to 1.
///
/// ```
/// use value::lifetime::{Timing, cnbd_k};
/// let params = |k| cnbd_k::Params {
///     variant: cnbd_k::Variant::Mbg, k, r: 4.0, alpha: 8.0 / f64::from(k), a: 0.5, b: 8.0
/// };
/// let late = Timing { repeat_purchases: 20, recency: 40.0, age: 46.0 };
/// // Who bought like clockwork and is late has left; who bought at random may just be late.
/// assert!(cnbd_k::p_alive(&late, &params(4)) < cnbd_k::p_alive(&late, &params(1)));
/// ```
pub fn p_alive(timing: &Timing, params: &Params) -> f64 {
    params.form().p_alive(timing, &params.four())
}

/// What is known of the customer's future: the gamma of the rate with r + k x (no tick passed since the last purchase)
/// and α + T, the chance of each number of ticks passed, and a beta chance to leave with a and b + x (one more in the
/// MBG form).
///
/// ```
/// use value::lifetime::{Timing, cnbd_k};
/// let params = cnbd_k::Params { variant: cnbd_k::Variant::Bg, k: 2, r: 4.0, alpha: 4.0, a: 0.5, b: 8.0 };
/// let prospect = cnbd_k::prospect(&Timing { repeat_purchases: 20, recency: 40.0, age: 40.0 }, &params);
/// assert_eq!(prospect.rhythm.weights(), [1.0, 0.0]); // bought just now
/// ```
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    params.form().prospect(timing, &params.four())
}

/// What is to be expected of a customer at the first purchase.
///
/// ```
/// use value::lifetime::cnbd_k;
/// let params = cnbd_k::Params { variant: cnbd_k::Variant::Mbg, k: 2, r: 4.0, alpha: 4.0, a: 1.0, b: 3.0 };
/// assert_eq!(cnbd_k::newcomer(&params).p_alive, 0.75);
/// ```
pub fn newcomer(params: &Params) -> Prospect {
    params.form().newcomer(&params.four())
}

/// Expected number of purchases in the `duration` after the end of the data, given the past: exact, by ticks.
///
/// ```
/// use value::lifetime::{Timing, cnbd_k};
/// let params = cnbd_k::Params { variant: cnbd_k::Variant::Bg, k: 2, r: 4.0, alpha: 4.0, a: 0.5, b: 8.0 };
/// let just_now = Timing { repeat_purchases: 20, recency: 40.0, age: 40.0 };
/// let a_week_ago = Timing { repeat_purchases: 20, recency: 39.0, age: 40.0 };
/// // With two ticks a purchase, one who bought a moment ago is not due yet.
/// let next_days = |timing| cnbd_k::expected_transactions(&timing, &params, 0.3);
/// assert!(next_days(just_now) < next_days(a_week_ago));
/// ```
pub fn expected_transactions(timing: &Timing, params: &Params, duration: f64) -> f64 {
    prospect(timing, params).expected_transactions(duration)
}

/// Discounted expected residual transactions over all the future, see [`Prospect::residual`].
///
/// ```
/// use value::lifetime::{Timing, cnbd_k};
/// let params = cnbd_k::Params { variant: cnbd_k::Variant::Bg, k: 2, r: 4.0, alpha: 4.0, a: 0.5, b: 8.0 };
/// let timing = Timing { repeat_purchases: 20, recency: 39.0, age: 40.0 };
/// assert!(cnbd_k::residual_transactions(&timing, &params, 0.0027) > 5.0);
/// ```
pub fn residual_transactions(timing: &Timing, params: &Params, rate: f64) -> f64 {
    prospect(timing, params).residual(rate)
}

/// Maximum likelihood over all customers, k among 1 … [`MOST_K`] by the likelihood too.
///
/// k rises as long as the likelihood does. Needs [`Group::ln_gaps`]; where the gaps are unknown (all zero) k cannot be
/// told and stays at one.
///
/// ```
/// use value::lifetime::{Group, Timing, cnbd_k};
/// // Fifty customers who buy every four weeks, give or take nothing.
/// let groups: Vec<Group> = (0..50_u32)
///     .map(|i| {
///         let x = 3 + i % 7;
///         let recency = 4.0 * f64::from(x);
///         let timing = Timing { repeat_purchases: x, recency, age: recency + 1.0 + f64::from(i % 20) };
///         Group { timing, customers: 1, ln_gaps: f64::from(x) * 4.0_f64.ln() }
///     })
///     .collect();
/// assert_eq!(cnbd_k::fit(&groups, cnbd_k::Variant::Bg).params.k, cnbd_k::MOST_K);
/// ```
pub fn fit(groups: &[Group], variant: Variant) -> Fit<Params> {
    let mut best = fit_k(groups, variant, 1);
    let known = groups.iter().any(|group| group.ln_gaps != 0.0) && total(groups, |t| t.recency) > 0.0;
    if known {
        for k in 2..=MOST_K {
            let next = fit_k(groups, variant, k);
            best.iterations += next.iterations;
            if !next.converged || next.log_likelihood <= best.log_likelihood {
                break;
            }
            best = Fit { iterations: best.iterations, ..next };
        }
    }
    // k was free, too.
    best.free += 1;
    best
}

/// Maximum likelihood with a given `k` (1 to [`MOST_K`]).
///
/// ```
/// use value::lifetime::{Group, Timing, bg_nbd, cnbd_k};
/// let groups: Vec<Group> = (0..60_u32)
///     .map(|i| {
///         let (x, age) = (i % 4, 30.0 + f64::from(i % 9));
///         let recency = if x == 0 { 0.0 } else { age * f64::from(i % 10 + 1) / 11.0 };
///         Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 5, ln_gaps: 0.0 }
///     })
///     .collect();
/// let (regular, random) = (cnbd_k::fit_k(&groups, cnbd_k::Variant::Bg, 1), bg_nbd::fit(&groups));
/// assert!((regular.log_likelihood - random.log_likelihood).abs() < 1e-9);
/// ```
pub fn fit_k(groups: &[Group], variant: Variant, k: u32) -> Fit<Params> {
    let form = form(variant, k);
    form.fit(groups).map(|[r, alpha, a, b]| Params { variant, k: form.ticks, r, alpha, a, b })
}
