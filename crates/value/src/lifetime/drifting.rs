//! Drifting rates: what a customer did long ago tells less of the future than what they did lately.
//!
//! The gamma-Poisson model of NBD with exponential forgetting. After a purchase history with purchases at times
//! t₁ … t_x the next purchase comes at the rate
//!
//! ```text
//! λ(t) = (r + A(t)) / (α + B(t)),   A(t) = Σ e^(−κ (t − t_i)),   B(t) = (1 − e^(−κ t)) / κ,
//! ```
//!
//! that is NBD's rate (r + x) / (α + t) with each purchase and each moment of observation forgotten at the rate κ;
//! κ = 0 is NBD itself. It is the discounted gamma filter of Harvey & Fernandes (1989), "Time Series Models for Count
//! or Qualitative Observations", Journal of Business & Economic Statistics 7(4), 407–417, eqs. 2.7–2.9, put into
//! continuous time, with the population's gamma (r, α) kept as the floor that forgetting returns to. Customers leave
//! as in MBG/NBD (after any purchase, the first included; Batislam, Denizel & Filiztekin 2007) or as in Pareto/NBD
//! (after a lifetime of their own; Schmittlein, Morrison & Colombo 1987, eq. 5). Both are nested at κ = 0.
//!
//! The likelihood is that of a counting process with this intensity (Daley & Vere-Jones 2003, prop. 7.2.III):
//! Σ ln λ(t_i) − ∫ λ, with the integral in closed form between purchases.

use super::{Leaving, Path, Prospect, Rhythm};
use crate::fit::Fit;
use maths::{Dual, Stop, Surface, gauss_legendre, minimise};

/// How customers leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nobody leaves: who was not seen for long is forgotten, and may come back.
    Never,
    /// With a chance of their own after each purchase, as in MBG/NBD.
    AfterPurchase,
    /// After a lifetime of their own, as in Pareto/NBD.
    Lifetime,
}

/// Parameters, all positive; time in weeks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// Shape of the population's gamma of rates.
    pub r: f64,
    /// Its scale parameter, in weeks.
    pub alpha: f64,
    /// κ, how fast the past is forgotten, per week: after ln 2 / κ weeks half of it.
    pub decay: f64,
    /// How customers leave.
    pub way: Way,
    /// a of MBG/NBD, or s of Pareto/NBD; one, without meaning, where nobody leaves.
    pub leave: f64,
    /// b of MBG/NBD, or β of Pareto/NBD in weeks; one, without meaning, where nobody leaves.
    pub stay: f64,
}

impl Params {
    /// Parameters by name: three, or five where customers leave.
    pub fn named(&self) -> Vec<(&'static str, f64)> {
        let mut named = vec![("r", self.r), ("alpha", self.alpha), ("decay", self.decay)];
        match self.way {
            Way::Never => {}
            Way::AfterPurchase => named.extend([("a", self.leave), ("b", self.stay)]),
            Way::Lifetime => named.extend([("s", self.leave), ("beta", self.stay)]),
        }
        named
    }

    fn of(way: Way, [r, alpha, decay, leave, stay]: [f64; 5]) -> Params {
        Params { r, alpha, decay, way, leave, stay }
    }

    fn array(&self) -> [f64; 5] {
        [self.r, self.alpha, self.decay, self.leave, self.stay]
    }
}

/// Days in the unit of time of the parameters.
const WEEK: f64 = 7.0;
/// Nodes for the time of leaving between the last purchase and the day of the valuation.
const NODES: usize = 12;

/// The filter at one moment: remembered purchases A, and α + B with its logarithm.
#[derive(Clone, Copy)]
struct State<const N: usize> {
    hits: Dual<N>,
    exposure: Dual<N>,
    ln_exposure: Dual<N>,
}

/// Parameters with what every step needs of them.
struct Filter<const N: usize> {
    r: Dual<N>,
    alpha: Dual<N>,
    decay: Dual<N>,
    leave: Dual<N>,
    stay: Dual<N>,
    way: Way,
    /// 1 + κ α.
    whole: Dual<N>,
    /// ln of the chance of staying after each of the first 1 + x purchases, by x; for [`Way::AfterPurchase`].
    stayed: Vec<Dual<N>>,
}

/// One customer at the end of the data.
struct Seen<const N: usize> {
    ln_likelihood: Dual<N>,
    /// ln of P(left) / P(alive).
    ln_left_odds: Dual<N>,
    hits: Dual<N>,
    exposure: Dual<N>,
}

impl<const N: usize> Filter<N> {
    fn new(way: Way, [r, alpha, decay, leave, stay]: [Dual<N>; 5], most: usize) -> Filter<N> {
        let mut stayed = Vec::new();
        if way == Way::AfterPurchase {
            let mut sum = Dual::constant(0.0);
            for i in 0..=most {
                // −ln(1 + a / (b + i)): exact where hardly anybody leaves.
                sum = sum - (leave / (stay + i as f64)).ln_1p();
                stayed.push(sum);
            }
        }
        Filter { r, alpha, decay, leave, stay, way, whole: decay * alpha + 1.0, stayed }
    }

    /// ∫ of the intensity over a silence of `weeks`, and the state after it.
    fn pass(&self, state: &State<N>, weeks: f64) -> (Dual<N>, State<N>) {
        if weeks <= 0.0 {
            return (Dual::constant(0.0), *state);
        }
        let forgotten = self.decay * weeks;
        let less_one = (-forgotten).exp_m1();
        // κ ∫ e^(−κ s) ds / κ: the new exposure of the stretch, `weeks` where nothing is forgotten.
        let gained =
            if forgotten.value > 1e-8 { -(less_one / self.decay) } else { (forgotten * -0.5 + 1.0) * weeks };
        // 1 − κ B, how far the exposure is from its ceiling.
        let room = self.whole - self.decay * state.exposure;
        let ratio = gained / state.exposure;
        let growth = ratio * room;
        let grown = growth.ln_1p();
        let per_room = if growth.value.abs() > 1e-6 { grown / room } else { ratio * (growth * -0.5 + 1.0) };
        let integral = self.r * (forgotten + grown) / self.whole + state.hits * per_room;
        let after = State {
            hits: state.hits * (less_one + 1.0),
            exposure: state.exposure * (growth + 1.0),
            ln_exposure: state.ln_exposure + grown,
        };
        (integral, after)
    }

    /// Runs over one customer's purchases.
    fn run(&self, path: &Path<'_>) -> Seen<N> {
        let zero = Dual::constant(0.0);
        let mut state = State { hits: zero, exposure: self.alpha, ln_exposure: self.alpha.ln() };
        let mut ln_likelihood = zero;
        let mut last = 0;
        for &day in path.repeats {
            let (integral, next) = self.pass(&state, f64::from(day - last) / WEEK);
            ln_likelihood = ln_likelihood - integral + (self.r + next.hits).ln() - next.ln_exposure;
            state = State { hits: next.hits + 1.0, ..next };
            last = day;
        }
        let silence = f64::from(path.age.saturating_sub(last)) / WEEK;
        let (silent, end) = self.pass(&state, silence);
        let ln_left_odds;
        match self.way {
            Way::Never => {
                ln_left_odds = Dual::constant(f64::NEG_INFINITY);
                ln_likelihood = ln_likelihood - silent;
            }
            Way::AfterPurchase => {
                let x = path.repeats.len();
                // Left after the last purchase: a / (b + x) of staying on, and no purchase was due any more.
                ln_left_odds = self.leave.ln() - (self.stay + x as f64).ln() + silent;
                let stayed = self.stayed[x.min(self.stayed.len() - 1)];
                ln_likelihood = ln_likelihood + stayed - silent + Dual::ln_add_exp(zero, ln_left_odds);
            }
            Way::Lifetime => {
                let (tx, age) = (f64::from(last) / WEEK, f64::from(path.age) / WEEK);
                let at_last = self.stay + tx;
                let stretch = (self.stay + age).ln() - at_last.ln();
                let ln_alive = -(self.leave * ((self.stay + age).ln() - self.stay.ln()));
                let ln_reached = -(self.leave * (at_last.ln() - self.stay.ln()));
                let mut ln_left = Dual::constant(f64::NEG_INFINITY);
                if silence > 0.0 {
                    let rule = gauss_legendre(NODES);
                    // u = (β + t_x) e^z − β, so that f(u) du = s e^(−s z) dz after the survival to t_x.
                    for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
                        let z = stretch * *node;
                        let waited = at_last * z.exp_m1();
                        let integral = self.pass_by(&state, waited);
                        let term = stretch.ln() + self.leave.ln() + ln_reached - self.leave * z - integral
                            + weight.ln();
                        ln_left = ln_left.ln_add_exp(term);
                    }
                }
                let ln_alive = ln_alive - silent;
                ln_left_odds = ln_left - ln_alive;
                ln_likelihood = ln_likelihood + ln_left.ln_add_exp(ln_alive);
            }
        }
        Seen { ln_likelihood, ln_left_odds, hits: end.hits, exposure: end.exposure }
    }

    /// [`Filter::pass`] over a silence that itself depends on the parameters: only the integral.
    fn pass_by(&self, state: &State<N>, weeks: Dual<N>) -> Dual<N> {
        let forgotten = self.decay * weeks;
        let gained = if forgotten.value > 1e-8 {
            -((-forgotten).exp_m1() / self.decay)
        } else {
            (forgotten * -0.5 + 1.0) * weeks
        };
        let room = self.whole - self.decay * state.exposure;
        let ratio = gained / state.exposure;
        let growth = ratio * room;
        let grown = growth.ln_1p();
        let per_room = if growth.value.abs() > 1e-6 { grown / room } else { ratio * (growth * -0.5 + 1.0) };
        self.r * (forgotten + grown) / self.whole + state.hits * per_room
    }
}

fn plain(params: &Params, most: usize) -> Filter<0> {
    Filter::new(params.way, params.array().map(Dual::constant), most)
}

/// Log-likelihood of one path.
///
/// ```
/// use value::lifetime::{Timing, mbg_nbd, Path, drifting::{self, Params, Way}};
/// // Without forgetting it is MBG/NBD, up to the factorial that a set of purchase times does not have.
/// let params = Params { r: 0.5, alpha: 6.0, decay: 1e-12, way: Way::AfterPurchase, leave: 0.9, stay: 1.6 };
/// let ll = drifting::log_likelihood(&Path { repeats: &[70, 140], age: 280 }, &params);
/// let timing = Timing { repeat_purchases: 2, recency: 20.0, age: 40.0 };
/// let nested = mbg_nbd::Params { r: 0.5, alpha: 6.0, a: 0.9, b: 1.6 };
/// assert!((ll - mbg_nbd::log_likelihood(&timing, &nested)).abs() < 1e-9);
/// ```
pub fn log_likelihood(path: &Path<'_>, params: &Params) -> f64 {
    plain(params, path.repeats.len()).run(path).ln_likelihood.value
}

/// Turns paths into prospects; keeps what all of them share.
pub struct Forecaster {
    filter: Filter<0>,
    params: Params,
    horizon: f64,
}

impl Forecaster {
    /// For paths with at most `most` repeat purchases, looking `horizon` weeks ahead.
    pub fn new(params: &Params, most: usize, horizon: f64) -> Forecaster {
        Forecaster { filter: plain(params, most), params: *params, horizon }
    }

    /// What is known of one customer's future.
    ///
    /// Over the horizon the rate goes on drifting. Left alone, the filter returns to the population's mean as the past
    /// is forgotten; a random walk would stay where it is. The mean lies midway, and the shape is that of a past half
    /// of the horizon older, so that long horizons are less certain.
    pub fn prospect(&self, path: &Path<'_>) -> Prospect {
        let Params { r, alpha, decay, way, leave, stay } = self.params;
        let seen = self.filter.run(path);
        let odds = seen.ln_left_odds.value;
        let p_alive = if odds > 700.0 { 0.0 } else { 1.0 / (1.0 + odds.exp()) };
        let (hits, exposure) = (seen.hits.value, seen.exposure.value);
        let forgotten = decay * self.horizon;
        let kept = if forgotten > 1e-8 { -(-forgotten).exp_m1() / forgotten } else { 1.0 };
        let now = (r + hits) / exposure;
        let returning = (r + hits * kept) / (alpha + (exposure - alpha) * kept);
        let shape = r + hits * (-0.5 * forgotten).exp();
        let leaving = match way {
            Way::Never => Leaving::Never,
            Way::AfterPurchase => {
                Leaving::AfterPurchase { leave, stay: stay + path.repeats.len() as f64 + 1.0 }
            }
            Way::Lifetime => Leaving::Lifetime { shape: leave, scale: stay + f64::from(path.age) / WEEK },
        };
        let exposure = shape / (0.5 * (now + returning));
        Prospect { p_alive, shape, exposure, rhythm: Rhythm::RANDOM, leaving }
    }
}

/// Maximum likelihood over the given paths, from a starting point such as the fit without forgetting.
///
/// Newton's method on logarithms of parameters with the outer product of the scores for the Hessian (Berndt, Hall,
/// Hall & Hausman 1974), derivatives by automatic differentiation; the last Hessian, which tells the standard
/// errors, by differences of exact gradients.
pub fn fit(paths: &[Path<'_>], start: &Params) -> Fit<Params> {
    let way = start.way;
    let most = paths.iter().map(|path| path.repeats.len()).max().unwrap_or(0);
    let customers = paths.len().max(1) as f64;
    let surface = |point: &[f64; 5]| -> Surface<5> {
        let logs = Dual::variables(*point);
        let filter = Filter::new(way, logs.map(Dual::exp), most);
        let mut surface = Surface { value: 0.0, gradient: [0.0; 5], hessian: [[0.0; 5]; 5] };
        for path in paths {
            let ll = filter.run(path).ln_likelihood;
            surface.value -= ll.value / customers;
            for i in 0..5 {
                surface.gradient[i] -= ll.slope[i] / customers;
                for j in 0..5 {
                    surface.hessian[i][j] += ll.slope[i] * ll.slope[j] / customers;
                }
            }
        }
        if way == Way::Never {
            // Two directions that are not there must not look like a ridge.
            surface.hessian[3][3] = 1.0;
            surface.hessian[4][4] = 1.0;
        }
        surface
    };
    let mut minimum =
        minimise(start.array().map(f64::ln), Stop { gradient: 1e-5, evaluations: 60 }, |point| {
            surface(point)
        });
    // The true Hessian, for standard errors and the verdict.
    const STEP: f64 = 1e-4;
    let mut hessian = [[0.0; 5]; 5];
    for i in 0..5 {
        let moved = |by: f64| {
            let mut point = minimum.point;
            point[i] += by;
            surface(&point).gradient
        };
        let (up, down) = (moved(STEP), moved(-STEP));
        for j in 0..5 {
            hessian[i][j] += (up[j] - down[j]) / (4.0 * STEP);
            hessian[j][i] += (up[j] - down[j]) / (4.0 * STEP);
        }
    }
    if way == Way::Never {
        (hessian[3][3], hessian[4][4]) = (1.0, 1.0);
    }
    minimum.surface.hessian = hessian;
    minimum.converged |= minimum.gradient_norm < 1e-4;
    let evaluations = minimum.evaluations + 10;
    let fit = Fit::of(&minimum, evaluations, customers, name_ridge);
    let free = if way == Way::Never { 3 } else { 5 };
    Fit { free, ..fit.map(|array| Params::of(way, array)) }
}

/// [`fit`] from the parameters (r, α, leave, stay) of the nested model without forgetting, which is tried from a slow
/// and a fast decay; the likelier end stands.
pub fn fit_from(paths: &[Path<'_>], way: Way, nested: [f64; 4]) -> Fit<Params> {
    // Along a ridge of the nested model parameters may be endless; the search starts from where it can move.
    let [r, alpha, leave, stay] = nested.map(|parameter| parameter.clamp(1e-4, 1e4));
    let weeks =
        paths.iter().map(|path| f64::from(path.age)).sum::<f64>() / (WEEK * paths.len().max(1) as f64);
    let tries = [0.2, 2.0].map(|forgotten| {
        let decay = forgotten / weeks.max(1.0 / WEEK);
        fit(paths, &Params { r, alpha, decay, way, leave, stay })
    });
    let [slow, fast] = tries;
    let better = |one: &Fit<Params>, other: &Fit<Params>| {
        (one.converged, one.log_likelihood) > (other.converged, other.log_likelihood)
    };
    if better(&fast, &slow) { fast } else { slow }
}

fn name_ridge(direction: &[f64; 5]) -> &'static str {
    let [r, alpha, decay, leave, stay] = direction.map(f64::abs);
    if decay > r.max(alpha).max(leave).max(stay) {
        "rates do not drift; how fast the past is forgotten is not determined"
    } else if r + alpha > leave + stay {
        "all customers buy at about the same rate; r / alpha is determined, r and alpha alone are not"
    } else {
        "hardly any sign of customers leaving, or all leave alike; how chances to leave differ is not determined"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [Path<'static>; 5] = [
        Path { repeats: &[], age: 200 },
        Path { repeats: &[3, 50, 51, 120], age: 230 },
        Path { repeats: &[200], age: 200 },
        Path { repeats: &[7, 14, 21, 28, 35, 42, 49, 56, 63], age: 300 },
        Path { repeats: &[1], age: 900 },
    ];

    fn params(way: Way) -> Params {
        Params { r: 0.6, alpha: 5.0, decay: 0.03, way, leave: 0.7, stay: 4.0 }
    }

    /// The same by small steps in time, straight from the definition.
    fn by_steps(path: &Path<'_>, p: &Params) -> f64 {
        let steps = 2_000;
        let rate = |t: f64, before: usize| {
            let hits: f64 =
                path.repeats[..before].iter().map(|day| (-p.decay * (t - f64::from(*day) / 7.0)).exp()).sum();
            (p.r + hits) / (p.alpha - (-p.decay * t).exp_m1() / p.decay)
        };
        let integral = |from: f64, to: f64, before: usize| -> f64 {
            let width = (to - from) / f64::from(steps);
            (0..steps).map(|i| width * rate(from + (f64::from(i) + 0.5) * width, before)).sum()
        };
        let (mut ll, mut last) = (0.0, 0.0);
        for (before, day) in path.repeats.iter().enumerate() {
            let t = f64::from(*day) / 7.0;
            ll += rate(t, before).ln() - integral(last, t, before);
            last = t;
        }
        let x = path.repeats.len();
        let age = f64::from(path.age) / 7.0;
        let silent = (-integral(last, age, x)).exp();
        match p.way {
            Way::Never => ll + silent.ln(),
            Way::AfterPurchase => {
                let stayed: f64 =
                    (0..=x).map(|i| ((p.stay + i as f64) / (p.leave + p.stay + i as f64)).ln()).sum();
                ll + stayed + (silent + p.leave / (p.stay + x as f64)).ln()
            }
            Way::Lifetime => {
                let survival = |t: f64| (1.0 + t / p.stay).powf(-p.leave);
                let width = (age - last) / f64::from(steps);
                let (mut left, mut passed) = (0.0, 0.0);
                for i in 0..steps {
                    let t = last + f64::from(i) * width;
                    let here = rate(t + 0.5 * width, x) * width;
                    left += (survival(t) - survival(t + width)) * (-(passed + 0.5 * here)).exp();
                    passed += here;
                }
                ll + (left + survival(age) * silent).ln()
            }
        }
    }

    #[test]
    fn the_likelihood_is_that_of_the_definition() {
        for way in [Way::Never, Way::AfterPurchase, Way::Lifetime] {
            for path in &PATHS {
                let (closed, stepped) = (log_likelihood(path, &params(way)), by_steps(path, &params(way)));
                assert!((closed - stepped).abs() < 3e-5, "{way:?} {path:?}: {closed} {stepped}");
            }
        }
    }

    #[test]
    fn slopes_agree_with_differences() {
        for way in [Way::Never, Way::AfterPurchase, Way::Lifetime] {
            let point = params(way).array().map(f64::ln);
            for path in &PATHS {
                let filter = Filter::new(way, Dual::variables(point).map(Dual::exp), 10);
                let exact = filter.run(path).ln_likelihood.slope;
                for i in 0..5 {
                    let moved = |by: f64| {
                        let mut point = point;
                        point[i] += by;
                        log_likelihood(path, &Params::of(way, point.map(f64::exp)))
                    };
                    let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                    assert!((slope - exact[i]).abs() < 1e-6, "{way:?} {path:?} {i}: {slope} {}", exact[i]);
                }
            }
        }
    }

    #[test]
    fn forgetting_counts_the_recent_more() {
        let drifting = Forecaster::new(&params(Way::Lifetime), 10, 10.0);
        let early = drifting.prospect(&Path { repeats: &[10, 20, 30, 40, 50, 60, 70, 490], age: 500 });
        let late = drifting.prospect(&Path { repeats: &[10, 430, 440, 450, 460, 470, 480, 490], age: 500 });
        assert!(late.shape / late.exposure > 1.5 * early.shape / early.exposure, "{early:?} {late:?}");
    }
}
