//! Gamma-Gamma: spend per purchase varies within a customer, and its mean varies between customers.
//!
//! Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value", note 025 at brucehardie.com; Fader, Hardie &
//! Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of Marketing Research
//! 42(4). Assumes that how much and how often are independent. Its trap: for q ≤ 1 there is no mean.

use super::{Purse, Spending};
use crate::fit::{Fit, Ridge};
use maths::{Minimum, Stop, Surface, digamma, ln_1p, ln_gamma, minimise, trigamma};
use std::collections::BTreeMap;

/// Parameters, all positive: a purchase is gamma distributed with shape `p` and a rate that is itself gamma
/// distributed between customers with shape `q` and rate `v` (the note's γ, in units of the currency).
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub p: f64,
    pub q: f64,
    pub v: f64,
}

impl Params {
    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 3] {
        [("p", self.p), ("q", self.q), ("v", self.v)]
    }

    /// Mean spend per purchase of somebody never seen, p v / (q − 1); `None` where it is infinite.
    pub fn population_mean(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.v / (self.q - 1.0))
    }
}

/// Log-likelihood of one customer's mean spend, given the number of purchases behind it (both positive).
///
/// Fader & Hardie (2013), eq. 1a. The density is that of the mean in units of the currency.
pub fn log_likelihood(spending: &Spending, params: &Params) -> f64 {
    let &Params { p, q, v } = params;
    let (x, m) = (f64::from(spending.purchases), spending.mean);
    ln_gamma(p * x + q) - ln_gamma(p * x) - ln_gamma(q) + q * v.ln() + (p * x - 1.0) * m.ln() + p * x * x.ln()
        - (p * x + q) * (v + x * m).ln()
}

/// Expected spend per purchase of one customer: between their own mean and everybody's, the nearer to their own
/// the more purchases they made.
///
/// Fader & Hardie (2013), eq. 5. Finite for `q > 1`, and for smaller `q` once p x + q > 1.
///
/// ```
/// use value::spend::{Spending, gamma_gamma};
/// let params = gamma_gamma::Params { p: 6.25, q: 3.74, v: 15.44 };
/// // The first two customers of the note's spreadsheet.
/// let first = Spending { purchases: 2, mean: 22.345 };
/// assert!((gamma_gamma::expected_spend(&first, &params) - 24.65).abs() < 0.01);
/// let newcomer = Spending { purchases: 0, mean: 0.0 };
/// assert!((gamma_gamma::expected_spend(&newcomer, &params) - 35.22).abs() < 0.01);
/// ```
pub fn expected_spend(spending: &Spending, params: &Params) -> f64 {
    let x = f64::from(spending.purchases);
    params.p * (params.v + x * spending.mean) / (params.p * x + params.q - 1.0)
}

/// What is known of a customer's spend: the mixing gamma keeps its family with q + p x and v + x m.
pub fn purse(spending: &Spending, params: &Params) -> Purse {
    let x = f64::from(spending.purchases);
    Purse { shape: params.p, mixing: params.q + params.p * x, scale: params.v + x * spending.mean.max(0.0) }
}

/// Maximum likelihood over customers with repeat purchases and a positive mean.
///
/// Newton's method on the logarithms of the parameters with analytic derivatives; money is measured in multiples
/// of its mean, so that the currency does not matter. See [`super::fit`] for when the result is refused.
pub fn fit(spendings: &[Spending]) -> Fit<Params> {
    let customers = spendings.len() as f64;
    let unit = spendings.iter().map(|s| s.mean).sum::<f64>() / customers;
    let stride = spendings.len().div_ceil(4_000).max(1);
    let on_sample = Likelihood::of(spendings.iter().step_by(stride), unit);
    let mut evaluations = 0;
    let mut search = |likelihood: &Likelihood, start: [f64; 3], stop: Stop| -> Minimum<3> {
        let minimum = minimise(start, stop, |point| likelihood.surface(point));
        evaluations += minimum.evaluations;
        minimum
    };
    let mut found: Vec<Minimum<3>> = [(1.0, 3.0), (6.0, 4.0), (30.0, 12.0), (300.0, 3.0)]
        .map(|(p, q): (f64, f64)| {
            let start = [p, q, (q - 1.0) / p].map(f64::ln);
            search(&on_sample, start, Stop { gradient: 1e-6, evaluations: 100 })
        })
        .into_iter()
        .filter(|minimum| minimum.surface.value.is_finite())
        .collect();
    found.sort_by(|one, other| one.surface.value.total_cmp(&other.surface.value));
    let mut start = found.first().map_or([0.0, 2.0_f64.ln(), 0.0], |minimum| minimum.point);
    // Of a large base a few ten thousand come nearer first, so that few passes go over everybody.
    if spendings.len() > 100_000 {
        let middle = Likelihood::of(spendings.iter().step_by(spendings.len() / 40_000), unit);
        let nearer = search(&middle, start, Stop { gradient: 1e-7, evaluations: 50 });
        if nearer.surface.value.is_finite() {
            start = nearer.point;
        }
    }
    let on_all = Likelihood::of(spendings.iter(), unit);
    let best = search(&on_all, start, Stop { gradient: 1e-9, evaluations: 200 });
    let fit = Fit::of(&best, evaluations, customers, |_| ALIKE);
    let in_units = |[p, q, v]: [f64; 3]| Params { p, q, v: v * unit };
    let mut fit = fit.map(in_units);
    fit.log_likelihood -= customers * unit.ln();
    fit
}

const ALIKE: Ridge = Ridge {
    code: "alike",
    words: "spend hardly varies within customers, or hardly between them; p, q and v are not determined alone",
};

/// The data by number of purchases, money in multiples of its mean.
struct Likelihood {
    customers: f64,
    by_purchases: Vec<SamePurchases>,
}

struct SamePurchases {
    x: f64,
    /// x times mean spend, per customer.
    spends: Vec<f64>,
    /// Sum of their logarithms.
    ln_spends: f64,
    /// Sum of the logarithms of the means.
    ln_means: f64,
}

impl Likelihood {
    fn of<'a>(spendings: impl Iterator<Item = &'a Spending>, unit: f64) -> Likelihood {
        let mut by_purchases = BTreeMap::<u32, Vec<f64>>::new();
        let mut customers = 0.0;
        // The usual small numbers find their place without a search.
        let mut few: [Vec<f64>; 64] = std::array::from_fn(|_| Vec::new());
        for s in spendings {
            customers += 1.0;
            let spends = match few.get_mut(s.purchases as usize) {
                Some(spends) => spends,
                None => by_purchases.entry(s.purchases).or_default(),
            };
            spends.push(f64::from(s.purchases) * (s.mean / unit));
        }
        let few = (0_u32..).zip(few).filter(|(_, spends)| !spends.is_empty());
        let by_purchases = few
            .chain(by_purchases)
            .map(|(purchases, spends)| {
                let x = f64::from(purchases);
                let ln_spends: f64 = spends.iter().map(|spend| spend.ln()).sum();
                SamePurchases { x, ln_spends, ln_means: ln_spends - spends.len() as f64 * x.ln(), spends }
            })
            .collect();
        Likelihood { customers, by_purchases }
    }

    /// Mean negative log-likelihood at the logarithms of p, q, v, with its derivatives by them.
    fn surface(&self, point: &[f64; 3]) -> Surface<3> {
        let [p, q, v] = point.map(f64::exp);
        let (ln_gamma_q, digamma_q, trigamma_q) = (ln_gamma(q), digamma(q), trigamma(q));
        let mut value = 0.0;
        let mut slopes = [0.0; 3];
        let (mut pp, mut pq, mut pv, mut qq, mut qv, mut vv) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for SamePurchases { x, spends, ln_spends, ln_means } in &self.by_purchases {
            let n = spends.len() as f64;
            let (px, both) = (p * x, p * x + q);
            let (mut ln_sums, mut inverses, mut squares) = (0.0, 0.0, 0.0);
            for spend in spends {
                let inverse = 1.0 / (v + spend);
                // ln(1 + spend / v) rather than ln(v + spend): nothing cancels against q ln v for large q.
                ln_sums += ln_1p(spend / v);
                inverses += inverse;
                squares += inverse * inverse;
            }
            let (psi_both, psi_px) = (digamma(both), digamma(px));
            let (tri_both, tri_px) = (trigamma(both), trigamma(px));
            let ln_v = point[2];
            value += n * (ln_gamma(both) - ln_gamma(px) - ln_gamma_q) + px * (ln_spends - n * ln_v)
                - ln_means
                - both * ln_sums;
            slopes[0] += x * (n * (psi_both - psi_px) + ln_spends - n * ln_v - ln_sums);
            slopes[1] += n * (psi_both - digamma_q) - ln_sums;
            slopes[2] += n * q / v - both * inverses;
            pp += n * x * x * (tri_both - tri_px);
            pq += n * x * tri_both;
            pv -= x * inverses;
            qq += n * (tri_both - trigamma_q);
            qv += n / v - inverses;
            vv += both * squares - n * q / (v * v);
        }
        let params = [p, q, v];
        let curvatures = [[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]];
        let gradient = std::array::from_fn(|i| -params[i] * slopes[i] / self.customers);
        let hessian = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let own = if i == j { gradient[i] } else { 0.0 };
                own - params[i] * params[j] * curvatures[i][j] / self.customers
            })
        });
        Surface { value: -value / self.customers, gradient, hessian }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spendings() -> Vec<Spending> {
        (1..60).map(|i| Spending { purchases: 1 + i % 4, mean: 5.0 + f64::from(i * 37 % 50) }).collect()
    }

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods() {
        let params = Params { p: 3.0, q: 2.5, v: 12.0 };
        let sum: f64 = spendings().iter().map(|s| log_likelihood(s, &params)).sum();
        let surface = Likelihood::of(spendings().iter(), 1.0).surface(&[3.0, 2.5, 12.0].map(f64::ln));
        assert!((surface.value * 59.0 + sum).abs() < 1e-9, "{} {sum}", surface.value * 59.0);
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        let likelihood = Likelihood::of(spendings().iter(), 10.0);
        for point in [[3.0, 2.5, 1.2], [0.4, 9.0, 30.0], [80.0, 1.1, 0.1]] {
            let point = point.map(f64::ln);
            let at = likelihood.surface(&point);
            let h = 1e-5;
            for i in 0..3 {
                let moved = |by: f64| {
                    let mut moved = point;
                    moved[i] += by;
                    likelihood.surface(&moved)
                };
                let (up, down) = (moved(h), moved(-h));
                let slope = (up.value - down.value) / (2.0 * h);
                assert!(
                    (slope - at.gradient[i]).abs() < 1e-5,
                    "slope {i} at {point:?}: {slope} {:?}",
                    at.gradient
                );
                for j in 0..3 {
                    let curvature = (up.gradient[j] - down.gradient[j]) / (2.0 * h);
                    assert!((curvature - at.hessian[i][j]).abs() < 1e-4, "curvature {i} {j} at {point:?}");
                }
            }
        }
    }
}
