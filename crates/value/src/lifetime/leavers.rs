//! What those bring who leave after a purchase, for very many pairs of rate and chances to leave.
//!
//! Who ticks at a known rate λ and leaves with a known chance p after a purchase, every k-th tick, has expectations in closed
//! form. They are averaged over the beta distribution of p at equal steps of ln λ, once; over the gamma distribution of λ by
//! equal steps of ln λ again, for each pair of shape and exposure that is asked.

use super::ahead::{ALIVE, CLOSING, Lanes, MARGIN, Span, VALUE};
use super::prospect::Chances;
use crate::strategic::per_week;
use std::f64::consts::TAU;

/// Those who leave with chances of one beta distribution, made ready for rates of a range.
pub(super) struct Leavers {
    /// ln λ at the first place.
    low: f64,
    /// By ticks passed and place: logarithms of the lanes, the first three for one tick a week.
    ln_lanes: Vec<Vec<Lanes>>,
}

/// The step of ln λ between places.
const STEP: f64 = 0.25;
/// Places that say what lies between.
const POINTS: usize = 8;
/// What has less density than e^−this of the densest is left out.
const FALLS: f64 = 23.0;
/// Nearer to zero or to one a chance to leave need not be told: sums of k exponentials lose their digits there.
const LEAST_LEAVE: f64 = 1e-8;
const LEAST_STAY: f64 = 1e-12;

impl Leavers {
    /// For a beta distribution, `ticks` a purchase, and gammas with shapes and exposures of two ranges.
    pub fn of(
        [leave, stay]: [f64; 2],
        ticks: usize,
        span: &Span,
        shapes: [f64; 2],
        exposures: [f64; 2],
    ) -> Leavers {
        let clock = Clock::of(ticks, span);
        let largest = shapes[1] + ticks as f64;
        // Below it, lanes are those of a rate of zero.
        let least = clock.force.min(clock.weeks.map_or(f64::INFINITY, |weeks| 1.0 / weeks)).ln() - 14.0;
        let low = ((shapes[0] / exposures[1]).ln() - below(shapes[0])).max(least);
        let high = ((largest / exposures[0]).ln() + above(shapes[0])).max(low);
        let count = ((high - low) / STEP) as usize + POINTS;
        let chances = Chances::of(leave, stay);
        let mut ln_lanes = vec![Vec::with_capacity(count); ticks];
        for place in 0..count {
            let rate = (low + STEP * place as f64).exp();
            let mut sums = [[0.0; 4]; super::MOST_PHASES];
            chances.each(|chance, weight| clock.add(rate, chance, weight, &mut sums));
            for (passed, of_ticks) in ln_lanes.iter_mut().enumerate() {
                of_ticks.push(sums[passed].map(|lane| lane.max(f64::MIN_POSITIVE).ln()));
            }
        }
        Leavers { low, ln_lanes }
    }

    /// What is expected of one who is active and of whom `passed` ticks have passed since the last purchase, by one tick a week
    /// on average over a gamma of the rate when none had passed.
    pub fn lanes(&self, shape: f64, exposure: f64, passed: usize, is_value: bool) -> Lanes {
        let known = shape + passed as f64;
        let centre = (known / exposure).ln();
        // Equal steps in ln λ: the error falls as e^(−2π²/(h² shape)) and, for small shapes, as e^(−π²/h).
        let step = (0.8 / known.sqrt()).min(0.5);
        let (mut sum, mut total) = ([0.0; 4], 0.0);
        for (direction, first) in [(-1.0, 0), (1.0, 1)] {
            for n in first.. {
                let off = direction * step * f64::from(n);
                let ln_weight = known * (off - off.exp_m1());
                if ln_weight < -FALLS {
                    break;
                }
                let weight = ln_weight.exp();
                total += weight;
                let ln_rate = centre + off;
                self.add(ln_rate, weight, passed, is_value, &mut sum);
            }
        }
        let per_tick = exposure / shape;
        [
            sum[VALUE] / total * per_tick,
            sum[CLOSING] / total * per_tick,
            sum[MARGIN] / total * per_tick,
            sum[ALIVE] / total,
        ]
    }

    /// Adds the lanes at a rate, by the polynomial through the places around it.
    fn add(&self, ln_rate: f64, weight: f64, passed: usize, is_value: bool, sum: &mut Lanes) {
        let of_ticks = &self.ln_lanes[passed];
        let at = ((ln_rate - self.low) / STEP).max(0.0);
        let first = (at as usize).saturating_sub(POINTS / 2 - 1).min(of_ticks.len() - POINTS);
        let weights = between(at - first as f64);
        let mut ln = [0.0; 4];
        for (lanes, weight) in of_ticks[first..first + POINTS].iter().zip(weights) {
            for (ln, lane) in ln.iter_mut().zip(lanes) {
                *ln += weight * lane;
            }
        }
        let rate = ln_rate.exp();
        sum[VALUE] += weight * rate * ln[VALUE].exp();
        if !is_value {
            sum[CLOSING] += weight * rate * ln[CLOSING].exp();
            sum[MARGIN] += weight * rate * ln[MARGIN].exp();
            sum[ALIVE] += weight * ln[ALIVE].exp();
        }
    }
}

/// How far below its mean, in ln λ, a gamma of this shape reaches: to where e^−d − 1 + d is that, or beyond.
fn below(shape: f64) -> f64 {
    let falls = FALLS / shape;
    (2.0 * falls).sqrt() + falls + STEP
}

/// How far above: to where e^d − 1 − d is that, or beyond.
fn above(shape: f64) -> f64 {
    let falls = FALLS / shape;
    (2.0 * falls).sqrt().min((2.0 * falls + 4.0).ln()) + STEP
}

/// Weights of values at 0, 1, … for the value at `x` of the polynomial through them (Lagrange).
fn between(x: f64) -> [f64; POINTS] {
    // (−1)^(7 − i) i! (7 − i)!
    const OVER: [f64; POINTS] = [-5_040.0, 720.0, -240.0, 144.0, -144.0, 240.0, -720.0, 5_040.0];
    let d: [f64; POINTS] = std::array::from_fn(|i| x - i as f64);
    let mut weights = [0.0; POINTS];
    let mut left = 1.0;
    for i in 0..POINTS {
        weights[i] = left / OVER[i];
        left *= d[i];
    }
    let mut right = 1.0;
    for i in (0..POINTS).rev() {
        weights[i] *= right;
        right *= d[i];
    }
    weights
}

/// The closed forms: a clock that ticks at random, every k-th tick a purchase.
struct Clock {
    force: f64,
    weeks: Option<f64>,
    /// Cosine and sine of the k-th parts of a turn.
    turns: Vec<(f64, f64)>,
}

impl Clock {
    fn of(ticks: usize, span: &Span) -> Clock {
        let turns =
            (0..ticks).map(|s| (TAU * s as f64 / ticks as f64).sin_cos()).map(|(sin, cos)| (cos, sin));
        Clock { force: per_week(span.rate), weeks: span.days.map(|days| days / 7.0), turns: turns.collect() }
    }

    /// Adds what is expected of one with this rate and chance, by ticks passed; purchases by one tick a week.
    fn add(&self, rate: f64, leave: f64, weight: f64, sums: &mut [Lanes]) {
        if self.turns.len() == 1 {
            self.add_random(rate, leave, weight, &mut sums[0])
        } else {
            self.add_regular(rate, leave, weight, sums)
        }
    }

    /// Each tick a purchase: whoever is active leaves at the rate λ p.
    fn add_random(&self, rate: f64, leave: f64, weight: f64, sum: &mut Lanes) {
        let leaving = rate * leave;
        let value = 1.0 / (self.force + leaving);
        sum[VALUE] += weight * value;
        let Some(weeks) = self.weeks else { return };
        let gone = leaving * weeks;
        let less = -(-gone).exp_m1();
        let alive = 1.0 - less;
        sum[CLOSING] += weight * alive * value;
        sum[MARGIN] += weight * weeks * if gone > 1e-12 { less / gone } else { 1.0 };
        sum[ALIVE] += weight * alive;
    }

    /// With q = 1 − p, r = q^(1/k) and ω a k-th part of a turn, the chance to be active with i ticks passed is, from j ≤ i of
    /// them, r^(j − i) times the mean over s of ω^(s (j − i)) e^(λ t (r ω^s − 1)); from j > i it has one purchase more behind it.
    fn add_regular(&self, rate: f64, leave: f64, weight: f64, sums: &mut [Lanes]) {
        let ticks = self.turns.len();
        let leave = leave.max(LEAST_LEAVE);
        let stay = (1.0 - leave).max(LEAST_STAY);
        // What a tick discounts by, and all ticks of a purchase.
        let ln_tick = -(self.force / rate).ln_1p();
        let whole = ticks as f64 * ln_tick;
        let first = 1.0 / ((leave * whole.exp() - whole.exp_m1()) * rate);
        let mut values = [0.0; super::MOST_PHASES];
        for (passed, value) in values[..ticks].iter_mut().enumerate() {
            *value = ((ticks - passed) as f64 * ln_tick).exp() * first;
            sums[passed][VALUE] += weight * *value;
        }
        let Some(weeks) = self.weeks else { return };
        let (expected, root) = (rate * weeks, stay.powf(1.0 / ticks as f64));
        // By how many ticks farther one is, counted in whole turns.
        let mut farther = [0.0; super::MOST_PHASES];
        for (s, (cos, sin)) in self.turns.iter().enumerate() {
            let size = (expected * (root * cos - 1.0)).exp();
            let (turned_sin, turned_cos) =
                if sin.abs() > 1e-9 { (expected * root * sin).sin_cos() } else { (0.0, 1.0) };
            for (by, farther) in farther[..ticks].iter_mut().enumerate() {
                let (cos, sin) = self.turns[s * by % ticks];
                *farther += size * (turned_cos * cos + turned_sin * sin);
            }
        }
        let mut shrunk = 1.0 / ticks as f64;
        for farther in &mut farther[..ticks] {
            *farther *= shrunk;
            shrunk /= root;
        }
        for passed in 0..ticks {
            let (mut alive, mut closing) = (0.0, 0.0);
            for (then, value) in values[..ticks].iter().enumerate() {
                let chance = if then >= passed {
                    farther[then - passed]
                } else {
                    stay * farther[then + ticks - passed]
                };
                alive += chance.max(0.0);
                closing += chance.max(0.0) * value;
            }
            let margin = if expected < 1.0 {
                few(expected, ticks, passed, stay)
            } else {
                (1.0 - alive).max(0.0) / leave
            };
            sums[passed][CLOSING] += weight * closing;
            sums[passed][MARGIN] += weight * margin / rate;
            sums[passed][ALIVE] += weight * alive;
        }
    }
}

/// Expected purchases where `expected` ticks, one at most, are: the sum over n of q^(n − 1) times the chance of k n − j ticks or
/// more.
fn few(expected: f64, ticks: usize, passed: usize, stay: f64) -> f64 {
    const MOST: usize = 20;
    let mut chance = (-expected).exp();
    let mut purchases = 0.0;
    // What purchases up to this tick count.
    let mut counted = 0.0;
    let mut kept = 1.0;
    for n in 1..MOST {
        chance *= expected / n as f64;
        if (n + passed).is_multiple_of(ticks) {
            counted += kept;
            kept *= stay;
        }
        purchases += chance * counted;
    }
    purchases
}
