//! BG/NBD: purchases come at a rate that differs between customers, and a customer may leave after any of them.
//!
//! Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model",
//! Marketing Science 24(2), 275–284. The first purchase opens the history and is not counted in x. Its trap: a
//! customer without a repeat purchase has had no chance to leave, so `p_alive` is one for them.

use super::{Group, Prospect, Timing};
use crate::fit::{Fit, judge};
use maths::{Minimum, Stop, Surface, ln_rising, minimise};

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
    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 4] {
        [("r", self.r), ("alpha", self.alpha), ("a", self.a), ("b", self.b)]
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
    let &Params { r, alpha, a, b } = params;
    let (n, t) = (timing.repeat_purchases, timing.age);
    let x = f64::from(n);
    let rate = ln_rising(r, n) - r * (t / alpha).ln_1p() - x * (alpha + t).ln();
    let leaving = ln_rising(b, n) - ln_rising(a + b, n);
    let either = if n > 0 { softplus(ln_left_odds(timing, params)) } else { 0.0 };
    rate + leaving + either
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
    if timing.repeat_purchases == 0 {
        return 1.0;
    }
    let odds = ln_left_odds(timing, params);
    // Kept away from the subnormal numbers, where relative precision ends.
    if odds > 700.0 { 0.0 } else { 1.0 / (1.0 + odds.exp()) }
}

/// What is known of the customer's future: given alive, rate and chance to leave keep their families with
/// r + x, α + T and a, b + x (Fader, Hardie & Lee 2005, appendix).
pub fn prospect(timing: &Timing, params: &Params) -> Prospect {
    let x = f64::from(timing.repeat_purchases);
    Prospect {
        p_alive: p_alive(timing, params),
        shape: params.r + x,
        exposure: params.alpha + timing.age,
        leave: params.a,
        stay: params.b + x,
    }
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

/// ln of P(left after the last purchase) / P(alive), for a customer with repeat purchases.
fn ln_left_odds(timing: &Timing, params: &Params) -> f64 {
    let x = f64::from(timing.repeat_purchases);
    let silence = (timing.age - timing.recency) / (params.alpha + timing.recency);
    // b + (x − 1): with x − 1 taken first, a tiny b is kept when x is one.
    params.a.ln() - (params.b + (x - 1.0)).ln() + (params.r + x) * silence.ln_1p()
}

/// ln(1 + e^u) without overflow.
fn softplus(u: f64) -> f64 {
    u.max(0.0) + (-u.abs()).exp().ln_1p()
}

/// Maximum likelihood over all customers.
///
/// Newton's method on the logarithms of the parameters, with analytic gradient and Hessian, from several starting
/// points on a sample and from the best of them on everybody. Multiplying all times by one number multiplies
/// `alpha` by it and changes nothing else. Needs at least one customer with a repeat purchase; see
/// [`super::fit`], which refuses bases too small to carry four parameters. Where the data leave a direction open
/// (nobody ever leaves, or all have the same rate), parameters run along it until the likelihood no longer
/// changes and the verdict names the ridge.
pub fn fit(groups: &[Group]) -> Fit<Params> {
    let customers: f64 = groups.iter().map(|group| f64::from(group.customers)).sum();
    let sample = sample(groups, customers);
    let purchases: f64 = total(&sample, |timing| f64::from(timing.repeat_purchases));
    let time: f64 = total(&sample, |timing| timing.age);
    let rate = (purchases / time).clamp(f64::MIN_POSITIVE, 1e300);
    let on_sample = Likelihood::of(&sample);
    let mut evaluations = 0;
    let mut search = |likelihood: &Likelihood, start: [f64; 4], stop: Stop| -> Minimum<4> {
        let minimum = minimise(start, stop, |point| likelihood.surface(point));
        evaluations += minimum.evaluations;
        minimum
    };
    let starts = [(0.5, 0.7, 2.0), (2.0, 0.2, 2.0), (1.0, 3.0, 12.0), (0.2, 0.05, 0.5)];
    let mut found: Vec<Minimum<4>> = starts
        .map(|(r, a, b)| {
            let start = [r, r / rate, a, b].map(f64::ln);
            search(&on_sample, start, Stop { gradient: 1e-6, evaluations: 100 })
        })
        .into_iter()
        .filter(|minimum| minimum.surface.value.is_finite())
        .collect();
    found.sort_by(|one, other| one.surface.value.total_cmp(&other.surface.value));
    let on_all = Likelihood::of(groups);
    let careful = Stop { gradient: 1e-9, evaluations: 200 };
    let first = found.first().map_or([0.5, 0.5 / rate, 0.7, 2.0].map(f64::ln), |minimum| minimum.point);
    let mut best = search(&on_all, first, careful);
    for other in found.iter().skip(1) {
        if best.converged {
            break;
        }
        let again = search(&on_all, other.point, careful);
        if again.converged || again.surface.value < best.surface.value {
            best = again;
        }
    }
    let (verdict, errors) = judge(&best, customers, name_ridge);
    let params = |[r, alpha, a, b]: [f64; 4]| Params { r, alpha, a, b };
    Fit {
        params: params(best.point.map(f64::exp)),
        standard_errors: errors.map(params),
        log_likelihood: -best.surface.value * customers,
        converged: best.converged,
        gradient_norm: best.gradient_norm,
        iterations: evaluations,
        customers: customers as u64,
        verdict,
    }
}

/// Words for the least determined direction, in logarithms of r, α, a and b.
fn name_ridge(direction: &[f64; 4]) -> &'static str {
    let [r, alpha, a, b] = *direction;
    if r.abs() + alpha.abs() > a.abs() + b.abs() {
        "all customers buy at about the same rate; r / alpha is determined, r and alpha alone are not"
    } else if a * b > 0.0 && a.abs().min(b.abs()) > 0.3 {
        "all customers leave with about the same chance; a / (a + b) is determined, a and b alone are not"
    } else {
        "hardly any sign of customers leaving, or of their staying; a and b are not determined"
    }
}

fn total(groups: &[Group], of: impl Fn(&Timing) -> f64) -> f64 {
    groups.iter().map(|group| f64::from(group.customers) * of(&group.timing)).sum()
}

/// At most a few thousand customers at even distances along the groups, to find the region of the maximum.
fn sample(groups: &[Group], customers: f64) -> Vec<Group> {
    const ENOUGH: f64 = 4_000.0;
    if customers <= ENOUGH {
        return groups.to_vec();
    }
    let stride = customers / ENOUGH;
    let (mut passed, mut next) = (0.0, 0.5 * stride);
    let mut sample = Vec::new();
    for group in groups {
        passed += f64::from(group.customers);
        let taken = ((passed - next) / stride).floor() + 1.0;
        if taken >= 1.0 {
            sample.push(Group { customers: taken as u32, ..*group });
            next += taken * stride;
        }
    }
    sample
}

/// The data, laid out for many passes: what depends on x alone is gathered by x.
struct Likelihood {
    customers: f64,
    /// Customers by number of repeat purchases.
    by_purchases: Vec<f64>,
    /// (age, customers) of those without repeat purchases.
    once: Vec<(f64, f64)>,
    /// The others.
    repeaters: Vec<Repeater>,
}

struct Repeater {
    x: u32,
    recency: f64,
    age: f64,
    customers: f64,
}

/// Per number of repeat purchases, what the parameters make of it.
#[derive(Clone, Copy, Default)]
struct Rising {
    ln: f64,
    slope: f64,
    curvature: f64,
}

impl Rising {
    /// ln (start)ₓ and its first two derivatives by `start`, for x = 0 … `most`.
    fn table(start: f64, most: usize) -> Vec<Rising> {
        let mut table = Vec::with_capacity(most + 1);
        let mut here = Rising::default();
        table.push(here);
        for i in 0..most {
            let factor = start + i as f64;
            here.ln += factor.ln();
            here.slope += 1.0 / factor;
            here.curvature -= 1.0 / (factor * factor);
            table.push(here);
        }
        table
    }
}

impl Likelihood {
    fn of(groups: &[Group]) -> Likelihood {
        let most = groups.iter().map(|group| group.timing.repeat_purchases).max().unwrap_or(0);
        let mut by_purchases = vec![0.0; most as usize + 1];
        let (mut once, mut repeaters) = (Vec::<(f64, f64)>::new(), Vec::new());
        for Group { timing, customers } in groups {
            let (x, customers) = (timing.repeat_purchases, f64::from(*customers));
            by_purchases[x as usize] += customers;
            if x == 0 {
                match once.last_mut() {
                    Some((age, of_age)) if *age == timing.age => *of_age += customers,
                    _ => once.push((timing.age, customers)),
                }
            } else {
                repeaters.push(Repeater { x, recency: timing.recency, age: timing.age, customers });
            }
        }
        Likelihood { customers: by_purchases.iter().sum(), by_purchases, once, repeaters }
    }

    /// Mean negative log-likelihood at the logarithms of r, α, a, b, with its derivatives by them.
    fn surface(&self, point: &[f64; 4]) -> Surface<4> {
        let [r, alpha, a, b] = point.map(f64::exp);
        let most = self.by_purchases.len() - 1;
        let (rising_r, rising_b) = (Rising::table(r, most), Rising::table(b, most));
        let rising_ab = Rising::table(a + b, most);
        let mut sum = Sums::default();
        for (x, customers) in self.by_purchases.iter().enumerate().filter(|(_, customers)| **customers > 0.0)
        {
            let (of_r, of_b, of_ab) = (rising_r[x], rising_b[x], rising_ab[x]);
            sum.value += customers * (of_r.ln + of_b.ln - of_ab.ln);
            sum.r += customers * of_r.slope;
            sum.a -= customers * of_ab.slope;
            sum.b += customers * (of_b.slope - of_ab.slope);
            sum.rr += customers * of_r.curvature;
            sum.aa -= customers * of_ab.curvature;
            sum.ab -= customers * of_ab.curvature;
            sum.bb += customers * (of_b.curvature - of_ab.curvature);
        }
        let (ln_alpha, ln_a, ln_odds_b) = (alpha.ln(), a.ln(), ln_counts_from(b, most));
        for &(age, customers) in &self.once {
            let grown = (age / alpha).ln_1p();
            let inverse = 1.0 / (alpha + age);
            sum.value -= customers * r * grown;
            sum.r -= customers * grown;
            sum.alpha += customers * r * (1.0 / alpha - inverse);
            sum.r_alpha += customers * (1.0 / alpha - inverse);
            sum.alpha_alpha += customers * r * (inverse * inverse - 1.0 / (alpha * alpha));
        }
        for &Repeater { x: n, recency, age, customers } in &self.repeaters {
            let x = f64::from(n);
            let shape = r + x;
            let (by_age, by_recency) = (1.0 / (alpha + age), 1.0 / (alpha + recency));
            let (grown, silent) = ((age / alpha).ln_1p(), ((age - recency) * by_recency).ln_1p());
            let stayed = b + (x - 1.0);
            // u is ln of the odds of having left; s its logistic.
            let u = ln_a - ln_odds_b[n as usize - 1] + shape * silent;
            let small = (-u.abs()).exp();
            let s = if u > 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
            let spread = s * (1.0 - s);
            let nearer = by_age - by_recency;
            let (u_r, u_alpha, u_a, u_b) = (silent, shape * nearer, 1.0 / a, -1.0 / stayed);
            let nearer_square = by_recency * by_recency - by_age * by_age;
            sum.value += customers * (-shape * grown - x * ln_alpha + u.max(0.0) + small.ln_1p());
            sum.r += customers * (s * u_r - grown);
            sum.alpha += customers * (r / alpha - shape * by_age + s * u_alpha);
            sum.a += customers * s * u_a;
            sum.b += customers * s * u_b;
            sum.rr += customers * spread * u_r * u_r;
            sum.r_alpha += customers * (1.0 / alpha - by_age + s * nearer + spread * u_r * u_alpha);
            sum.r_a += customers * spread * u_r * u_a;
            sum.r_b += customers * spread * u_r * u_b;
            sum.alpha_alpha += customers
                * (shape * by_age * by_age - r / (alpha * alpha)
                    + s * shape * nearer_square
                    + spread * u_alpha * u_alpha);
            sum.alpha_a += customers * spread * u_alpha * u_a;
            sum.alpha_b += customers * spread * u_alpha * u_b;
            sum.aa += customers * (spread - s) * u_a * u_a;
            sum.ab += customers * spread * u_a * u_b;
            sum.bb += customers * (s + spread) * u_b * u_b;
        }
        sum.surface([r, alpha, a, b], self.customers)
    }
}

/// ln(b + k) for k = 0 … `most`.
fn ln_counts_from(b: f64, most: usize) -> Vec<f64> {
    (0..=most).map(|k| (b + k as f64).ln()).collect()
}

/// Log-likelihood and its derivatives by the parameters themselves, summed over customers.
#[derive(Default)]
struct Sums {
    value: f64,
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
    rr: f64,
    r_alpha: f64,
    r_a: f64,
    r_b: f64,
    alpha_alpha: f64,
    alpha_a: f64,
    alpha_b: f64,
    aa: f64,
    ab: f64,
    bb: f64,
}

impl Sums {
    /// The mean of the negative, by the logarithms of the parameters.
    fn surface(&self, params: [f64; 4], customers: f64) -> Surface<4> {
        let slopes = [self.r, self.alpha, self.a, self.b];
        let curvatures = [
            [self.rr, self.r_alpha, self.r_a, self.r_b],
            [self.r_alpha, self.alpha_alpha, self.alpha_a, self.alpha_b],
            [self.r_a, self.alpha_a, self.aa, self.ab],
            [self.r_b, self.alpha_b, self.ab, self.bb],
        ];
        let gradient = std::array::from_fn(|i| -params[i] * slopes[i] / customers);
        let hessian = std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let own = if i == j { gradient[i] } else { 0.0 };
                own - params[i] * params[j] * curvatures[i][j] / customers
            })
        });
        Surface { value: -self.value / customers, gradient, hessian }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small_base() -> Vec<Group> {
        let mut groups = Vec::new();
        for i in 0..40_u32 {
            let age = 20.0 + f64::from(i % 7) * 3.0;
            let x = i % 5;
            let recency = if x == 0 { 0.0 } else { age * (0.2 + 0.02 * f64::from(i)).min(1.0) };
            groups.push(Group { timing: Timing { repeat_purchases: x, recency, age }, customers: 1 + i % 3 });
        }
        groups
    }

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods() {
        let groups = small_base();
        let params = Params { r: 0.4, alpha: 5.0, a: 0.9, b: 0.3 };
        let sum: f64 =
            groups.iter().map(|g| f64::from(g.customers) * log_likelihood(&g.timing, &params)).sum();
        let customers: f64 = groups.iter().map(|g| f64::from(g.customers)).sum();
        let surface = Likelihood::of(&groups).surface(&[0.4, 5.0, 0.9, 0.3].map(f64::ln));
        assert!((surface.value * customers + sum).abs() < 1e-10, "{} {sum}", surface.value * customers);
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        let likelihood = Likelihood::of(&small_base());
        for point in [[0.4, 5.0, 0.9, 0.3], [2.0, 0.5, 0.05, 3.0], [0.1, 90.0, 7.0, 1.5]] {
            let point = point.map(f64::ln);
            let at = likelihood.surface(&point);
            let h = 1e-5;
            for i in 0..4 {
                let moved = |by: f64| {
                    let mut moved = point;
                    moved[i] += by;
                    likelihood.surface(&moved)
                };
                let (up, down) = (moved(h), moved(-h));
                let slope = (up.value - down.value) / (2.0 * h);
                assert!(
                    (slope - at.gradient[i]).abs() < 1e-7,
                    "slope {i} at {point:?}: {slope} {:?}",
                    at.gradient
                );
                for j in 0..4 {
                    let curvature = (up.gradient[j] - down.gradient[j]) / (2.0 * h);
                    assert!((curvature - at.hessian[i][j]).abs() < 1e-6, "curvature {i} {j} at {point:?}");
                }
            }
        }
    }

    #[test]
    fn a_sample_keeps_the_shape_of_the_base() {
        let groups: Vec<Group> = (0..1_000)
            .map(|i| Group {
                timing: Timing { repeat_purchases: i % 10, recency: 1.0, age: 2.0 },
                customers: if i % 10 == 0 { 91 } else { 1 },
            })
            .collect();
        let sample = sample(&groups, 10_000.0);
        let customers: u32 = sample.iter().map(|group| group.customers).sum();
        assert_eq!(customers, 4_000);
        let once: u32 = sample.iter().filter(|g| g.timing.repeat_purchases == 0).map(|g| g.customers).sum();
        assert!((3_600..=3_680).contains(&once), "{once}");
    }
}
