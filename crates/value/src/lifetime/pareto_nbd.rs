//! Pareto/NBD: purchases come at a rate that differs between customers, and so does the rate at which they leave.
//!
//! Schmittlein, Morrison & Colombo (1987), "Counting Your Customers: Who Are They and What Will They Do Next?",
//! Management Science 33(1), 1–24; formulas by Fader & Hardie (2005), "A Note on Deriving the Pareto/NBD Model and
//! Related Expressions". The papers' difference of two ₂F₁ is written here as the integral it comes from,
//!
//! ```text
//! P(left) / P(alive) = s ∫ ((α + T) / (α + τ))^(r + x) ((β + T) / (β + τ))^s dτ / (β + τ)   over t_x ≤ τ ≤ T,
//! ```
//!
//! the time of leaving τ unknown: its terms are positive, so nothing cancels, whichever of α and β is larger and
//! however long the history.

use super::by_number::ByNumber;
use super::search::{ByPurchases, Found, Sums, one_against, rate_and_age, search, softplus};
use super::{Group, Leaving, Prospect, Rhythm, Timing};
use crate::fit::{Fit, Quantity, Ridge, Unit, Verdict};
use maths::{Rule, Surface, gauss_legendre, ln_1p, ln_integral, ln_rising};

/// Parameters, all positive. Purchase rates are gamma distributed with shape `r` and scale parameter `alpha`, rates of
/// leaving with shape `s` and scale parameter `beta`; both scale parameters are times.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub r: f64,
    pub alpha: f64,
    pub s: f64,
    pub beta: f64,
}

impl Params {
    /// Units of the parameters, in the order of [`Params::named`].
    pub const UNITS: [Unit; 4] = [Unit::Number, Unit::Time, Unit::Number, Unit::Time];

    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 4] {
        [("r", self.r), ("alpha", self.alpha), ("s", self.s), ("beta", self.beta)]
    }
}

/// Log-likelihood of one purchase history under Pareto/NBD.
///
/// Fader & Hardie (2005), eq. 18, as the integral above. `recency` and `age` share the unit of `alpha` and `beta`.
/// Finite for every valid history, also when `recency == age` or with a thousand purchases.
///
/// ```
/// use value::lifetime::{Timing, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.5534, alpha: 10.5802, s: 0.6061, beta: 11.6562 };
/// let once = Timing { repeat_purchases: 0, recency: 0.0, age: 38.857142857 };
/// assert!(pareto_nbd::log_likelihood(&once, &params) > -0.6);
/// ```
pub fn log_likelihood(timing: &Timing, params: &Params) -> f64 {
    let &Params { r, alpha, s, beta } = params;
    let (n, t) = (timing.repeat_purchases, timing.age);
    ln_rising(r, n) - r * (t / alpha).ln_1p() - f64::from(n) * (alpha + t).ln() - s * (t / beta).ln_1p()
        + softplus(ln_left_odds(timing, params))
}

/// Chance that the customer has not left at the end of the data, 0 to 1.
///
/// Fader & Hardie (2005), eq. 19.
///
/// ```
/// use value::lifetime::{Timing, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.5534, alpha: 10.5802, s: 0.6061, beta: 11.6562 };
/// let timing = Timing { repeat_purchases: 26, recency: 30.86, age: 31.0 };
/// assert!((pareto_nbd::p_alive(&timing, &params) - 0.9979).abs() < 1e-4); // the walkthrough of BTYD for R
/// ```
pub fn p_alive(timing: &Timing, params: &Params) -> f64 {
    let &Params { r, alpha, s, beta } = params;
    let shape = r + f64::from(timing.repeat_purchases);
    let Some(range) = Range::of(alpha, s, beta, shape, timing.recency, timing.age) else { return 1.0 };
    let mut mass = 0.0;
    range.visit(|density, _, _, _| mass += density);
    one_against(s.ln() + range.ln_of(mass))
}

/// What is known of the customer's future: given alive, both rates keep their families with r + x, α + T and s, β + T.
///
/// ```
/// use value::lifetime::{Leaving, Timing, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.5, alpha: 10.0, s: 0.6, beta: 12.0 };
/// let prospect = pareto_nbd::prospect(&Timing { repeat_purchases: 2, recency: 3.0, age: 8.0 }, &params);
/// assert_eq!(prospect.leaving, Leaving::Lifetime { shape: 0.6, scale: 20.0 });
/// ```
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    prospect_of(p_alive(timing, params), timing, params)
}

/// The same, with the chance of being active known.
pub(super) fn prospect_of(p_alive: f64, timing: &Timing, params: &Params) -> Prospect {
    Prospect {
        p_alive,
        shape: params.r + f64::from(timing.repeat_purchases),
        exposure: params.alpha + timing.age,
        rhythm: Rhythm::RANDOM,
        leaving: Leaving::Lifetime { shape: params.s, scale: params.beta + timing.age },
    }
}

/// [`prospect`] made ready for very many customers: for each number of purchases that many of them have, the chance of being
/// active comes from a series instead of an integral, to within 1e-10 of itself. `timings` are those who will be asked for;
/// of others it tells the same, more slowly.
///
/// ```
/// use value::lifetime::{Timing, expectations, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 };
/// let timings: Vec<Timing> = (0..3_000)
///     .map(|i| Timing { repeat_purchases: i % 3, recency: f64::from(i % 3), age: 20.0 + 0.01 * f64::from(i) })
///     .collect();
/// let prospect = pareto_nbd::prospects(&timings, &params);
/// let expected = expectations(&timings, &prospect, |prospect| prospect.expected_transactions(39.0));
/// let one_by_one = pareto_nbd::expected_transactions(&timings[1_234], &params, 39.0);
/// assert!((expected[1_234] / one_by_one - 1.0).abs() < 1e-9);
/// ```
pub fn prospects(timings: &[Timing], params: &Params) -> impl Fn(&Timing) -> Prospect {
    let by_number = ByNumber::of(params, timings);
    move |timing| by_number.prospect(timing)
}

/// What is to be expected of a customer at the first purchase.
///
/// ```
/// use value::lifetime::pareto_nbd;
/// let params = pareto_nbd::Params { r: 0.5, alpha: 10.0, s: 2.0, beta: 12.0 };
/// let newcomer = pareto_nbd::newcomer(&params);
/// // r β / (α (s − 1)) · (1 − (β / (β + t))^(s − 1)), Fader & Hardie (2005), eq. 27.
/// assert!((newcomer.expected_transactions(12.0) - 0.3).abs() < 1e-14);
/// ```
pub fn newcomer(params: &Params) -> Prospect {
    prospect(&Timing { repeat_purchases: 0, recency: 0.0, age: 0.0 }, params)
}

/// Expected number of purchases in the `duration` after the end of the data, given the past.
///
/// Fader & Hardie (2005), eq. 41, with s = 1 as any other.
///
/// ```
/// use value::lifetime::{Timing, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.5534, alpha: 10.5802, s: 0.6061, beta: 11.6562 };
/// let timing = Timing { repeat_purchases: 26, recency: 30.86, age: 31.0 };
/// let expected = pareto_nbd::expected_transactions(&timing, &params, 52.0);
/// assert!((expected - 25.46).abs() < 0.01); // the walkthrough of BTYD for R
/// ```
pub fn expected_transactions(timing: &Timing, params: &Params, duration: f64) -> f64 {
    prospect(timing, params).expected_transactions(duration)
}

/// Discounted expected residual transactions over all the future.
///
/// Fader, Hardie & Lee (2005), "RFM and CLV", J. Marketing Research 42, 415–430, eq. 4. `rate` is continuous, per unit
/// of the parameters: 15 % a year is 0.0027 a week.
///
/// ```
/// use value::lifetime::{Timing, pareto_nbd};
/// let params = pareto_nbd::Params { r: 0.5533971, alpha: 10.5801985, s: 0.6060625, beta: 11.6562237 };
/// let timing = Timing { repeat_purchases: 7, recency: 35.0, age: 39.0 };
/// let dert = pareto_nbd::residual_transactions(&timing, &params, 0.0027);
/// assert!((dert - 20.55554).abs() < 1e-4);
/// ```
pub fn residual_transactions(timing: &Timing, params: &Params, rate: f64) -> f64 {
    prospect(timing, params).residual(rate)
}

/// ln of P(left) / P(alive); `−∞` for a customer who bought on the last day.
pub(super) fn ln_left_odds(timing: &Timing, &Params { r, alpha, s, beta }: &Params) -> f64 {
    let shape = r + f64::from(timing.repeat_purchases);
    let (near, far) = (alpha.min(beta), alpha.max(beta));
    let (of_near, of_far) = if alpha <= beta { (shape, s) } else { (s, shape) };
    let age = timing.age;
    // τ by z = ln((near + T) / (near + τ)), in which the integrand is e^(steady slope) times a tame factor.
    let reach = ((age - timing.recency) / (near + timing.recency)).ln_1p();
    s.ln()
        + ln_integral(0.0, reach, |z| {
            let before_end = -(near + age) * (-z).exp_m1();
            let tau = age - before_end;
            of_near * z + of_far * (before_end / (far + tau)).ln_1p() + (near + tau).ln() - (beta + tau).ln()
        })
}

/// Maximum likelihood over all customers.
///
/// Newton's method on the logarithms of the parameters. The integral over the time of leaving is a Gauss–Legendre sum
/// in ln(τ + min(α, β)), and its derivatives are taken under the integral, so gradient and Hessian cost one pass. The
/// well-known ridge where leaving hardly differs between customers (s and β grow together) is walked along until the
/// likelihood no longer changes; the verdict names it and [`Fit::identified`] gives s / β.
///
/// ```
/// use value::lifetime::{Group, Timing, pareto_nbd};
/// let groups: Vec<Group> = (0..60_u32)
///     .map(|i| {
///         let (x, age) = (i % 4, 30.0 + f64::from(i % 9));
///         let recency = if x == 0 { 0.0 } else { age * f64::from(i % 10 + 1) / 11.0 };
///         Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 5, ln_gaps: 0.0 }
///     })
///     .collect();
/// assert!(pareto_nbd::fit(&groups).converged);
/// ```
pub fn fit(groups: &[Group]) -> Fit<Params> {
    let (rate, age) = rate_and_age(groups);
    let starts = [(0.5, 0.6, 0.5), (1.5, 0.3, 3.0), (1.0, 3.0, 6.0), (0.2, 0.1, 0.05)]
        .map(|(r, s, beta)| [r, r / rate, s, beta * age].map(f64::ln));
    let Found { minimum, evaluations, customers } =
        search(groups, &starts, Likelihood::of, Likelihood::surface);
    let mut fit = Fit::of(&minimum, evaluations, customers, name_ridge);
    fit.identified = determined(&fit.verdict, &fit.params);
    fit.map(|[r, alpha, s, beta]| Params { r, alpha, s, beta })
}

pub(super) const ONE_RATE: Ridge = Ridge {
    code: "one_rate",
    words: "all customers buy at about the same rate; r / alpha is determined, r and alpha alone are not",
};
pub(super) const ONE_LIFETIME: Ridge = Ridge {
    code: "one_lifetime",
    words: "all customers leave at about the same rate; s / beta is determined, s and beta alone are not",
};
pub(super) const NO_LEAVING: Ridge = Ridge {
    code: "no_leaving",
    words: "hardly any sign of customers leaving; s and beta are not determined",
};

/// Words for the least determined direction, in logarithms of r, α, s and β.
fn name_ridge(direction: &[f64; 4]) -> Ridge {
    let [r, alpha, s, beta] = *direction;
    if r.abs() + alpha.abs() > s.abs() + beta.abs() {
        ONE_RATE
    } else if s * beta > 0.0 && s.abs().min(beta.abs()) > 0.3 {
        ONE_LIFETIME
    } else {
        NO_LEAVING
    }
}

/// What a ridge leaves determined.
fn determined(verdict: &Verdict, &[r, alpha, s, beta]: &[f64; 4]) -> Option<Quantity> {
    let Verdict::Ridge { along, .. } = verdict else { return None };
    match along.code {
        "one_rate" => Some(Quantity { name: "r / alpha", value: r / alpha, unit: Unit::PerTime }),
        "one_lifetime" => Some(Quantity { name: "s / beta", value: s / beta, unit: Unit::PerTime }),
        _ => None,
    }
}

/// The data, laid out for many passes.
struct Likelihood {
    customers: f64,
    by_purchases: ByPurchases,
    rows: Vec<Row>,
}

struct Row {
    slot: u32,
    customers: u32,
    recency: f64,
    age: f64,
}

/// What is left of the integrand where it is cut off: e^−36 of its largest value.
const CUT: f64 = 36.0;

impl Likelihood {
    fn of(groups: &[Group]) -> Likelihood {
        let (by_purchases, slots) = ByPurchases::of(groups);
        let rows = groups
            .iter()
            .zip(slots)
            .map(|(Group { timing, customers, .. }, slot)| Row {
                slot,
                customers: *customers,
                recency: timing.recency.min(timing.age),
                age: timing.age,
            })
            .collect();
        let customers = by_purchases.counts.iter().map(|(_, customers)| customers).sum();
        Likelihood { customers, by_purchases, rows }
    }

    /// Mean negative log-likelihood at the logarithms of r, α, s, β, with its derivatives by them.
    fn surface(&self, point: &[f64; 4]) -> Surface<4> {
        const R: usize = 0;
        const ALPHA: usize = 1;
        const S: usize = 2;
        const BETA: usize = 3;
        let [r, alpha, s, beta] = point.map(f64::exp);
        let mut sum = Sums::<4>::new();
        let rising = self.by_purchases.rising(r, 1, 0);
        for ((_, customers), rising) in self.by_purchases.counts.iter().zip(rising) {
            sum.value += customers * rising.ln;
            sum.first[R] += customers * rising.slope;
            sum.second[R][R] += customers * rising.curvature;
        }
        let (ln_alpha, inverse_alpha, inverse_beta) = (alpha.ln(), 1.0 / alpha, 1.0 / beta);
        for &Row { slot, customers, recency, age } in &self.rows {
            let customers = f64::from(customers);
            let x = f64::from(self.by_purchases.counts[slot as usize].0);
            let shape = r + x;
            let (by_alpha, by_beta) = (1.0 / (alpha + age), 1.0 / (beta + age));
            let (bought, left) = (ln_1p(age * inverse_alpha), ln_1p(age * inverse_beta));
            // Alive: the history as if nobody left, and nobody left.
            sum.value -= customers * (shape * bought + x * ln_alpha + s * left);
            sum.first[R] -= customers * bought;
            sum.first[ALPHA] += customers * (r * age * inverse_alpha - x) * by_alpha;
            sum.first[S] -= customers * left;
            sum.first[BETA] += customers * s * age * inverse_beta * by_beta;
            sum.second[R][ALPHA] += customers * age * inverse_alpha * by_alpha;
            sum.second[ALPHA][ALPHA] +=
                customers * (x - r * age * inverse_alpha * (2.0 + age * inverse_alpha)) * by_alpha * by_alpha;
            sum.second[S][BETA] += customers * age * inverse_beta * by_beta;
            sum.second[BETA][BETA] -=
                customers * s * age * inverse_beta * (2.0 + age * inverse_beta) * by_beta * by_beta;
            // Or left at some time since.
            let Some(odds) = LeftOdds::of([r, alpha, s, beta], shape, recency, age) else { continue };
            let small = (-odds.ln.abs()).exp();
            let p = if odds.ln > 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
            sum.value += customers * (odds.ln.max(0.0) + small.ln_1p());
            for i in 0..4 {
                sum.first[i] += customers * p * odds.first[i];
                for j in i..4 {
                    sum.second[i][j] +=
                        customers * p * (odds.second[i][j] + (1.0 - p) * odds.first[i] * odds.first[j]);
                }
            }
        }
        sum.surface([r, alpha, s, beta], self.customers)
    }
}

/// The range of times of leaving that count, from the last purchase on, and the nodes in it.
///
/// z runs from 0: τ + near = (t_x + near) e^z, with `near` the smaller of α and β, so that the integrand is e^(−slope z)
/// times a tame factor. It is largest at τ = t_x and falls from there, ever faster; where it is negligible it is cut off.
struct Range {
    near: f64,
    far: f64,
    of_near: f64,
    of_far: f64,
    beta: f64,
    recency: f64,
    /// ln((near + T) / (near + t_x)) and the same of far.
    reach: f64,
    reach_of_far: f64,
    /// Far beyond the scale of the smaller parameter, several panels.
    panels: u32,
    part: f64,
    rule: &'static Rule,
}

impl Range {
    /// `None` where nobody can have left: the last purchase was on the last day.
    fn of(alpha: f64, s: f64, beta: f64, shape: f64, recency: f64, age: f64) -> Option<Range> {
        let (near, far, of_near, of_far) =
            if alpha <= beta { (alpha, beta, shape, s) } else { (beta, alpha, s, shape) };
        let reach = ln_1p((age - recency) / (near + recency));
        if reach.is_nan() || reach <= 0.0 {
            return None;
        }
        let slope = of_near + of_far * (near + recency) / (far + recency);
        let mut width = reach.min(CUT / slope);
        let fall_over = |width: f64| {
            let passed = (near + recency) * width.exp_m1();
            of_near * width + of_far * ln_1p(passed / (far + recency))
        };
        let mut fall = fall_over(width);
        while fall > 1.4 * CUT {
            width *= 0.75;
            fall = fall_over(width);
        }
        let panels = (width / 6.0).ceil().max(1.0);
        let part = width / panels;
        let rule = rule_for(fall / panels, part);
        let reach_of_far = ln_1p((age - recency) / (far + recency));
        let panels = panels as u32;
        Some(Range { near, far, of_near, of_far, beta, recency, reach, reach_of_far, panels, part, rule })
    }

    /// Gives `to` each node's density, τ, and ln((near + T) / (near + τ)) and the same of far.
    fn visit(&self, mut to: impl FnMut(f64, f64, f64, f64)) {
        let &Range { near, far, of_near, of_far, beta, recency, .. } = self;
        for panel in 0..self.panels {
            let start = self.part * f64::from(panel);
            for (node, weight) in self.rule.nodes.iter().zip(&self.rule.weights) {
                let z = start + self.part * node;
                let passed = (near + recency) * z.exp_m1();
                let of_passed = ln_1p(passed / (far + recency));
                let tau = recency + passed;
                let density =
                    weight * (-of_near * z - of_far * of_passed).exp() * (near + tau) / (beta + tau);
                to(density, tau, self.reach - z, self.reach_of_far - of_passed);
            }
        }
    }

    /// ln of the integral over τ, without its factor s, from the sum of the densities.
    fn ln_of(&self, mass: f64) -> f64 {
        self.of_near * self.reach + self.of_far * self.reach_of_far + (mass * self.part).ln()
    }
}

/// The Gauss–Legendre rule for an integrand that falls by e^−`fall` over a range of `width` in ln(τ + near).
fn rule_for(fall: f64, width: f64) -> &'static Rule {
    let demand = fall.max(2.5 * width);
    let nodes = [8, 12, 16, 24, 32];
    gauss_legendre(nodes[[2.0, 6.0, 12.0, 22.0].iter().take_while(|limit| demand > **limit).count()])
}

/// ln of P(left) / P(alive) and its derivatives by r, α, s, β (upper triangle).
struct LeftOdds {
    ln: f64,
    first: [f64; 4],
    second: [[f64; 4]; 4],
}

impl LeftOdds {
    /// `None` where nobody can have left: the last purchase was on the last day.
    fn of([_, alpha, s, beta]: [f64; 4], shape: f64, recency: f64, age: f64) -> Option<LeftOdds> {
        let range = Range::of(alpha, s, beta, shape, recency, age)?;
        let alpha_is_near = alpha <= beta;
        let (by_alpha, by_beta) = (1.0 / (alpha + age), 1.0 / (beta + age));
        // Moments over the time of leaving.
        let mut mass = 0.0;
        let mut first = [0.0; 4];
        let mut second = [[0.0; 4]; 4];
        range.visit(|density, tau, ln_near, ln_far| {
            let (ln_alpha, ln_beta) = if alpha_is_near { (ln_near, ln_far) } else { (ln_far, ln_near) };
            // ln((α + T) / (α + τ)) and its slope by α, written so that nothing cancels for large α; so for β.
            let ahead = age - tau;
            let seen =
                [ln_alpha, -ahead * by_alpha / (alpha + tau), ln_beta, -ahead * by_beta / (beta + tau)];
            mass += density;
            for i in 0..4 {
                let of_i = density * seen[i];
                first[i] += of_i;
                for j in i..4 {
                    second[i][j] += of_i * seen[j];
                }
            }
        });
        let ln = s.ln() + range.ln_of(mass);
        let mean = first.map(|sum| sum / mass);
        let square = |i: usize, j: usize| second[i][j] / mass;
        let spread = |i: usize, j: usize| second[i][j] / mass - mean[i] * mean[j];
        let [m_a, m_p, m_b, m_q] = mean;
        // By β: s / (β + T) − (s + 1) / (β + τ) = (s + 1) q − 1 / (β + T), with q the slope above.
        let c = s + 1.0;
        Some(LeftOdds {
            ln,
            first: [m_a, shape * m_p, 1.0 / s + m_b, c * m_q - by_beta],
            second: [
                [spread(0, 0), m_p + shape * spread(0, 1), spread(0, 2), c * spread(0, 3)],
                [
                    0.0,
                    // 1 / (α + τ)² − 1 / (α + T)² from the moments of the slope.
                    shape * (square(1, 1) - 2.0 * by_alpha * m_p) + shape * shape * spread(1, 1),
                    shape * spread(1, 2),
                    c * shape * spread(1, 3),
                ],
                [0.0, 0.0, spread(2, 2) - 1.0 / (s * s), m_q + c * spread(2, 3)],
                [
                    0.0,
                    0.0,
                    0.0,
                    c * (square(3, 3) - 2.0 * by_beta * m_q) + by_beta * by_beta + c * c * spread(3, 3),
                ],
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::tests::{assert_derivatives, small_base};
    use super::*;

    const POINTS: [[f64; 4]; 6] = [
        [0.55, 10.6, 0.6, 11.7],
        [2.0, 0.5, 0.05, 30.0],
        [0.1, 90.0, 7.0, 1.5],
        [3.0, 1e-3, 0.3, 1e3],
        [0.5, 300.0, 0.4, 1e-3],
        [1.0, 10.0, 15.0, 5820.0],
    ];

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods() {
        let groups = small_base();
        let likelihood = Likelihood::of(&groups);
        for [r, alpha, s, beta] in POINTS {
            let params = Params { r, alpha, s, beta };
            let sum: f64 =
                groups.iter().map(|g| f64::from(g.customers) * log_likelihood(&g.timing, &params)).sum();
            let surface = likelihood.surface(&[r, alpha, s, beta].map(f64::ln));
            let value = -surface.value * likelihood.customers;
            assert!((value / sum - 1.0).abs() < 1e-11, "{params:?}: {value} {sum}");
        }
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        let likelihood = Likelihood::of(&small_base());
        for point in POINTS {
            assert_derivatives(|at| likelihood.surface(at), point.map(f64::ln), 1e-6);
        }
    }

    #[test]
    fn the_fast_sum_is_the_careful_integral() {
        for [r, alpha, s, beta] in POINTS {
            for (x, recency, age) in
                [(0, 0.0, 39.0), (1, 1e-3, 500.0), (7, 30.0, 39.0), (254, 60.0, 97.0), (1000, 1.0, 200.0)]
            {
                let timing = Timing { repeat_purchases: x, recency, age };
                let careful = ln_left_odds(&timing, &Params { r, alpha, s, beta });
                let fast = LeftOdds::of([r, alpha, s, beta], r + f64::from(x), recency, age);
                let fast = fast.expect("time has passed").ln;
                assert!(
                    (fast - careful).abs() < 1e-10 * (1.0 + careful.abs()),
                    "{timing:?}: {fast} {careful}"
                );
            }
        }
    }
}
