//! Gamma-Gompertz/NBD: Pareto/NBD in which the rate of leaving may grow with the time since the first purchase.
//!
//! Bemmaor & Glady (2012), "Modeling Purchasing Behavior with Sudden 'Death': A Flexible Customer Lifetime Model",
//! Management Science 58(5), 1012–1021. Leaving follows a Gompertz law with growth `b` whose level is gamma
//! distributed, so that a life lasts longer than t with chance (β / (β + e^(b t) − 1))^s. With the clock
//! c(t) = (e^(b t) − 1) / b this is the law of Pareto/NBD with scale β / b: as `b` goes to zero the clock becomes time and
//! the model Pareto/NBD. Where the data show no growth, the fit says so.

use super::pareto_nbd::{self, NO_LEAVING, ONE_LIFETIME, ONE_RATE};
use super::search::{ByPurchases, Found, Sums, one_against, sample, search, softplus, total};
use super::{Group, Leaving, Prospect, Rhythm, Timing};
use crate::fit::{Fit, Quantity, Ridge, Unit, Verdict};
use maths::{Surface, gauss_legendre, ln_integral, ln_rising};

/// Parameters, all positive. Purchase rates are gamma distributed with shape `r` and scale parameter `alpha` (a time);
/// leaving has growth `b` (per unit of time), shape `s` and scale `beta` (a plain number).
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Params {
    pub r: f64,
    pub alpha: f64,
    pub b: f64,
    pub s: f64,
    pub beta: f64,
}

impl Params {
    /// Units of the parameters, in the order of [`Params::named`].
    pub const UNITS: [Unit; 5] = [Unit::Number, Unit::Time, Unit::PerTime, Unit::Number, Unit::Number];

    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 5] {
        [("r", self.r), ("alpha", self.alpha), ("b", self.b), ("s", self.s), ("beta", self.beta)]
    }
}

/// Log-likelihood of one purchase history under Gamma-Gompertz/NBD.
///
/// Bemmaor & Glady (2012), eq. 7, its integral over the time of leaving taken in the form of
/// [`pareto_nbd::log_likelihood`]. `recency` and `age` share the unit of `alpha` and of 1 / `b`.
///
/// ```
/// use value::lifetime::{Timing, ggom_nbd, pareto_nbd};
/// let timing = Timing { repeat_purchases: 2, recency: 30.4, age: 38.9 };
/// let pareto = pareto_nbd::Params { r: 0.55, alpha: 10.6, s: 0.6, beta: 11.7 };
/// // Without growth it is Pareto/NBD.
/// let b = 1e-9;
/// let gompertz = ggom_nbd::Params { r: 0.55, alpha: 10.6, b, s: 0.6, beta: 11.7 * b };
/// let difference = ggom_nbd::log_likelihood(&timing, &gompertz) - pareto_nbd::log_likelihood(&timing, &pareto);
/// assert!(difference.abs() < 1e-7);
/// ```
pub fn log_likelihood(timing: &Timing, params: &Params) -> f64 {
    let &Params { r, alpha, b, s, beta } = params;
    let (n, t) = (timing.repeat_purchases, timing.age);
    ln_rising(r, n)
        - r * (t / alpha).ln_1p()
        - f64::from(n) * (alpha + t).ln()
        - s * ln_from_start(b, beta / b, t)
        + softplus(ln_left_odds(timing, params))
}

/// Chance that the customer has not left at the end of the data, 0 to 1.
///
/// ```
/// use value::lifetime::{Timing, ggom_nbd};
/// let params = ggom_nbd::Params { r: 0.55, alpha: 10.0, b: 0.05, s: 0.6, beta: 2.0 };
/// let silent = Timing { repeat_purchases: 8, recency: 10.0, age: 38.0 };
/// assert!(ggom_nbd::p_alive(&silent, &params) < 0.05);
/// ```
pub fn p_alive(timing: &Timing, params: &Params) -> f64 {
    one_against(ln_left_odds(timing, params))
}

/// What is known of the customer's future: a gamma rate with r + x and α + T, and for leaving the same growth and shape
/// with scale (β + e^(b T) − 1) e^(−b T).
///
/// ```
/// use value::lifetime::{Leaving, Timing, ggom_nbd};
/// let params = ggom_nbd::Params { r: 0.55, alpha: 10.0, b: 0.05, s: 0.6, beta: 1.0 };
/// let prospect = ggom_nbd::prospect(&Timing { repeat_purchases: 2, recency: 3.0, age: 8.0 }, &params);
/// // β = 1 is a plain exponential life of rate s b, without memory.
/// assert_eq!(prospect.leaving, Leaving::Gompertz { shape: 0.6, scale: 1.0, growth: 0.05 });
/// ```
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    let &Params { r, alpha, b, s, beta } = params;
    let t = timing.age;
    // Below any growth that could be seen, the clock is time: no digits are lost in β and b.
    let leaving = if b * (alpha + t) < 1e-9 {
        Leaving::Lifetime { shape: s, scale: beta / b + t }
    } else {
        let decayed = (-b * t).exp();
        Leaving::Gompertz { shape: s, scale: beta * decayed - (-b * t).exp_m1(), growth: b }
    };
    Prospect {
        p_alive: p_alive(timing, params),
        shape: r + f64::from(timing.repeat_purchases),
        exposure: alpha + t,
        rhythm: Rhythm::RANDOM,
        leaving,
    }
}

/// What is to be expected of a customer at the first purchase.
///
/// ```
/// use value::lifetime::ggom_nbd;
/// let newcomer = ggom_nbd::newcomer(&ggom_nbd::Params { r: 1.0, alpha: 10.0, b: 0.05, s: 2.0, beta: 1.0 });
/// // An exponential life of rate 0.1: r / α · (1 − e^(−0.1 t)) / 0.1.
/// assert!((newcomer.expected_transactions(10.0) - (1.0 - (-1.0_f64).exp())).abs() < 1e-10);
/// ```
pub fn newcomer(params: &Params) -> Prospect {
    prospect(&Timing { repeat_purchases: 0, recency: 0.0, age: 0.0 }, params)
}

/// Expected number of purchases in the `duration` after the end of the data, given the past.
///
/// ```
/// use value::lifetime::{Timing, ggom_nbd};
/// let timing = Timing { repeat_purchases: 2, recency: 3.0, age: 8.0 };
/// let ageing = |b| ggom_nbd::Params { r: 0.55, alpha: 10.0, b, s: 0.6, beta: 11.7 * b };
/// let expected = |b| ggom_nbd::expected_transactions(&timing, &ageing(b), 100.0);
/// assert!(expected(0.05) < expected(0.001));
/// ```
pub fn expected_transactions(timing: &Timing, params: &Params, duration: f64) -> f64 {
    prospect(timing, params).expected_transactions(duration)
}

/// Discounted expected residual transactions over all the future, see [`Prospect::residual`]; finite without
/// discounting, too.
///
/// ```
/// use value::lifetime::{Timing, ggom_nbd};
/// let params = ggom_nbd::Params { r: 1.0, alpha: 10.0, b: 0.05, s: 2.0, beta: 1.0 };
/// let timing = Timing { repeat_purchases: 0, recency: 0.0, age: 0.0 };
/// // An exponential life of rate 0.1, discounted at 0.1: 0.1 / (0.1 + 0.1).
/// assert!((ggom_nbd::residual_transactions(&timing, &params, 0.1) - 0.5).abs() < 1e-10);
/// ```
pub fn residual_transactions(timing: &Timing, params: &Params, rate: f64) -> f64 {
    prospect(timing, params).residual(rate)
}

/// The clock c(t) = (e^(b t) − 1) / b.
fn grown(b: f64, t: f64) -> f64 {
    if b * t < 1e-12 { t } else { (b * t).exp_m1() / b }
}

/// From this b t on, e^(b t) is so large that logarithms take over.
const FAR: f64 = 300.0;

/// ln(scale + c(t)).
fn ln_clock(b: f64, scale: f64, t: f64) -> f64 {
    if b * t < FAR {
        return (scale + grown(b, t)).ln();
    }
    let ln_c = b * t - b.ln();
    ln_c + softplus(scale.ln() - ln_c)
}

/// ln((scale + c(t)) / scale).
fn ln_from_start(b: f64, scale: f64, t: f64) -> f64 {
    if b * t < FAR { (grown(b, t) / scale).ln_1p() } else { ln_clock(b, scale, t) - scale.ln() }
}

/// ln of P(left) / P(alive); `−∞` for a customer who bought on the last day.
fn ln_left_odds(timing: &Timing, &Params { r, alpha, b, s, beta }: &Params) -> f64 {
    let shape = r + f64::from(timing.repeat_purchases);
    let scale = beta / b;
    let (age, recency) = (timing.age, timing.recency);
    let near = alpha.min(scale);
    let reach = ((age - recency) / (near + recency)).ln_1p();
    let at_end = ln_clock(b, scale, age);
    s.ln()
        + ln_integral(0.0, reach, |z| {
            let before_end = -(near + age) * (-z).exp_m1();
            let tau = age - before_end;
            let (growth, here) = (b * tau, ln_clock(b, scale, tau));
            let ahead = if b * age < FAR {
                // c(T) − c(τ) = e^(b τ) c(T − τ): nothing cancels for large scales.
                (growth.exp() * grown(b, before_end) / here.exp()).ln_1p()
            } else {
                at_end - here
            };
            shape * (before_end / (alpha + tau)).ln_1p() + s * ahead + growth - here + (near + tau).ln()
        })
}

/// Maximum likelihood over all customers.
///
/// Newton's method over r, α, b, s and β / b, from the optimum of Pareto/NBD with several growths. Where no growth
/// raises the likelihood, `b` and β go to zero together until it no longer changes: the verdict is a ridge named
/// `no_growth`, the likelihood that of Pareto/NBD, and [`Fit::identified`] gives s b / β, the rate of leaving there.
///
/// ```
/// use value::lifetime::{Group, Timing, ggom_nbd, pareto_nbd};
/// let groups: Vec<Group> = (0..60_u32)
///     .map(|i| {
///         let (x, age) = (i % 4, 30.0 + f64::from(i % 9));
///         let recency = if x == 0 { 0.0 } else { age * f64::from(i % 10 + 1) / 11.0 };
///         Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 5, ln_gaps: 0.0 }
///     })
///     .collect();
/// let (ageing, ageless) = (ggom_nbd::fit(&groups), pareto_nbd::fit(&groups));
/// assert!(ageing.log_likelihood >= ageless.log_likelihood - 1e-6);
/// ```
pub fn fit(groups: &[Group]) -> Fit<Params> {
    let ageless = pareto_nbd::fit(groups);
    let pareto_nbd::Params { r, alpha, s, beta } = ageless.params;
    let (_, age) = super::search::rate_and_age(groups);
    let near = [s.clamp(1e-3, 1e3), beta.clamp(1e-3 * age, 1e4 * age)];
    let mut starts = vec![[r, alpha, 0.03 / age, near[0], near[1]], [r, alpha, 1e-7 / age, s, beta]];
    // There may be several maxima: most may leave early, late, or around one age. The best places to look from.
    let few = Likelihood::of(&sample(groups, total(groups, |_| 1.0), 1_000.0));
    let mut others = Vec::new();
    for growth in [0.3, 1.0, 3.0, 8.0] {
        for shape in [0.1, 0.5, 3.0] {
            for level in [0.2, 2.0, 20.0] {
                let start = [
                    r.clamp(1e-2, 1e2),
                    alpha.clamp(1e-2 * age, 1e3 * age),
                    growth / age,
                    shape,
                    level * age,
                ];
                others.push((few.surface(&start.map(f64::ln)).value, start));
            }
        }
    }
    others.retain(|(value, _)| value.is_finite());
    others.sort_by(|one, other| one.0.total_cmp(&other.0));
    starts.extend(others.iter().take(5).map(|(_, start)| *start));
    let fastest = FASTEST / age;
    let starts: Vec<[f64; 5]> = starts.into_iter().map(|start| inside(start.map(f64::ln), fastest)).collect();
    let Found { mut minimum, mut evaluations, customers } =
        search(groups, &starts, Likelihood::of, |all: &Likelihood, at| bounded(all, at, fastest));
    evaluations += ageless.iterations;
    let all = Likelihood::of(groups);
    let ln_likelihood = -minimum.surface.value * customers;
    if !minimum.converged || ln_likelihood < ageless.log_likelihood - 1e-7 {
        // From the optimum without growth: never worse than Pareto/NBD.
        let start = inside([r, alpha, 1e-9 / age, s, beta].map(f64::ln), fastest);
        let stop = maths::Stop { gradient: 1e-9, evaluations: 200 };
        let again = maths::minimise(start, stop, |at| bounded(&all, at, fastest));
        evaluations += again.evaluations;
        if again.surface.value <= minimum.surface.value || (again.converged && !minimum.converged) {
            minimum = again;
        }
    }
    // Back to ln b, with the curvature there.
    minimum.point = outside(minimum.point, fastest);
    minimum.surface = all.surface(&minimum.point);
    let growth = minimum.point[2].exp();
    let (no_growth, one_age) = (growth * age < 1e-4, growth > 0.99 * fastest);
    // From (b, s, β / b) to the (b, s, β) of the paper: ln(β / b) = ln β − ln b.
    let mut literal = minimum;
    literal.point[4] += literal.point[2];
    let hessian = minimum.surface.hessian;
    let to = |row: [f64; 5]| [row[0], row[1], row[2] - row[4], row[3], row[4]];
    let half = hessian.map(to);
    let transposed: [[f64; 5]; 5] = std::array::from_fn(|i| std::array::from_fn(|j| half[j][i]));
    literal.surface.hessian = transposed.map(to);
    let mut fit = Fit::of(&literal, evaluations, customers, name_ridge);
    if fit.converged && (no_growth || one_age) {
        let uncertainty = match fit.verdict {
            Verdict::Ridge { uncertainty, .. } => uncertainty,
            _ => f64::INFINITY,
        };
        let along = if no_growth { NO_GROWTH } else { ONE_AGE };
        fit.verdict = Verdict::Ridge { along, uncertainty };
        fit.standard_errors = None;
    }
    let [r, alpha, b, s, beta] = fit.params;
    fit.identified = match &fit.verdict {
        Verdict::Ridge { along, .. } if *along == ONE_RATE => {
            Some(Quantity { name: "r / alpha", value: r / alpha, unit: Unit::PerTime })
        }
        Verdict::Ridge { along, .. } if *along == NO_GROWTH || *along == ONE_LIFETIME => {
            Some(Quantity { name: "s b / beta", value: s * b / beta, unit: Unit::PerTime })
        }
        _ => None,
    };
    fit.map(|[r, alpha, b, s, beta]| Params { r, alpha, b, s, beta })
}

/// The most growth within the mean age of customers: beyond e²⁰ all who leave do so at one age, and the likelihood
/// jumps from purchase to purchase instead of having a maximum.
const FASTEST: f64 = 20.0;

/// ln b as the logit of its part of `fastest`, so that a search cannot leave the range; the others as they are.
fn inside(mut point: [f64; 5], fastest: f64) -> [f64; 5] {
    let part = (point[2] - fastest.ln()).exp().min(0.9);
    point[2] = part.ln() - (-part).ln_1p();
    point
}

/// The inverse of [`inside`].
fn outside(mut point: [f64; 5], fastest: f64) -> [f64; 5] {
    point[2] = fastest.ln() - softplus(-point[2]);
    point
}

/// The surface of the likelihood over the logit of [`inside`].
fn bounded(all: &Likelihood, at: &[f64; 5], fastest: f64) -> Surface<5> {
    let mut surface = all.surface(&outside(*at, fastest));
    // d ln b / d logit and its own derivative.
    let rest = one_against(at[2]);
    let bend = -rest * (1.0 - rest) * surface.gradient[2];
    for i in 0..5 {
        surface.hessian[2][i] *= rest;
        surface.hessian[i][2] *= rest;
    }
    surface.hessian[2][2] += bend;
    surface.gradient[2] *= rest;
    surface
}

const ONE_AGE: Ridge = Ridge {
    code: "one_age",
    words: "those who leave do so at about one age, so suddenly that b and beta are not determined",
};
const NO_GROWTH: Ridge = Ridge {
    code: "no_growth",
    words: "the chance of leaving does not grow with time; this is Pareto/NBD, beta / b is its beta, and b alone is not \
            determined",
};

/// Words for the least determined direction, in logarithms of r, α, b, s and β.
fn name_ridge(direction: &[f64; 5]) -> Ridge {
    let [r, alpha, b, s, beta] = *direction;
    if r.abs() + alpha.abs() > b.abs() + s.abs() + beta.abs() {
        ONE_RATE
    } else if b * beta > 0.0 && b.abs().min(beta.abs()) > 0.3 && s.abs() < 0.3 {
        NO_GROWTH
    } else if s * beta > 0.0 && s.abs().min(beta.abs()) > 0.3 {
        ONE_LIFETIME
    } else {
        NO_LEAVING
    }
}

/// The data, laid out for many passes.
struct Likelihood {
    customers: f64,
    by_purchases: ByPurchases,
    /// (slot, customers, recency, age)
    rows: Vec<(u32, f64, f64, f64)>,
}

/// The clock of Gompertz and its first two derivatives by b, as multiples of t: (c, c′, c″).
fn clock(b: f64, t: f64) -> (f64, f64, f64) {
    let z = b * t;
    if z < 0.05 {
        // Σ z^n / (n + 1)!, and the derivatives of it.
        let c = 1.0
            + z / 2.0
                * (1.0 + z / 3.0 * (1.0 + z / 4.0 * (1.0 + z / 5.0 * (1.0 + z / 6.0 * (1.0 + z / 7.0)))));
        let first = 0.5
            + z / 3.0
                * (1.0 + z * (3.0 / 8.0 + z * (0.1 + z * (1.0 / 48.0 + z * (1.0 / 280.0 + z / 1920.0)))));
        let second = 1.0 / 3.0
            + z * (0.25 + z * (0.1 + z * (1.0 / 36.0 + z * (1.0 / 168.0 + z * (1.0 / 960.0 + z / 6480.0)))));
        (t * c, t * t * first, t * t * t * second)
    } else {
        let e = z.exp();
        let c = z.exp_m1() / b;
        let first = (t * e - c) / b;
        (c, first, (t * t * e - 2.0 * first) / b)
    }
}

impl Likelihood {
    fn of(groups: &[Group]) -> Likelihood {
        let (by_purchases, slots) = ByPurchases::of(groups);
        let rows = groups
            .iter()
            .zip(slots)
            .map(|(Group { timing, customers, .. }, slot)| {
                (slot, f64::from(*customers), timing.recency.min(timing.age), timing.age)
            })
            .collect();
        let customers = by_purchases.counts.iter().map(|(_, customers)| customers).sum();
        Likelihood { customers, by_purchases, rows }
    }

    /// Mean negative log-likelihood at the logarithms of r, α, b, s and β / b, with its derivatives by them.
    fn surface(&self, point: &[f64; 5]) -> Surface<5> {
        let params = point.map(f64::exp);
        let [r, alpha, b, s, scale] = params;
        let mut sum = Sums::<5>::new();
        let rising = self.by_purchases.rising(r, 1, 0);
        for ((_, customers), rising) in self.by_purchases.counts.iter().zip(rising) {
            sum.value += customers * rising.ln;
            sum.first[0] += customers * rising.slope;
            sum.second[0][0] += customers * rising.curvature;
        }
        for &(slot, customers, recency, age) in &self.rows {
            let x = f64::from(self.by_purchases.counts[slot as usize].0);
            let shape = r + x;
            let by_alpha = 1.0 / (alpha + age);
            let (bought, end) = ((age / alpha).ln_1p(), Clock::at(b, scale, age));
            sum.value -= customers * (shape * bought + x * alpha.ln() + s * end.from_start);
            sum.first[0] -= customers * bought;
            sum.first[1] += customers * (r * age / alpha - x) * by_alpha;
            sum.second[0][1] += customers * age / alpha * by_alpha;
            sum.second[1][1] += customers * (x - r * age / alpha * (2.0 + age / alpha)) * by_alpha * by_alpha;
            // −s (ln(scale + c) − ln scale)
            let from_start = end.share / scale;
            sum.first[2] -= customers * s * end.b;
            sum.first[3] -= customers * end.from_start;
            sum.first[4] += customers * s * from_start;
            sum.second[2][2] -= customers * s * end.b_b;
            sum.second[2][3] -= customers * end.b;
            sum.second[2][4] -= customers * s * end.b_scale;
            sum.second[3][4] += customers * from_start;
            sum.second[4][4] -= customers * s * from_start * (end.inverse + 1.0 / scale);
            if let Some(odds) = left_odds(params, shape, recency, age) {
                let small = (-odds.value.abs()).exp();
                let p = if odds.value > 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
                sum.value += customers * (odds.value.max(0.0) + small.ln_1p());
                for i in 0..5 {
                    sum.first[i] += customers * p * odds.first[i];
                    for j in i..5 {
                        sum.second[i][j] +=
                            customers * p * (odds.second[i][j] + (1.0 - p) * odds.first[i] * odds.first[j]);
                    }
                }
            }
        }
        sum.surface(params, self.customers)
    }
}

/// h = ln(scale + c(t)) and its derivatives by b and scale.
struct Clock {
    ln: f64,
    /// ln((scale + c) / scale).
    from_start: f64,
    /// c / (scale + c).
    share: f64,
    inverse: f64,
    b: f64,
    b_b: f64,
    b_scale: f64,
}

impl Clock {
    fn at(b: f64, scale: f64, t: f64) -> Clock {
        let ln = ln_clock(b, scale, t);
        if b * t >= FAR {
            // c′ = c (t − 1/b) and c″ = c ((t − 1/b)² + 1/b²), short of what e^(b t) dwarfs.
            let share = (b * t - b.ln() - ln).exp();
            let (inverse, late) = ((-ln).exp(), t - 1.0 / b);
            let by_b = share * late;
            return Clock {
                ln,
                from_start: ln - scale.ln(),
                share,
                inverse,
                b: by_b,
                b_b: share * (late * late + 1.0 / (b * b)) - by_b * by_b,
                b_scale: -by_b * inverse,
            };
        }
        let (c, first, second) = clock(b, t);
        let inverse = 1.0 / (scale + c);
        let by_b = first * inverse;
        Clock {
            ln,
            from_start: (c / scale).ln_1p(),
            share: c * inverse,
            inverse,
            b: by_b,
            b_b: second * inverse - by_b * by_b,
            b_scale: -by_b * inverse,
        }
    }
}

/// ln of P(left) / P(alive) with its derivatives by r, α, b, s and β / b: the integrand's
/// ln s + R ln((α + T) / (α + τ)) + s h(T) − (s + 1) h(τ) + b τ, derived under the integral.
fn left_odds([r, alpha, b, s, scale]: [f64; 5], shape: f64, recency: f64, age: f64) -> Option<Sums<5>> {
    let _ = r;
    let near = alpha.min(scale);
    let reach = ((age - recency) / (near + recency)).ln_1p();
    if reach.is_nan() || reach <= 0.0 {
        return None;
    }
    let (end, by_alpha) = (Clock::at(b, scale, age), 1.0 / (alpha + age));
    // z from the last purchase on: τ + near = (t_x + near) e^z.
    let time = |z: f64| recency + (near + recency) * z.exp_m1();
    let ln_at = |tau: f64| {
        let growth = b * tau;
        shape * ((age - tau) / (alpha + tau)).ln_1p() + s * (end.from_start - ln_from_start(b, scale, tau))
            - ln_clock(b, scale, tau)
            + growth
            + (near + tau).ln()
    };
    // The part of the range that counts: found on a coarse grid, twice.
    let (mut low, mut high) = (0.0, reach);
    for _ in 0..12 {
        const CELLS: usize = 12;
        let step = (high - low) / CELLS as f64;
        let values: [f64; CELLS + 1] = std::array::from_fn(|i| ln_at(time(low + step * i as f64)));
        let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let first = values.iter().position(|value| *value > top - 36.0).unwrap_or(0).saturating_sub(1);
        let last = (values.iter().rposition(|value| *value > top - 36.0).unwrap_or(CELLS) + 1).min(CELLS);
        (low, high) =
            (low + step * first as f64, if last == CELLS { high } else { low + step * last as f64 });
        if last - first > CELLS / 2 {
            break;
        }
    }
    // Around the time at which most have left, strong growth makes a step as narrow as 1 / b.
    let step = (scale * b / s.max(1.0)).ln() / b;
    let mut ends = vec![low];
    for at in [-25.0, -12.0, -5.0, 0.0, 5.0, 12.0, 25.0] {
        let end = ((step + at / b + near) / (near + recency)).ln();
        if end > ends[ends.len() - 1] && end < high {
            ends.push(end);
        }
    }
    ends.push(high);
    let rule = gauss_legendre(16);
    let peak = ends.iter().map(|end| ln_at(time(*end))).fold(f64::NEG_INFINITY, f64::max);
    let mut mass = 0.0;
    let mut mean = [0.0; 5];
    let mut square = [[0.0; 5]; 5];
    let mut own = [0.0; 8];
    let panels = ends.windows(2).flat_map(|pair| {
        let count = ((pair[1] - pair[0]) / 2.0).ceil().clamp(if ends.len() == 2 { 2.0 } else { 1.0 }, 20.0);
        let width = (pair[1] - pair[0]) / count;
        (0..count as u32).map(move |panel| (pair[0] + width * f64::from(panel), width))
    });
    for (start, width) in panels {
        for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
            let tau = time(start + width * node);
            let here = Clock::at(b, scale, tau);
            let inverse_alpha = 1.0 / (alpha + tau);
            let bought = ((age - tau) * inverse_alpha).ln_1p();
            // 1 / (scale + c(T)) − 1 / (scale + c(τ)), with c(T) − c(τ) = e^(b τ) c(T − τ).
            let further = if b * age < FAR {
                -(b * tau).exp() * grown(b, age - tau) * end.inverse * here.inverse
            } else {
                end.inverse - here.inverse
            };
            let nearer = -(age - tau) * by_alpha * inverse_alpha;
            // Both from the start: nothing cancels for large scales.
            let ahead = end.from_start - here.from_start;
            let ln = shape * bought + s * ahead - here.ln + b * tau + (near + tau).ln();
            let density = weight * width * (ln - peak).exp();
            let first = [
                bought,
                shape * nearer,
                s * end.b - (s + 1.0) * here.b + tau,
                1.0 / s + ahead,
                s * further - here.inverse,
            ];
            // Second derivatives of the integrand's logarithm.
            let second = [
                nearer,
                -shape * nearer * (inverse_alpha + by_alpha),
                s * end.b_b - (s + 1.0) * here.b_b,
                end.b - here.b,
                s * end.b_scale - (s + 1.0) * here.b_scale,
                further,
                here.inverse * here.inverse - s * further * (here.inverse + end.inverse),
                0.0,
            ];
            mass += density;
            for i in 0..5 {
                mean[i] += density * first[i];
                for j in i..5 {
                    square[i][j] += density * first[i] * first[j];
                }
            }
            for (sum, value) in own.iter_mut().zip(second) {
                *sum += density * value;
            }
        }
    }
    let mean = mean.map(|sum| sum / mass);
    let own = own.map(|sum| sum / mass);
    let mut odds = Sums::<5>::new();
    odds.value = s.ln() + peak + mass.ln();
    odds.first = mean;
    for i in 0..5 {
        for j in i..5 {
            odds.second[i][j] = square[i][j] / mass - mean[i] * mean[j];
        }
    }
    odds.second[0][1] += own[0];
    odds.second[1][1] += own[1];
    odds.second[2][2] += own[2];
    odds.second[2][3] += own[3];
    odds.second[2][4] += own[4];
    odds.second[3][3] -= 1.0 / (s * s);
    odds.second[3][4] += own[5];
    odds.second[4][4] += own[6];
    Some(odds)
}

#[cfg(test)]
mod tests {
    use super::super::search::tests::{assert_derivatives, small_base};
    use super::*;

    const POINTS: [[f64; 5]; 8] = [
        [0.55, 10.6, 1.0, 1e6, 1e14],
        [0.55, 10.6, 20.0, 0.02, 1e18],
        [0.55, 10.6, 1e-6, 0.6, 11.7],
        [0.55, 10.6, 0.1, 0.6, 11.7],
        [2.0, 0.5, 0.5, 0.05, 30.0],
        [0.1, 90.0, 0.01, 7.0, 1.5],
        [3.0, 1.0, 0.3, 0.3, 1e3],
        [1.0, 10.0, 0.002, 15.0, 5820.0],
    ];

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods() {
        let groups = small_base();
        let likelihood = Likelihood::of(&groups);
        for [r, alpha, b, s, scale] in POINTS {
            let params = Params { r, alpha, b, s, beta: scale * b };
            let sum: f64 =
                groups.iter().map(|g| f64::from(g.customers) * log_likelihood(&g.timing, &params)).sum();
            let surface = likelihood.surface(&[r, alpha, b, s, scale].map(f64::ln));
            let value = -surface.value * likelihood.customers;
            assert!((value / sum - 1.0).abs() < 1e-10, "{params:?}: {value} {sum}");
        }
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        let likelihood = Likelihood::of(&small_base());
        for point in POINTS {
            let point = point.map(f64::ln);
            assert_derivatives(|at| likelihood.surface(at), point, 1e-6);
            let fastest = 2.0 * point[2].exp();
            assert_derivatives(|at| bounded(&likelihood, at, fastest), inside(point, fastest), 1e-6);
        }
    }

    #[test]
    fn the_clock_joins_its_series() {
        for t in [1.0, 40.0] {
            let (near, far) = (clock(0.049_999_999 / t, t), clock(0.050_000_001 / t, t));
            for (near, far) in [(near.0, far.0), (near.1, far.1), (near.2, far.2)] {
                assert!((near / far - 1.0).abs() < 1e-7, "{near} {far}");
            }
        }
    }
}
