//! NBD: purchases come at a rate that differs between customers, and nobody leaves.
//!
//! Ehrenberg (1959), "The Pattern of Consumer Purchases", Applied Statistics 8(1), 26–41; as a process in time,
//! Morrison & Schmittlein (1988). It is the others' limit without leaving, and what they must beat.

use super::search::{ByPurchases, Found, Sums, rate_and_age, search};
use super::{Group, Leaving, Prospect, Rhythm, Timing};
use crate::fit::{Fit, Quantity, Ridge, Unit, Verdict};
use maths::{Surface, ln_rising};

/// Parameters, both positive: rates are gamma distributed with shape `r` and scale parameter `alpha` (a time).
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub r: f64,
    pub alpha: f64,
}

impl Params {
    /// Units of the parameters, in the order of [`Params::named`].
    pub const UNITS: [Unit; 2] = [Unit::Number, Unit::Time];

    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 2] {
        [("r", self.r), ("alpha", self.alpha)]
    }
}

/// Log-likelihood of one purchase history under NBD: of the times of its purchases, so that it compares with that of
/// the other models (x! is not in it).
///
/// ```
/// use value::lifetime::{Timing, nbd};
/// let timing = Timing { repeat_purchases: 1, recency: 3.0, age: 8.0 };
/// let ll = nbd::log_likelihood(&timing, &nbd::Params { r: 1.0, alpha: 2.0 });
/// assert!((ll - (2.0_f64 / 100.0).ln()).abs() < 1e-14); // r α^r / (α + T)^(r + 1)
/// ```
pub fn log_likelihood(timing: &Timing, &Params { r, alpha }: &Params) -> f64 {
    let n = timing.repeat_purchases;
    ln_rising(r, n) - r * (timing.age / alpha).ln_1p() - f64::from(n) * (alpha + timing.age).ln()
}

/// Chance that the customer has not left: one.
///
/// ```
/// use value::lifetime::{Timing, nbd};
/// let silent = Timing { repeat_purchases: 30, recency: 3.0, age: 80.0 };
/// assert_eq!(nbd::p_alive(&silent, &nbd::Params { r: 1.0, alpha: 2.0 }), 1.0);
/// ```
pub fn p_alive(_: &Timing, _: &Params) -> f64 {
    1.0
}

/// What is known of the customer's future: a gamma rate with r + x and α + T.
///
/// ```
/// use value::lifetime::{Timing, nbd};
/// let timing = Timing { repeat_purchases: 3, recency: 5.0, age: 8.0 };
/// let prospect = nbd::prospect(&timing, &nbd::Params { r: 1.0, alpha: 2.0 });
/// assert_eq!((prospect.shape, prospect.exposure), (4.0, 10.0));
/// ```
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    Prospect {
        p_alive: 1.0,
        shape: params.r + f64::from(timing.repeat_purchases),
        exposure: params.alpha + timing.age,
        rhythm: Rhythm::RANDOM,
        leaving: Leaving::Never,
    }
}

/// What is to be expected of a customer at the first purchase.
///
/// ```
/// use value::lifetime::nbd;
/// let newcomer = nbd::newcomer(&nbd::Params { r: 1.0, alpha: 2.0 });
/// assert_eq!(newcomer.expected_transactions(6.0), 3.0);
/// ```
pub fn newcomer(params: &Params) -> Prospect {
    prospect(&Timing { repeat_purchases: 0, recency: 0.0, age: 0.0 }, params)
}

/// Expected number of purchases in the `duration` after the end of the data, given the past.
///
/// ```
/// use value::lifetime::{Timing, nbd};
/// let timing = Timing { repeat_purchases: 3, recency: 5.0, age: 8.0 };
/// assert_eq!(nbd::expected_transactions(&timing, &nbd::Params { r: 1.0, alpha: 2.0 }, 5.0), 2.0);
/// ```
pub fn expected_transactions(timing: &Timing, params: &Params, duration: f64) -> f64 {
    prospect(timing, params).expected_transactions(duration)
}

/// Discounted expected residual transactions over all the future: the mean rate over the rate of discount.
///
/// ```
/// use value::lifetime::{Timing, nbd};
/// let timing = Timing { repeat_purchases: 3, recency: 5.0, age: 8.0 };
/// let params = nbd::Params { r: 1.0, alpha: 2.0 };
/// assert_eq!(nbd::residual_transactions(&timing, &params, 0.01), 40.0);
/// assert_eq!(nbd::residual_transactions(&timing, &params, 0.0), f64::INFINITY);
/// ```
pub fn residual_transactions(timing: &Timing, params: &Params, rate: f64) -> f64 {
    prospect(timing, params).residual(rate)
}

/// Maximum likelihood over all customers, by Newton's method on the logarithms of both parameters.
///
/// ```
/// use value::lifetime::{Group, Timing, nbd};
/// let group = |x, customers| Group {
///     timing: Timing { repeat_purchases: x, recency: 0.0, age: 10.0 },
///     customers,
///     ln_gaps: 0.0,
/// };
/// let fit = nbd::fit(&[group(0, 60), group(1, 20), group(6, 20)]);
/// assert!((fit.params.r / fit.params.alpha - 0.14).abs() < 1e-6); // 1.4 purchases in 10 weeks
/// ```
pub fn fit(groups: &[Group]) -> Fit<Params> {
    let (rate, _) = rate_and_age(groups);
    let starts = [0.5, 3.0, 0.05].map(|r| [r, r / rate].map(f64::ln));
    let Found { minimum, evaluations, customers } =
        search(groups, &starts, Likelihood::of, Likelihood::surface);
    let mut fit = Fit::of(&minimum, evaluations, customers, |_| ONE_RATE);
    if let Verdict::Ridge { .. } = fit.verdict {
        let value = fit.params[0] / fit.params[1];
        fit.identified = Some(Quantity { name: "r / alpha", value, unit: Unit::PerTime });
    }
    fit.map(|[r, alpha]| Params { r, alpha })
}

const ONE_RATE: Ridge = Ridge {
    code: "one_rate",
    words: "all customers buy at about the same rate; r / alpha is determined, r and alpha alone are not",
};

struct Likelihood {
    customers: f64,
    by_purchases: ByPurchases,
    /// x, age and customers; neighbours of one x and age together.
    ages: Vec<(f64, f64, f64)>,
}

impl Likelihood {
    fn of(groups: &[Group]) -> Likelihood {
        let (by_purchases, _) = ByPurchases::of(groups);
        let mut ages = Vec::<(f64, f64, f64)>::with_capacity(groups.len());
        for Group { timing, customers, .. } in groups {
            let (x, customers) = (f64::from(timing.repeat_purchases), f64::from(*customers));
            match ages.last_mut() {
                Some((n, age, of_age)) if *n == x && *age == timing.age => *of_age += customers,
                _ => ages.push((x, timing.age, customers)),
            }
        }
        Likelihood { customers: ages.iter().map(|(_, _, customers)| customers).sum(), by_purchases, ages }
    }

    /// Mean negative log-likelihood at the logarithms of r and α, with its derivatives by them.
    fn surface(&self, point: &[f64; 2]) -> Surface<2> {
        let [r, alpha] = point.map(f64::exp);
        let mut sum = Sums::<2>::new();
        let rising = self.by_purchases.rising(r, 1, 0);
        for ((_, customers), rising) in self.by_purchases.counts.iter().zip(rising) {
            sum.value += customers * rising.ln;
            sum.first[0] += customers * rising.slope;
            sum.second[0][0] += customers * rising.curvature;
        }
        let ln_alpha = alpha.ln();
        for &(x, age, customers) in &self.ages {
            let grown = (age / alpha).ln_1p();
            let inverse = 1.0 / (alpha + age);
            sum.value -= customers * ((r + x) * grown + x * ln_alpha);
            sum.first[0] -= customers * grown;
            sum.first[1] += customers * (r * age / alpha - x) * inverse;
            sum.second[0][1] += customers * age / alpha * inverse;
            sum.second[1][1] += customers * (x - r * age / alpha * (2.0 + age / alpha)) * inverse * inverse;
        }
        sum.surface([r, alpha], self.customers)
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::tests::{assert_derivatives, small_base};
    use super::*;

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods_and_its_derivatives_hold() {
        let groups = small_base();
        let likelihood = Likelihood::of(&groups);
        for (r, alpha) in [(0.4, 5.0), (20.0, 0.3), (0.01, 900.0)] {
            let params = Params { r, alpha };
            let sum: f64 =
                groups.iter().map(|g| f64::from(g.customers) * log_likelihood(&g.timing, &params)).sum();
            let surface = likelihood.surface(&[r, alpha].map(f64::ln));
            assert!((surface.value * likelihood.customers / -sum - 1.0).abs() < 1e-12);
            assert_derivatives(|at| likelihood.surface(at), [r, alpha].map(f64::ln), 1e-6);
        }
    }
}
