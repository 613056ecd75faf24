//! Who is active under Pareto/NBD, for very many customers whose purchases may lie anywhere in time.
//!
//! Who is active at t after x repeat purchases leaves before buying again with the chance
//!
//! ```text
//! K_x(t) = s ∫ (A / (A + u))^(r + x) (B / (B + u))^s du / (B + u)   over u ≥ 0,   A = α + t, B = β + t,
//! ```
//!
//! which depends on t through A / B alone. Parting the integral of [`super::pareto_nbd`] at T, the odds of having left by T
//! against being active are
//!
//! ```text
//! K_x(t_x) (A(T) / A(t_x))^(r + x) (B(T) / B(t_x))^s − K_x(T).
//! ```
//!
//! So one smooth curve for each number of purchases, kept as a Chebyshev series over A / B, serves all customers of that
//! number. A series is used only where it gives, at times between those it was made of, what the integral gives; numbers that
//! few customers have are computed one by one.

use super::pareto_nbd::{Params, ln_left_odds, p_alive, prospect_of};
use super::search::one_against;
use super::table::{clenshaw, series};
use super::{Prospect, Timing};
use maths::ln_integral;
use std::f64::consts::PI;

/// Series for one model, by number of purchases.
pub(super) struct ByNumber {
    params: Params,
    /// The series reach up to this age.
    oldest: f64,
    /// The geometric middle of A / B, and how far its map to −1 … 1 reaches.
    middle: f64,
    reach: f64,
    /// By number of purchases; empty where there is none.
    coefficients: Vec<Vec<f64>>,
}

/// Degrees tried for a series, in order.
const DEGREES: [usize; 6] = [6, 9, 14, 20, 32, 48];
/// A series is made for a number that so many customers have for each of its coefficients.
const WORTH: usize = 40;
/// Numbers of purchases from here on are rare.
const MOST: usize = 4_096;
/// The largest error that a series may have, as a part of what it tells.
const EXACT: f64 = 1e-12;
/// Where the power of e in the odds is larger than this, they are computed one by one, in logarithms.
const LARGE: f64 = 600.0;

impl ByNumber {
    /// Series for these customers.
    pub fn of(params: &Params, timings: &[Timing]) -> ByNumber {
        let mut customers = vec![0_usize; MOST];
        let mut oldest = 0.0_f64;
        for timing in timings {
            oldest = oldest.max(timing.age);
            if let Some(count) = customers.get_mut(timing.repeat_purchases as usize) {
                *count += 1;
            }
        }
        let ends = [0.0, oldest].map(|age| (params.alpha + age) / (params.beta + age));
        let [low, high] = [ends[0].min(ends[1]), ends[0].max(ends[1])];
        let middle = (low * high).sqrt();
        // A hair wider than the ages, so that none falls outside by rounding; never a point.
        let reach = ((high - middle) / (high + middle)).max(1e-6) * (1.0 + 1e-9);
        let mut found = ByNumber { params: *params, oldest, middle, reach, coefficients: Vec::new() };
        if !(oldest.is_finite() && middle.is_finite() && middle > 0.0) {
            return found;
        }
        let worth =
            customers.iter().rposition(|count| *count >= WORTH * DEGREES[0]).map_or(0, |last| last + 1);
        // What one number needs the next one mostly needs as well.
        let mut from = 0;
        for (x, customers) in customers[..worth].iter().enumerate() {
            let tried = DEGREES[from..].iter().take_while(|degree| *customers >= WORTH * **degree);
            let mut coefficients = Vec::new();
            for (more, degree) in tried.enumerate() {
                if let Some(exact) = found.made(x as u32, *degree) {
                    coefficients = exact;
                    from += more;
                    break;
                }
            }
            found.coefficients.push(coefficients);
        }
        found
    }

    /// The series of a number, if it is exact.
    fn made(&self, x: u32, degree: usize) -> Option<Vec<f64>> {
        let shape = self.params.r + f64::from(x);
        let at_nodes: Vec<f64> = (0..degree)
            .map(|i| {
                let y = self.reach * (PI * (i as f64 + 0.5) / degree as f64).cos();
                leaves_first(self.middle * (1.0 + y) / (1.0 - y), shape, self.params.s)
            })
            .collect();
        let mut coefficients = series(&at_nodes);
        // What is left out is far below what is told.
        let least = at_nodes.iter().fold(f64::INFINITY, |least, value| least.min(value.abs()));
        let mut left_out = 0.0;
        while let Some(last) = coefficients.last().filter(|_| coefficients.len() > 2) {
            left_out += last.abs();
            if left_out > 0.01 * EXACT * least {
                break;
            }
            coefficients.pop();
        }
        let exact = (0..BETWEEN.len()).all(|i| {
            let age = self.oldest * BETWEEN[i];
            let recency = if x == 0 { 0.0 } else { age * BETWEEN[(i + 2) % BETWEEN.len()] };
            let timing = Timing { repeat_purchases: x, recency, age };
            let careful = one_against(ln_left_odds(&timing, &self.params));
            self.by(&coefficients, &timing).is_none_or(|told| (told - careful).abs() <= EXACT * careful)
        });
        exact.then_some(coefficients)
    }

    /// Chance of being active, 0 to 1.
    #[inline]
    pub fn p_alive(&self, timing: &Timing) -> f64 {
        match self.coefficients.get(timing.repeat_purchases as usize) {
            Some(coefficients) if !coefficients.is_empty() => self.by(coefficients, timing),
            _ => None,
        }
        .unwrap_or_else(|| p_alive(timing, &self.params))
    }

    /// What is known of the customer's future.
    #[inline]
    pub fn prospect(&self, timing: &Timing) -> Prospect {
        prospect_of(self.p_alive(timing), timing, &self.params)
    }

    /// By a series; `None` outside its ages and where the odds are too large for it.
    #[inline]
    fn by(&self, coefficients: &[f64], &Timing { repeat_purchases, recency, age }: &Timing) -> Option<f64> {
        let Params { r, alpha, s, beta } = self.params;
        if !(0.0 <= recency && recency <= age && age <= self.oldest) {
            return None;
        }
        let (bought, left) = (alpha + recency, beta + recency);
        let silence = age - recency;
        let power = (r + f64::from(repeat_purchases)) * maths::ln_1p(silence / bought)
            + s * maths::ln_1p(silence / left);
        if power > LARGE {
            return None;
        }
        let at_last = clenshaw(coefficients, self.place(bought, left));
        let at_end = clenshaw(coefficients, self.place(alpha + age, beta + age));
        Some(1.0 / (1.0 + (at_last * power.exp() - at_end).max(0.0)))
    }

    /// Where A / B stands between −1 and 1.
    #[inline]
    fn place(&self, a: f64, b: f64) -> f64 {
        let b = self.middle * b;
        (a - b) / ((a + b) * self.reach)
    }
}

/// Parts of the oldest age, between those that any series is made of, at which it is checked.
const BETWEEN: [f64; 5] = [0.987, 0.031, 0.41, 0.73, 0.13];

/// The chance to leave before buying again of one who is active, where A is `ratio` times B.
fn leaves_first(ratio: f64, shape: f64, leave: f64) -> f64 {
    // In units of B; u = near (e^z − 1), as in `pareto_nbd`.
    let (near, far, of_near, of_far) =
        if ratio <= 1.0 { (ratio, 1.0, shape, leave) } else { (1.0, ratio, leave, shape) };
    /// What is beyond is less than e^−this of the whole.
    const NEGLIGIBLE: f64 = 50.0;
    /// From here on u is all there is beside A and B.
    const FAR: f64 = 600.0;
    let reach = (NEGLIGIBLE + of_far * (far / near).ln()) / (shape + leave);
    let ln = ln_integral(0.0, reach, |z| {
        let (of_far_passed, by_then) = if z < FAR {
            let passed = near * z.exp_m1();
            ((passed / far).ln_1p(), near.ln() + z - passed.ln_1p())
        } else {
            ((near / far).ln() + z, 0.0)
        };
        -of_near * z - of_far * of_far_passed + by_then
    });
    leave * ln.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODELS: [Params; 8] = [
        Params { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 },
        Params { r: 0.55, alpha: 11.7, s: 0.61, beta: 10.6 },
        Params { r: 0.55, alpha: 9.0, s: 0.61, beta: 9.0 },
        Params { r: 3.0, alpha: 2.0, s: 2.5, beta: 300.0 },
        Params { r: 0.2, alpha: 40.0, s: 0.05, beta: 3.0 },
        Params { r: 1.0, alpha: 10.0, s: 15.0, beta: 5820.0 },
        Params { r: 0.1, alpha: 90.0, s: 7.0, beta: 1.5 },
        Params { r: 3.0, alpha: 1e-3, s: 0.3, beta: 1e3 },
    ];

    /// Many customers of few purchases at uneven times, among them who bought on the first and the last day, and some of very
    /// many purchases.
    fn timings() -> Vec<Timing> {
        let mut state = 11_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..40_000_u32)
            .map(|i| {
                let repeat_purchases = [0, 1, 2, 3, 5, 9, 30, 254, 3_000, 100_000][(i % 10) as usize];
                let age = 120.0 * next();
                let recency = match i % 7 {
                    _ if repeat_purchases == 0 => 0.0,
                    0 => age,
                    1 => age * 1e-4 * next(),
                    2 => age * (1.0 - 1e-9 * next()),
                    _ => age * next(),
                };
                Timing { repeat_purchases, recency, age }
            })
            .collect()
    }

    #[test]
    fn it_says_what_the_integral_says() {
        let timings = timings();
        for params in MODELS {
            let by_number = ByNumber::of(&params, &timings);
            let series = by_number.coefficients.iter().filter(|series| !series.is_empty()).count();
            for timing in timings.iter().step_by(7) {
                let (found, exact) = (by_number.p_alive(timing), one_against(ln_left_odds(timing, &params)));
                assert!(
                    (found - exact).abs() <= 1e-10 * exact.max(1e-280),
                    "{params:?} {timing:?}: {found} {exact}, {series} series"
                );
            }
        }
    }

    #[test]
    fn most_numbers_have_a_series() {
        let timings = timings();
        for params in &MODELS[..7] {
            let by_number = ByNumber::of(params, &timings);
            let lengths: Vec<usize> =
                by_number.coefficients.iter().map(Vec::len).filter(|length| *length > 0).collect();
            assert!(lengths.len() >= 7, "{params:?}: {lengths:?}");
        }
    }

    /// In closed form where α = β: of two that come at random, the sooner.
    #[test]
    fn who_leaves_first_is_a_matter_of_shapes_where_scales_are_equal() {
        for (shape, leave) in [(0.5, 0.6), (30.55, 0.6), (1e-3, 1e-3), (3_000.0, 15.0)] {
            let chance = leaves_first(1.0, shape, leave);
            assert!((chance / (leave / (shape + leave)) - 1.0).abs() < 1e-12, "{shape} {leave}: {chance}");
        }
        // Who has no time to buy has left first.
        assert!((leaves_first(1e12, 0.5, 0.6) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn who_is_older_than_the_series_is_left_to_the_integral() {
        let params = MODELS[0];
        let by_number = ByNumber::of(&params, &timings());
        for age in [120.5, 5_000.0] {
            let timing = Timing { repeat_purchases: 2, recency: 30.0, age };
            assert_eq!(by_number.p_alive(&timing), p_alive(&timing, &params));
        }
        let nobody = ByNumber::of(&params, &[]);
        let timing = Timing { repeat_purchases: 2, recency: 3.0, age: 9.0 };
        assert_eq!(nobody.p_alive(&timing), p_alive(&timing, &params));
    }
}
