//! What BG/NBD, MBG/NBD and their regular forms share: a gamma rate, every k-th tick a purchase, and a beta chance to
//! leave after each of them, the first included or not. The models themselves are thin files beside this one.
//!
//! Reutterer, Platzer & Schröder (2021), "Leveraging purchase regularity for predicting customer behavior the easy
//! way", Int. J. of Research in Marketing 38(1), 194–215. With R = r + k x, u = (T − t_x) / (α + T) and one factor
//! taken out, the likelihood is a sum of two: alive, ψ = Σ_(j<k) (R)_j u^j / j!, and left after the last purchase,
//! a / (b + x − 1) · ((α + T) / (α + t_x))^R, where b is one more if the first purchase counts.

use super::search::{ByPurchases, Found, Rising, Sums, one_against, rate_and_age, search, softplus};
use super::{Group, Leaving, MOST_PHASES, Prospect, Rhythm, Timing};
use crate::fit::{Fit, Quantity, Ridge, Unit, Verdict};
use maths::{Surface, ln_1p, ln_rising};

/// A member of the family.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Ticks a purchase, k.
    pub ticks: u32,
    /// Whether a customer may leave after the first purchase already.
    pub at_first: bool,
}

/// r, α, a and b.
pub(super) type Four = [f64; 4];

impl Form {
    /// Purchases after which a customer of x repeat purchases may have left, less one.
    fn stays(&self, x: u32) -> u32 {
        x + u32::from(self.at_first)
    }

    fn may_have_left(&self, timing: &Timing) -> bool {
        self.at_first || timing.repeat_purchases > 0
    }

    /// Without the factor that only the gaps between purchases decide, which see [`Form::ln_of_gaps`].
    pub fn log_likelihood(&self, timing: &Timing, params: &Four) -> f64 {
        let &[r, alpha, a, b] = params;
        let (n, t) = (timing.repeat_purchases, timing.age);
        let ticks = n * self.ticks;
        let rate = ln_rising(r, ticks) - r * (t / alpha).ln_1p() - f64::from(ticks) * (alpha + t).ln();
        let leaving = ln_rising(b, self.stays(n)) - ln_rising(a + b, self.stays(n));
        let ln_alive = self.ln_alive(timing, params);
        let either =
            if self.may_have_left(timing) { softplus(self.ln_left(timing, params) - ln_alive) } else { 0.0 };
        rate + leaving + ln_alive + either
    }

    /// (k − 1) Σ ln gap − x ln (k − 1)!: what makes different k comparable.
    pub fn ln_of_gaps(&self, repeat_purchases: f64, ln_gaps: f64) -> f64 {
        let ln_factorial = ln_rising(1.0, self.ticks - 1);
        f64::from(self.ticks - 1) * ln_gaps - repeat_purchases * ln_factorial
    }

    pub fn p_alive(&self, timing: &Timing, params: &Four) -> f64 {
        if !self.may_have_left(timing) {
            return 1.0;
        }
        one_against(self.ln_left(timing, params) - self.ln_alive(timing, params))
    }

    pub fn prospect(&self, timing: &Timing, params: &Four) -> Prospect {
        let &[r, alpha, a, b] = params;
        let n = timing.repeat_purchases;
        let shape = r + f64::from(n) * f64::from(self.ticks);
        let silence = (timing.age - timing.recency).max(0.0) / (alpha + timing.age);
        let rhythm = if self.ticks == 1 {
            Rhythm::RANDOM
        } else {
            let mut weights = [0.0; MOST_PHASES];
            let mut weight = 1.0;
            for (j, of_passed) in weights.iter_mut().enumerate().take(self.ticks as usize) {
                *of_passed = weight;
                weight *= (shape + j as f64) * silence / (j as f64 + 1.0);
            }
            Rhythm::new(&weights[..self.ticks as usize])
        };
        Prospect {
            p_alive: self.p_alive(timing, params),
            shape,
            exposure: alpha + timing.age,
            rhythm,
            leaving: Leaving::AfterPurchase { leave: a, stay: b + f64::from(self.stays(n)) },
        }
    }

    pub fn newcomer(&self, params: &Four) -> Prospect {
        self.prospect(&Timing { repeat_purchases: 0, recency: 0.0, age: 0.0 }, params)
    }

    /// ln ψ.
    fn ln_alive(&self, timing: &Timing, &[r, alpha, _, _]: &Four) -> f64 {
        if self.ticks == 1 {
            return 0.0;
        }
        let shape = r + f64::from(timing.repeat_purchases) * f64::from(self.ticks);
        let silence = (timing.age - timing.recency).max(0.0) / (alpha + timing.age);
        let (mut term, mut rest) = (1.0, 0.0);
        for j in 1..self.ticks {
            let j = f64::from(j);
            term *= (shape + j - 1.0) * silence / j;
            rest += term;
        }
        f64::ln_1p(rest)
    }

    /// ln of the second term, for a customer who may have left.
    fn ln_left(&self, timing: &Timing, &[r, alpha, a, b]: &Four) -> f64 {
        let shape = r + f64::from(timing.repeat_purchases) * f64::from(self.ticks);
        let silence = (timing.age - timing.recency).max(0.0) / (alpha + timing.recency);
        // b + (x − 1): with x − 1 taken first, a tiny b is kept when x is one.
        (a / (b + (f64::from(self.stays(timing.repeat_purchases)) - 1.0))).ln() + shape * silence.ln_1p()
    }

    /// Maximum likelihood by Newton's method, see [`search`].
    pub fn fit(&self, groups: &[Group]) -> Fit<Four> {
        let (rate, _) = rate_and_age(groups);
        let rate = rate * f64::from(self.ticks);
        let starts = [(0.5, 0.7, 2.0), (2.0, 0.2, 2.0), (1.0, 3.0, 12.0), (0.2, 0.05, 0.5)]
            .map(|(r, a, b)| [r, r / rate, a, b].map(f64::ln));
        let Found { minimum, evaluations, customers } =
            search(groups, &starts, |groups| Likelihood::of(groups, *self), Likelihood::surface);
        let mut fit = Fit::of(&minimum, evaluations, customers, name_ridge);
        fit.identified = determined(&fit, self.ticks);
        fit
    }
}

const ONE_RATE: Ridge = Ridge {
    code: "one_rate",
    words: "all customers buy at about the same rate; r / alpha is determined, r and alpha alone are not",
};
const ONE_CHANCE: Ridge = Ridge {
    code: "one_chance",
    words: "all customers leave with about the same chance; a / (a + b) is determined, a and b alone are not",
};
const NO_LEAVING: Ridge = Ridge {
    code: "no_leaving",
    words: "hardly any sign of customers leaving, or of their staying; a and b are not determined",
};

/// Words for the least determined direction, in logarithms of r, α, a and b.
fn name_ridge(direction: &Four) -> Ridge {
    let [r, alpha, a, b] = *direction;
    if r.abs() + alpha.abs() > a.abs() + b.abs() {
        ONE_RATE
    } else if a * b > 0.0 && a.abs().min(b.abs()) > 0.3 {
        ONE_CHANCE
    } else {
        NO_LEAVING
    }
}

/// What a ridge leaves determined.
fn determined(fit: &Fit<Four>, ticks: u32) -> Option<Quantity> {
    let Verdict::Ridge { along, .. } = fit.verdict else { return None };
    let [r, alpha, a, b] = fit.params;
    if along == ONE_RATE {
        let value = r / alpha / f64::from(ticks);
        let name = if ticks == 1 { "r / alpha" } else { "r / (k alpha)" };
        Some(Quantity { name, value, unit: Unit::PerTime })
    } else if along == ONE_CHANCE {
        Some(Quantity { name: "a / (a + b)", value: a / (a + b), unit: Unit::Chance })
    } else {
        None
    }
}

/// The data, laid out for many passes: what depends on x alone is gathered by x.
struct Likelihood {
    form: Form,
    customers: f64,
    /// The part of the log-likelihood that no parameter changes.
    of_gaps: f64,
    by_purchases: ByPurchases,
    /// (age, customers) of those of whom nothing but their age matters: they cannot have left.
    once: Vec<(f64, f64)>,
    /// The others.
    others: Vec<Other>,
}

struct Other {
    slot: u32,
    customers: u32,
    recency: f64,
    age: f64,
}

impl Likelihood {
    fn of(groups: &[Group], form: Form) -> Likelihood {
        let (by_purchases, slots) = ByPurchases::of(groups);
        let (mut once, mut others) = (Vec::<(f64, f64)>::new(), Vec::with_capacity(groups.len()));
        let (mut customers, mut of_gaps) = (0.0, 0.0);
        for (Group { timing, customers: of_group, ln_gaps }, slot) in groups.iter().zip(slots) {
            let weight = f64::from(*of_group);
            customers += weight;
            of_gaps += form.ln_of_gaps(f64::from(timing.repeat_purchases) * weight, *ln_gaps);
            if form.ticks == 1 && !form.may_have_left(timing) {
                match once.last_mut() {
                    Some((age, of_age)) if *age == timing.age => *of_age += weight,
                    _ => once.push((timing.age, weight)),
                }
            } else {
                let recency = timing.recency.min(timing.age);
                others.push(Other { slot, customers: *of_group, recency, age: timing.age });
            }
        }
        Likelihood { form, customers, of_gaps, by_purchases, once, others }
    }

    /// Mean negative log-likelihood at the logarithms of r, α, a, b, with its derivatives by them.
    fn surface(&self, point: &Four) -> Surface<4> {
        const R: usize = 0;
        const ALPHA: usize = 1;
        const A: usize = 2;
        const B: usize = 3;
        let [r, alpha, a, b] = point.map(f64::exp);
        let plus = u32::from(self.form.at_first);
        let rising_r = self.by_purchases.rising(r, self.form.ticks, 0);
        let (rising_b, rising_ab) =
            (self.by_purchases.rising(b, 1, plus), self.by_purchases.rising(a + b, 1, plus));
        let mut sum = Sums::<4>::new();
        sum.value = self.of_gaps;
        for (slot, (_, customers)) in self.by_purchases.counts.iter().enumerate() {
            let (of_r, of_b, of_ab): (Rising, Rising, Rising) =
                (rising_r[slot], rising_b[slot], rising_ab[slot]);
            sum.value += customers * (of_r.ln + of_b.ln - of_ab.ln);
            sum.first[R] += customers * of_r.slope;
            sum.first[A] -= customers * of_ab.slope;
            sum.first[B] += customers * (of_b.slope - of_ab.slope);
            sum.second[R][R] += customers * of_r.curvature;
            sum.second[A][A] -= customers * of_ab.curvature;
            sum.second[A][B] -= customers * of_ab.curvature;
            sum.second[B][B] += customers * (of_b.curvature - of_ab.curvature);
        }
        for &(age, customers) in &self.once {
            let grown = ln_1p(age / alpha);
            let inverse = 1.0 / (alpha + age);
            sum.value -= customers * r * grown;
            sum.first[R] -= customers * grown;
            let lost = age / alpha * inverse;
            sum.first[ALPHA] += customers * r * lost;
            sum.second[R][ALPHA] += customers * lost;
            sum.second[ALPHA][ALPHA] -= customers * r * lost * (inverse + 1.0 / alpha);
        }
        // Per x: ticks, their rate's shape, b + x − 1 and ln of the odds a / (b + x − 1).
        let of_slot: Vec<(f64, f64, f64, f64)> = self
            .by_purchases
            .counts
            .iter()
            .map(|(x, _)| {
                let ticks = f64::from(*x) * f64::from(self.form.ticks);
                let stayed = b + (f64::from(self.form.stays(*x)) - 1.0);
                let odds = if self.form.stays(*x) > 0 { (a / stayed).ln() } else { f64::NEG_INFINITY };
                (ticks, r + ticks, 1.0 / stayed, odds)
            })
            .collect();
        let (ln_alpha, inverse_a) = (alpha.ln(), 1.0 / a);
        // Blocks are added up apart: a million terms on one sum would lose the digits that tell the last steps.
        for block in self.others.chunks(1_024) {
            let mut part = Sums::<4>::new();
            for &Other { slot, customers, recency, age } in block {
                let customers = f64::from(customers);
                let (ticks, shape, by_stayed, ln_odds) = of_slot[slot as usize];
                let (by_age, by_recency) = (1.0 / (alpha + age), 1.0 / (alpha + recency));
                let (grown, silent) = (ln_1p(age / alpha), ln_1p((age - recency) * by_recency));
                let alive = if self.form.ticks > 1 {
                    Alive::of(self.form.ticks, shape, (age - recency) * by_age, by_age)
                } else {
                    Alive::CERTAIN
                };
                // u is ln of the odds of having left; s its logistic.
                let u = ln_odds + shape * silent - alive.ln;
                let small = (-u.abs()).exp();
                let s = if u > 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
                let (spread, rest) = (s * (1.0 - s), 1.0 - s);
                // Written so that nothing cancels for large α.
                let nearer = -(age - recency) * by_age * by_recency;
                let (u_r, u_alpha) = (silent - alive.r, shape * nearer - alive.alpha);
                let (u_a, u_b) = (inverse_a, -by_stayed);
                let nearer_square = -nearer * (by_recency + by_age);
                part.value +=
                    customers * (-shape * grown - ticks * ln_alpha + alive.ln + u.max(0.0) + ln_1p(small));
                part.first[R] += customers * (s * silent + rest * alive.r - grown);
                part.first[ALPHA] += customers
                    * ((r * age / alpha - ticks) * by_age + s * shape * nearer + rest * alive.alpha);
                part.first[A] += customers * s * u_a;
                part.first[B] += if s > 0.0 { customers * s * u_b } else { 0.0 };
                part.second[R][R] += customers * (spread * u_r * u_r + rest * alive.r_r);
                part.second[R][ALPHA] += customers
                    * (age / alpha * by_age + s * nearer + spread * u_r * u_alpha + rest * alive.r_alpha);
                part.second[ALPHA][ALPHA] += customers
                    * ((ticks - r * age / alpha * (2.0 + age / alpha)) * by_age * by_age
                        + s * shape * nearer_square
                        + spread * u_alpha * u_alpha
                        + rest * alive.alpha_alpha);
                if s > 0.0 {
                    part.second[R][A] += customers * spread * u_r * u_a;
                    part.second[R][B] += customers * spread * u_r * u_b;
                    part.second[ALPHA][A] += customers * spread * u_alpha * u_a;
                    part.second[ALPHA][B] += customers * spread * u_alpha * u_b;
                    part.second[A][A] += customers * (spread - s) * u_a * u_a;
                    part.second[A][B] += customers * spread * u_a * u_b;
                    part.second[B][B] += customers * (s + spread) * u_b * u_b;
                }
            }
            sum.add(&part);
        }
        sum.surface([r, alpha, a, b], self.customers)
    }
}

/// ln ψ and its derivatives by r and α.
struct Alive {
    ln: f64,
    r: f64,
    alpha: f64,
    r_r: f64,
    r_alpha: f64,
    alpha_alpha: f64,
}

impl Alive {
    const CERTAIN: Alive = Alive { ln: 0.0, r: 0.0, alpha: 0.0, r_r: 0.0, r_alpha: 0.0, alpha_alpha: 0.0 };

    /// `silence` is u, (T − t_x) / (α + T), and `by_age` is 1 / (α + T).
    fn of(ticks: u32, shape: f64, silence: f64, by_age: f64) -> Alive {
        let (mut term, mut sum) = (1.0, 1.0);
        let (mut slope, mut bend) = (0.0, 0.0);
        let (mut r, mut r_r, mut times, mut times_square, mut r_times) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for j in 1..ticks {
            let j = f64::from(j);
            let factor = shape + j - 1.0;
            term *= factor * silence / j;
            slope += 1.0 / factor;
            bend += 1.0 / (factor * factor);
            sum += term;
            r += term * slope;
            r_r += term * (slope * slope - bend);
            times += term * j;
            times_square += term * j * (j + 1.0);
            r_times += term * j * slope;
        }
        let (r, alpha) = (r / sum, -times / sum * by_age);
        Alive {
            ln: sum.ln(),
            r,
            alpha,
            r_r: r_r / sum - r * r,
            r_alpha: -r_times / sum * by_age - r * alpha,
            alpha_alpha: times_square / sum * by_age * by_age - alpha * alpha,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::tests::{assert_derivatives, small_base};
    use super::*;

    const POINTS: [Four; 3] = [[0.4, 5.0, 0.9, 0.3], [2.0, 0.5, 0.05, 3.0], [0.1, 90.0, 7.0, 1.5]];

    fn forms() -> Vec<Form> {
        (1..=4).flat_map(|ticks| [false, true].map(|at_first| Form { ticks, at_first })).collect()
    }

    #[test]
    fn the_surface_is_the_sum_of_log_likelihoods() {
        let groups = small_base();
        let customers: f64 = groups.iter().map(|g| f64::from(g.customers)).sum();
        for form in forms() {
            for params in POINTS {
                let sum: f64 = groups
                    .iter()
                    .map(|g| {
                        let weight = f64::from(g.customers);
                        weight * form.log_likelihood(&g.timing, &params)
                            + form.ln_of_gaps(weight * f64::from(g.timing.repeat_purchases), g.ln_gaps)
                    })
                    .sum();
                let surface = Likelihood::of(&groups, form).surface(&params.map(f64::ln));
                assert!((surface.value * customers / -sum - 1.0).abs() < 1e-11, "{} {sum}", surface.value);
            }
        }
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        for form in forms() {
            let likelihood = Likelihood::of(&small_base(), form);
            for point in POINTS {
                assert_derivatives(|at| likelihood.surface(at), point.map(f64::ln), 1e-6);
            }
        }
    }
}
