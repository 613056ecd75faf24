//! BG/BB: at each opportunity a customer who is still there buys with a chance of their own, and leaves before it
//! with another.
//!
//! Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing
//! Science 29(6), 1086–1108. Buying: beta(α, β); leaving before each opportunity: beta(γ, δ). Its trap: `p_alive`
//! speaks of the last opportunity seen, and the paper's table of the next one; see [`p_alive`].

use super::{Group, Opportunities, check};
use crate::conclude::{best_of, conclude};
use crate::error::{Error, check_discount};
use crate::fit::{Fit, Quantity, Ridge, Unit, Verdict};
use crate::lifetime::{Forecast, LEVELS};
use maths::{Jet, Real, Stop, digamma, integrate_logistic, ln_beta_decline, ln_gamma, ln_rising, minimise};

/// Parameters, all positive and free of units: the chance to buy is beta distributed with `alpha` and `beta`, the
/// chance to leave before an opportunity with `gamma` and `delta`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub delta: f64,
}

impl Params {
    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 4] {
        [("alpha", self.alpha), ("beta", self.beta), ("gamma", self.gamma), ("delta", self.delta)]
    }

    /// Parameters with their units: all are plain numbers.
    pub fn quantities(&self) -> [Quantity; 4] {
        self.named().map(|(name, value)| Quantity { name, value, unit: Unit::Number })
    }

    /// Mean chance to buy at an opportunity and mean chance to leave before one, over a new base. They are what is
    /// left of the parameters on a ridge.
    pub fn mean_chances(&self) -> (f64, f64) {
        (self.alpha / (self.alpha + self.beta), self.gamma / (self.gamma + self.delta))
    }
}

/// More opportunities ahead than this are refused.
pub const MOST_OPPORTUNITIES: u32 = 1_000_000;

/// Fewer customers than this cannot carry four parameters.
pub const LEAST_CUSTOMERS: u64 = 30;

/// Log-likelihood of one customer's opportunities.
///
/// Fader, Hardie & Shang (2010), eq. 5, its terms as rising factorials and added in log space. Natural logarithm,
/// of the whole sequence of purchases (without a binomial coefficient); finite for every valid history.
///
/// ```
/// use value::discrete::{Opportunities, bg_bb};
/// let params = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
/// let steady = Opportunities { purchases: 6, last: 6, seen: 6 };
/// assert!((bg_bb::log_likelihood(&steady, &params) - -2.182_248_447_618).abs() < 1e-12);
/// ```
pub fn log_likelihood(history: &Opportunities, params: &Params) -> f64 {
    ln_total(&terms(history, params))
}

/// Chance that the customer was still there at the last opportunity seen, 0 to 1.
///
/// Fader, Hardie & Shang (2010), eq. 7 without its last factor. The paper's own P(alive) is that of being there at
/// the next opportunity: [`p_alive_at`] with 1 opportunity ahead.
///
/// ```
/// use value::discrete::{Opportunities, bg_bb};
/// let params = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
/// let silent = Opportunities { purchases: 0, last: 0, seen: 6 };
/// assert!((bg_bb::p_alive(&silent, &params) - 0.116).abs() < 1e-3);
/// // The paper's table 6: .11 in the year after.
/// assert!((bg_bb::p_alive_at(&silent, &params, 1) - 0.108).abs() < 1e-3);
/// ```
pub fn p_alive(history: &Opportunities, params: &Params) -> f64 {
    let terms = terms(history, params);
    (terms[0] - ln_total(&terms)).exp().min(1.0)
}

/// Chance that the customer is there at the opportunity that lies `ahead` after the last one seen.
///
/// Fader, Hardie & Shang (2010), eq. 7 for `ahead` = 1.
pub fn p_alive_at(history: &Opportunities, params: &Params, ahead: u32) -> f64 {
    p_alive(history, params) * prospect_of(history, params).ln_stays(ahead).exp()
}

/// What the past says of a customer's future opportunities, given that they were there at the last one seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prospect {
    /// Chance to have been there at the last opportunity seen.
    pub p_alive: f64,
    /// The chance to buy is beta distributed with this …
    pub buys: f64,
    /// … and this.
    pub passes: f64,
    /// The chance to leave before an opportunity is beta distributed with this …
    pub leaves: f64,
    /// … and this.
    pub stays: f64,
}

/// What is known of a customer's future: both beta distributions keep their families given alive, with α + x,
/// β + n − x and γ, δ + n (Fader, Hardie & Shang 2010, appendix).
///
/// ```
/// use value::discrete::{Opportunities, bg_bb};
/// let params = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
/// let prospect = bg_bb::prospect(&Opportunities { purchases: 4, last: 5, seen: 6 }, &params);
/// let forecast = prospect.forecast(5).unwrap();
/// assert!((forecast.mean - 2.029_623).abs() < 1e-6);
/// assert!(forecast.quantiles[4] <= 5);
/// ```
pub fn prospect(history: &Opportunities, params: &Params) -> Prospect {
    Prospect { p_alive: p_alive(history, params), ..prospect_of(history, params) }
}

/// A customer at the first purchase, of whom nothing else is known.
pub fn newcomer(params: &Params) -> Prospect {
    prospect(&Opportunities { purchases: 0, last: 0, seen: 0 }, params)
}

fn prospect_of(history: &Opportunities, params: &Params) -> Prospect {
    Prospect {
        p_alive: 1.0,
        buys: params.alpha + f64::from(history.purchases),
        passes: params.beta + f64::from(history.seen - history.purchases.min(history.seen)),
        leaves: params.gamma,
        stays: params.delta + f64::from(history.seen),
    }
}

/// Expected number of purchases at the next `ahead` opportunities, given the past.
///
/// Fader, Hardie & Shang (2010), eq. 13, as a sum of positive terms: γ = 1, a trap of the closed form, is none here.
///
/// ```
/// use value::discrete::{Opportunities, bg_bb};
/// let params = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
/// let steady = Opportunities { purchases: 6, last: 6, seen: 6 };
/// assert!((bg_bb::expected_transactions(&steady, &params, 5) - 3.752_116).abs() < 1e-6);
/// ```
pub fn expected_transactions(history: &Opportunities, params: &Params, ahead: u32) -> f64 {
    prospect(history, params).expected_transactions(ahead)
}

/// Discounted expected residual transactions over all opportunities to come.
///
/// Fader, Hardie & Shang (2010), eq. 14: a purchase at the k-th opportunity ahead counts (1 + `discount`)^−k, so
/// `discount` is per opportunity, a fraction. Zero is allowed and gives the expected number of purchases still to
/// come, which is infinite where γ ≤ 1. Refuses a negative discount.
///
/// ```
/// use value::discrete::{Opportunities, bg_bb};
/// let params = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
/// let history = Opportunities { purchases: 3, last: 6, seen: 6 };
/// let residual = bg_bb::residual_transactions(&history, &params, 0.1).unwrap();
/// assert!((residual - 3.4485).abs() < 1e-3);
/// assert!(bg_bb::residual_transactions(&history, &params, -0.1).is_err());
/// assert_eq!(bg_bb::residual_transactions(&history, &params, 0.0).unwrap(), f64::INFINITY);
/// ```
pub fn residual_transactions(history: &Opportunities, params: &Params, discount: f64) -> Result<f64, Error> {
    prospect(history, params).residual(discount)
}

impl Prospect {
    /// Chance to buy at an opportunity while there.
    fn buys_if_there(&self) -> f64 {
        self.buys / (self.buys + self.passes)
    }

    /// ln of the chance to be there at the opportunity `ahead`, given there at the last one seen.
    fn ln_stays(&self, ahead: u32) -> f64 {
        ln_rising(self.stays, ahead) - ln_rising(self.leaves + self.stays, ahead)
    }

    /// Expected number of purchases at the next `ahead` opportunities; at most `ahead`.
    pub fn expected_transactions(&self, ahead: u32) -> f64 {
        // So many are added one by one; the rest has a closed form.
        const ONE_BY_ONE: u32 = 2_000;
        let (leaves, mut stays) = (self.leaves, self.stays);
        let (mut there, mut sum) = (1.0, 0.0);
        for _ in 0..ahead.min(ONE_BY_ONE) {
            there *= stays / (leaves + stays);
            stays += 1.0;
            sum += there;
        }
        if ahead > ONE_BY_ONE {
            let more = f64::from(ahead - ONE_BY_ONE);
            // Σ S_i = (D − S_N (D + N)) / (γ − 1); at γ = 1 its limit.
            let rest = if (leaves - 1.0).abs() < 1e-6 {
                stays * (digamma(stays + more + 1.0) - digamma(stays + 1.0))
            } else {
                let ln_there = ln_beta_decline(leaves, stays, more);
                stays * -((more / stays).ln_1p() + ln_there).exp_m1() / (leaves - 1.0)
            };
            sum += there * rest;
        }
        self.p_alive * self.buys_if_there() * sum
    }

    /// P(Y > n), the chance of more than `n` purchases at the next `ahead` opportunities.
    ///
    /// The (n + 1)-th purchase comes at opportunity k, if nobody left, with a beta negative binomial chance; the
    /// customer must still be there then. A sum of positive terms, kept in scale where the first are tiny.
    /// Equivalent to Fader, Hardie & Shang (2010), eq. 12, summed over the tail.
    pub fn p_more_than(&self, n: u32, ahead: u32) -> f64 {
        if n >= ahead {
            return 0.0;
        }
        let (a, b) = (self.buys, self.passes);
        // All of the first n + 1 opportunities taken.
        let mut ln_scale = ln_rising(a, n + 1) - ln_rising(a + b, n + 1) + self.ln_stays(n + 1);
        let (mut term, mut sum) = (1.0, 1.0);
        for k in n + 1..ahead {
            let (k, n) = (f64::from(k), f64::from(n));
            // The chance that the (n + 1)-th falls on k + 1 rather than on k, and to be still there.
            term *= k / (k - n) * (b + k - n - 1.0) / (a + b + k) * (self.stays + k)
                / (self.leaves + self.stays + k);
            sum += term;
            if sum > 1e250 {
                ln_scale += 250.0 * std::f64::consts::LN_10;
                term *= 1e-250;
                sum *= 1e-250;
            }
        }
        (self.p_alive * (ln_scale + sum.ln()).exp()).clamp(0.0, 1.0)
    }

    /// The whole distribution: P(Y = n) for n = 0 … `ahead`.
    ///
    /// ```
    /// use value::discrete::{Opportunities, bg_bb};
    /// let params = bg_bb::Params { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };
    /// let prospect = bg_bb::prospect(&Opportunities { purchases: 1, last: 1, seen: 6 }, &params);
    /// let probabilities = prospect.probabilities(5).unwrap();
    /// assert_eq!(probabilities.len(), 6);
    /// assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    /// ```
    pub fn probabilities(&self, ahead: u32) -> Result<Vec<f64>, Error> {
        check_ahead(ahead)?;
        let mut above = 1.0;
        Ok((0..=ahead)
            .map(|n| {
                let next = self.p_more_than(n, ahead);
                let here = f64::max(above - next, 0.0);
                above = next;
                here
            })
            .collect())
    }

    /// Expected number, variance and quantiles of the purchases at the next `ahead` opportunities.
    pub fn forecast(&self, ahead: u32) -> Result<Forecast, Error> {
        check_ahead(ahead)?;
        if ahead == 0 {
            return Ok(Forecast { mean: 0.0, variance: 0.0, none: 1.0, quantiles: [0; 5] });
        }
        let mean = self.expected_transactions(ahead);
        let (a, b) = (self.buys, self.passes);
        // E[Y (Y − 1)]: two of the opportunities at which he is there.
        let (mut there, mut pairs) = (1.0, 0.0);
        for k in 0..ahead {
            let k = f64::from(k);
            there *= (self.stays + k) / (self.leaves + self.stays + k);
            pairs += 2.0 * k * there;
        }
        pairs *= self.p_alive * a * (a + 1.0) / ((a + b) * (a + b + 1.0));
        let quantiles = LEVELS.map(|level| self.quantile(level, ahead));
        Ok(Forecast {
            mean,
            variance: (pairs + mean - mean * mean).max(0.0),
            none: 1.0 - self.p_more_than(0, ahead),
            quantiles,
        })
    }

    /// Discounted expected residual transactions; see [`residual_transactions`].
    pub fn residual(&self, discount: f64) -> Result<f64, Error> {
        check_discount(discount)?;
        let (leaves, stays) = (self.leaves, self.stays);
        let scale = self.p_alive * self.buys_if_there();
        if scale == 0.0 {
            return Ok(0.0);
        }
        if discount == 0.0 {
            return Ok(if leaves > 1.0 { scale * stays / (leaves - 1.0) } else { f64::INFINITY });
        }
        // Above, few terms of the series are enough; below, Σ ((1 − θ) / (1 + d))^k over the beta distributed θ.
        const QUICK: f64 = 0.002;
        if discount > QUICK {
            let (mut term, mut sum, mut k) = (1.0, 0.0, 0.0);
            while term > 1e-17 * sum {
                term *= (stays + k) / (leaves + stays + k) / (1.0 + discount);
                sum += term;
                k += 1.0;
            }
            return Ok(scale * sum);
        }
        let ln_beta = ln_gamma(leaves) + ln_gamma(stays) - ln_gamma(leaves + stays);
        let sum = integrate_logistic(|ln_p, ln_rest| {
            (leaves - 1.0) * ln_p + stays * ln_rest - ln_beta - (discount + ln_p.exp()).ln()
        });
        Ok(scale * sum)
    }

    /// The smallest n with P(Y > n) ≤ 1 − level, by bisection.
    fn quantile(&self, level: f64, ahead: u32) -> u32 {
        let (mut low, mut high) = (-1_i64, i64::from(ahead));
        while high - low > 1 {
            let middle = (low + high) / 2;
            if self.p_more_than(middle as u32, ahead) <= 1.0 - level {
                high = middle;
            } else {
                low = middle;
            }
        }
        high as u32
    }
}

fn check_ahead(ahead: u32) -> Result<(), Error> {
    let most = u64::from(MOST_OPPORTUNITIES);
    match u64::from(ahead) {
        given if given > most => Err(Error::TooMany { what: "opportunities ahead", given, most }),
        _ => Ok(()),
    }
}

/// ln of the chance of the sequence together with being there at the last opportunity, and then of each earlier
/// opportunity as the last one.
fn terms(history: &Opportunities, params: &Params) -> Vec<f64> {
    let &Opportunities { purchases: x, last, seen } = history;
    let &Params { alpha, beta, gamma, delta } = params;
    let bought = ln_rising(alpha, x);
    let sequence = |over: u32| bought + ln_rising(beta, over - x) - ln_rising(alpha + beta, over);
    let mut terms = vec![sequence(seen) + ln_rising(delta, seen) - ln_rising(gamma + delta, seen)];
    if last == seen {
        return terms;
    }
    let (mut passed, mut stayed) =
        (sequence(last), gamma.ln() + ln_rising(delta, last) - ln_rising(gamma + delta, last + 1));
    for over in last..seen {
        terms.push(passed + stayed);
        let (over, x) = (f64::from(over), f64::from(x));
        passed += ((beta + over - x) / (alpha + beta + over)).ln();
        stayed += ((delta + over) / (gamma + delta + over + 1.0)).ln();
    }
    terms
}

fn ln_total(terms: &[f64]) -> f64 {
    let most = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + terms.iter().map(|term| (term - most).exp()).sum::<f64>().ln()
}

/// Maximum likelihood over all customers.
///
/// Newton's method with exact derivatives on the logarithms of α/β, α, γ/δ and γ, from several starting points.
/// Where all buy or leave with one chance (or nobody leaves), parameters run along the ridge until the likelihood
/// no longer changes, and the verdict names what is determined; [`Params::mean_chances`] gives it. Refuses fewer
/// than [`LEAST_CUSTOMERS`] customers and a base of which nobody, or everybody always, bought again.
///
/// ```
/// use value::discrete::{Group, Opportunities, bg_bb};
/// // Half of the customers buy each time for two years and are gone; the others never came back.
/// let group = |purchases, last, customers| Group {
///     opportunities: Opportunities { purchases, last, seen: 6 },
///     customers,
/// };
/// let fit = bg_bb::fit(&[group(0, 0, 50), group(2, 2, 40), group(1, 2, 10)]).unwrap();
/// assert!(fit.converged);
/// ```
pub fn fit(groups: &[Group]) -> Result<Fit<Params>, Error> {
    let customers = check(groups)?;
    if customers < LEAST_CUSTOMERS {
        return Err(Error::FewCustomers { customers, least: LEAST_CUSTOMERS });
    }
    let total = |of: fn(&Opportunities) -> u32| -> f64 {
        groups.iter().map(|g| f64::from(g.customers) * f64::from(of(&g.opportunities))).sum()
    };
    let (bought, seen) = (total(|o| o.purchases), total(|o| o.seen));
    if bought == 0.0 {
        return Err(Error::NothingToLearn { because: "nobody bought at any opportunity" });
    }
    if bought == seen {
        return Err(Error::NothingToLearn { because: "everybody bought at every opportunity" });
    }
    let customers = customers as f64;
    let surface = |point: &[f64; 4]| mean_surface(groups, customers, point);
    let odds = bought / (seen - bought);
    let starts = [(1.0, 1.0, 0.3, 0.5), (2.0, 3.0, 0.1, 1.0), (1.3, 0.5, 0.05, 0.1), (1.0, 2.0, 0.5, 3.0)];
    let starts = starts.map(|(more, alpha, leaves, gamma): (f64, f64, f64, f64)| {
        [(more * odds).ln(), alpha.ln(), leaves.ln(), gamma.ln()]
    });
    let stop = Stop { gradient: 1e-9, evaluations: 200 };
    let (best, evaluations) =
        best_of(starts, |start| minimise(start, stop, |point| surface(point).surface()))
            .ok_or(Error::NotConverged)?;
    let coordinates = Jet::variables(&best.point);
    let mut fit = conclude(&best, customers).fit(
        &best,
        (customers, -best.surface.value * customers, evaluations),
        (parameters(&coordinates), 4),
        |[alpha, beta, gamma, delta]| Params { alpha, beta, gamma, delta },
        name_ridge,
    );
    if let Verdict::Ridge { along, .. } = &fit.verdict {
        let (buys, leaves) = fit.params.mean_chances();
        let (name, value) = match along.code {
            "one_chance" => ("alpha / (alpha + beta)", buys),
            _ => ("gamma / (gamma + delta)", leaves),
        };
        fit.identified = Some(Quantity { name, value, unit: Unit::Chance });
    }
    Ok(fit)
}

/// α, β, γ, δ from the coordinates of the search.
fn parameters<R: Real>(&[buying, alpha, leaving, gamma]: &[R; 4]) -> [R; 4] {
    [alpha.exp(), (alpha - buying).exp(), gamma.exp(), (gamma - leaving).exp()]
}

/// The name of the least determined direction, in the coordinates of the search.
fn name_ridge(&[buying, alpha, leaving, gamma]: &[f64; 4]) -> Ridge {
    if buying.hypot(alpha) > leaving.hypot(gamma) {
        ONE_CHANCE
    } else if gamma.abs() > leaving.abs() {
        ONE_LEAVING
    } else {
        NO_LEAVING
    }
}

const ONE_CHANCE: Ridge = Ridge {
    code: "one_chance",
    words: "all customers buy with about the same chance; alpha / (alpha + beta) is determined, alpha and beta alone \
            are not",
};

const ONE_LEAVING: Ridge = Ridge {
    code: "one_chance_of_leaving",
    words: "all customers leave with about the same chance; gamma / (gamma + delta) is determined, gamma and delta \
            alone are not",
};

const NO_LEAVING: Ridge = Ridge {
    code: "no_leaving",
    words: "hardly any sign of customers leaving; gamma and delta are not determined",
};

/// Mean negative log-likelihood with its derivatives by the coordinates of the search.
fn mean_surface(groups: &[Group], customers: f64, point: &[f64; 4]) -> Jet<4> {
    let [alpha, beta, gamma, delta] = parameters(&Jet::variables(point));
    let most = |of: fn(&Opportunities) -> u32| {
        groups.iter().map(|group| of(&group.opportunities)).max().unwrap_or(0) as usize
    };
    let seen = most(|o| o.seen);
    let (buys, passes) = (rising(alpha, most(|o| o.purchases)), rising(beta, most(|o| o.seen - o.purchases)));
    let (either, stays) = (rising(alpha + beta, seen), rising(delta, seen));
    let there = rising(gamma + delta, seen + 1);
    let leaves = gamma.ln();
    let mut sum = Jet::constant(0.0);
    for group in groups {
        let Opportunities { purchases: x, last, seen } = group.opportunities;
        let (x, last, seen) = (x as usize, last as usize, seen as usize);
        let alive = passes[seen - x] - either[seen] + stays[seen] - there[seen];
        let mut terms = vec![alive];
        terms.extend(
            (last..seen).map(|over| passes[over - x] - either[over] + leaves + stays[over] - there[over + 1]),
        );
        sum = sum + (buys[x] + ln_sum(&terms)) * f64::from(group.customers);
    }
    sum * (-1.0 / customers)
}

/// ln of the rising factorials of `start`, for 0 … `most` factors.
fn rising(start: Jet<4>, most: usize) -> Vec<Jet<4>> {
    let mut here = Jet::constant(0.0);
    let mut table = Vec::with_capacity(most + 1);
    table.push(here);
    for factor in 0..most {
        here = here + (start + factor as f64).ln();
        table.push(here);
    }
    table
}

fn ln_sum(terms: &[Jet<4>]) -> Jet<4> {
    let most = terms.iter().map(|term| term.value).fold(f64::NEG_INFINITY, f64::max);
    let sum = terms.iter().fold(Jet::constant(0.0), |sum, term| sum + (*term - most).exp());
    sum.ln() + most
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONORS: Params = Params { alpha: 1.203_507, beta: 0.749_767, gamma: 0.656_757, delta: 2.783_887 };

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods() {
        let groups: Vec<Group> = (0..=6)
            .flat_map(|x| (x..=6).map(move |last| (x, last)))
            .filter(|&(x, last)| (x == 0) == (last == 0))
            .map(|(purchases, last)| Group {
                opportunities: Opportunities { purchases, last, seen: 6 },
                customers: 1 + purchases * 7 % 5,
            })
            .collect();
        let customers: f64 = groups.iter().map(|g| f64::from(g.customers)).sum();
        let sum: f64 =
            groups.iter().map(|g| f64::from(g.customers) * log_likelihood(&g.opportunities, &DONORS)).sum();
        let Params { alpha, beta, gamma, delta } = DONORS;
        let point = [(alpha / beta).ln(), alpha.ln(), (gamma / delta).ln(), gamma.ln()];
        let surface = mean_surface(&groups, customers, &point);
        assert!((surface.value * customers + sum).abs() < 1e-9);
    }

    #[test]
    fn all_sequences_have_probability_one() {
        // The sequences with x purchases, the last at t_x: choose the others before it.
        let choose = |n: u32, k: u32| (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product::<f64>();
        let mut total = 0.0;
        for last in 0..=9 {
            for x in u32::from(last > 0)..=last {
                let ways = if x == 0 { 1.0 } else { choose(last - 1, x - 1) };
                let history = Opportunities { purchases: x, last, seen: 9 };
                total += ways * log_likelihood(&history, &DONORS).exp();
            }
        }
        assert!((total - 1.0).abs() < 1e-12, "{total}");
    }

    #[test]
    fn the_distribution_adds_up_to_its_moments() {
        for history in [(0, 0, 6), (3, 5, 6), (40, 50, 60)] {
            let (purchases, last, seen) = history;
            let prospect = prospect(&Opportunities { purchases, last, seen }, &DONORS);
            for ahead in [1, 5, 300] {
                let probabilities = prospect.probabilities(ahead).unwrap();
                let moment = |of: fn(f64) -> f64| -> f64 {
                    probabilities.iter().enumerate().map(|(n, p)| of(n as f64) * p).sum()
                };
                let forecast = prospect.forecast(ahead).unwrap();
                let mean = moment(|n| n);
                assert!((moment(|_| 1.0) - 1.0).abs() < 1e-12);
                assert!((mean / forecast.mean - 1.0).abs() < 1e-9, "{mean} {forecast:?}");
                assert!(((moment(|n| n * n) - mean * mean) / forecast.variance - 1.0).abs() < 1e-8);
                assert!((probabilities[0] - forecast.none).abs() < 1e-12);
                for (level, quantile) in LEVELS.iter().zip(forecast.quantiles) {
                    let at_most: f64 = probabilities[..=quantile as usize].iter().sum();
                    let below: f64 = probabilities[..quantile as usize].iter().sum();
                    assert!(at_most >= level - 1e-12 && below < level + 1e-12);
                }
            }
        }
    }

    #[test]
    fn long_horizons_and_small_discounts_join_the_short_ones() {
        for leaves in [0.3, 1.0 - 1e-9, 1.0, 1.0 + 1e-5, 2.5] {
            let prospect = Prospect { p_alive: 0.9, buys: 3.0, passes: 5.0, leaves, stays: 7.0 };
            let mut there = 1.0;
            let mut sum = 0.0;
            for k in 0..50_000 {
                let k = f64::from(k);
                there *= (7.0 + k) / (leaves + 7.0 + k);
                sum += there;
            }
            let expected = 0.9 * 3.0 / 8.0 * sum;
            let actual = prospect.expected_transactions(50_000);
            assert!((actual / expected - 1.0).abs() < 1e-8, "{leaves}: {actual} {expected}");
            let (series, integral) =
                (prospect.residual(0.002_000_1).unwrap(), prospect.residual(0.002).unwrap());
            assert!((series / integral - 1.0).abs() < 1e-4);
            let direct = |discount: f64| -> f64 {
                let (mut term, mut sum) = (1.0, 0.0);
                for k in 0..100_000 {
                    let k = f64::from(k);
                    term *= (7.0 + k) / (leaves + 7.0 + k) / (1.0 + discount);
                    sum += term;
                }
                0.9 * 3.0 / 8.0 * sum
            };
            let (sum, integral) = (direct(0.001), prospect.residual(0.001).unwrap());
            assert!((sum / integral - 1.0).abs() < 1e-10, "{leaves}: {sum} {integral}");
        }
        let leaving = Prospect { p_alive: 0.9, buys: 3.0, passes: 5.0, leaves: 2.5, stays: 7.0 };
        assert!((leaving.residual(1e-9).unwrap() / leaving.residual(0.0).unwrap() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn more_recent_is_never_less_there() {
        for params in [DONORS, Params { alpha: 0.01, beta: 50.0, gamma: 1e-6, delta: 1e3 }] {
            for seen in [1, 6, 80] {
                let alive: Vec<f64> = (1..=seen)
                    .map(|last| p_alive(&Opportunities { purchases: 1, last, seen }, &params))
                    .collect();
                assert!(alive.iter().all(|p| (0.0..=1.0).contains(p)) && alive.is_sorted(), "{alive:?}");
                assert_eq!(alive.last(), Some(&1.0));
            }
        }
    }

    #[test]
    fn a_million_purchases_and_no_horizon_are_answered() {
        let busy = Opportunities { purchases: 1_000_000, last: 1_000_000, seen: 1_000_010 };
        assert!(log_likelihood(&busy, &DONORS).is_finite());
        let prospect = prospect(&busy, &DONORS);
        assert!(prospect.p_alive < 1e-6 && prospect.expected_transactions(0) == 0.0);
        assert_eq!(prospect.forecast(0).unwrap().none, 1.0);
        assert!(matches!(prospect.forecast(2_000_000), Err(Error::TooMany { .. })));
        assert!(prospect.residual(f64::NAN).is_err());
    }

    #[test]
    fn a_base_without_leaving_or_differences_is_told_by_its_ridge() {
        // Everybody buys with a chance of one half each time and nobody leaves.
        let choose = |n: u32, k: u32| (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product::<f64>();
        let mut groups =
            vec![Group { opportunities: Opportunities { purchases: 0, last: 0, seen: 8 }, customers: 100 }];
        for last in 1..=8_u32 {
            for purchases in 1..=last {
                let ways = choose(last - 1, purchases - 1);
                groups.push(Group {
                    opportunities: Opportunities { purchases, last, seen: 8 },
                    customers: (100.0 * ways).round() as u32,
                });
            }
        }
        let fit = fit(&groups).unwrap();
        assert!(matches!(fit.verdict, Verdict::Ridge { .. }), "{fit:?}");
        assert!(fit.identified.is_some() && fit.covariance.is_some());
        assert!(fit.standard_errors.is_none());
        let (buys, leaves) = fit.params.mean_chances();
        assert!((buys - 0.5).abs() < 0.01 && leaves < 0.01, "{fit:?}");
    }

    #[test]
    fn bad_bases_are_refused_with_words() {
        let group = |purchases, last, seen, customers| Group {
            opportunities: Opportunities { purchases, last, seen },
            customers,
        };
        let words = |groups: &[Group]| fit(groups).unwrap_err().to_string();
        assert_eq!(words(&[]), "there is no customer to learn from");
        assert_eq!(words(&[group(1, 1, 2, 1)]), "1 customer is too few to learn from; it takes at least 30");
        assert_eq!(words(&[group(0, 0, 2, 40)]), "nothing to learn: nobody bought at any opportunity");
        assert_eq!(words(&[group(2, 2, 2, 40)]), "nothing to learn: everybody bought at every opportunity");
        assert_eq!(
            words(&[group(1, 1, 2, 40), group(3, 2, 6, 1)]),
            "customer at place 1: 3 purchases up to opportunity 2"
        );
        assert_eq!(
            words(&[group(1, 7, 6, 40)]),
            "customer at place 0: the last purchase was at opportunity 7 of 6"
        );
    }
}
