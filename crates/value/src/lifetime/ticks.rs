//! Very many purchases, counted by doublings: what [`super::Tail`] takes for horizons of decades.
//!
//! Chances of at least so many ticks, of staying after each of so many purchases, and of so many purchases before the end
//! of a life, each at numbers that rise by leaps. What lies between two numbers is integrated, not summed.

use super::Prospect;
use maths::ln_gamma;

/// From here on Stirling's series stands for ln Γ: its error is below 1e-12.
const MANY: f64 = 200.0;
/// Leaps shorter than this are walked step by step.
const STEPS: usize = 16;

/// ln Γ(x + a) − ln Γ(x + b).
fn ln_gamma_ratio(x: f64, a: f64, b: f64) -> f64 {
    let of = |z: f64| {
        if z < MANY {
            return ln_gamma(z);
        }
        let square = 1.0 / (z * z);
        (z - 0.5) * z.ln() - z + 0.918_938_533_204_672_8 + (1.0 / 12.0 - square * (1.0 / 360.0)) / z
    };
    of(x + a) - of(x + b)
}

/// The chance of one who stayed after `from` purchases to stay until `to` of them.
pub(super) fn staying_ratio(leave: f64, stay: f64, from: usize, to: usize) -> f64 {
    if leave == 0.0 || from == to {
        return 1.0;
    }
    if to - from < STEPS {
        return (from..to).map(|n| (stay + n as f64) / (leave + stay + n as f64)).product();
    }
    let ln = |n: usize| ln_gamma_ratio(n as f64, stay, leave + stay);
    (ln(to) - ln(from)).exp()
}

/// A negative binomial count, asked at rising numbers.
pub(super) struct Ticks {
    shape: f64,
    tries: f64,
    /// ln of the chance of none, less ln Γ(shape).
    ln_front: f64,
    /// Half a standard deviation: a function so wide is told by two points.
    width: f64,
    next: usize,
    /// The chance of `next`, where the walk is step by step from the beginning.
    chance: Option<f64>,
    below: f64,
    /// More than these are out of the question: the chance is below 1e-9.
    most: f64,
}

impl Ticks {
    /// Ticks at a gamma rate of this shape, within `ratio` times the exposure.
    pub fn of(shape: f64, ratio: f64) -> Ticks {
        let ln_none = -shape * ratio.ln_1p();
        let deviation = (shape * ratio * (1.0 + ratio)).sqrt();
        Ticks {
            shape,
            tries: ratio / (1.0 + ratio),
            ln_front: ln_none - ln_gamma(shape),
            width: 0.5 * deviation,
            next: 0,
            chance: (ln_none > -600.0).then(|| ln_none.exp()),
            below: 0.0,
            most: shape * ratio + 10.0 * deviation + 21.0 * (1.0 + ratio),
        }
    }

    /// P(K = x), for any x above zero, whole or not.
    fn density(&self, x: f64) -> f64 {
        (self.ln_front + ln_gamma_ratio(x, self.shape, 1.0) + x * self.tries.ln()).exp()
    }

    /// P(K ≥ n), for an `n` no smaller than the one before.
    pub fn at_least(&mut self, n: usize) -> f64 {
        if n as f64 > self.most {
            return 0.0;
        }
        while self.next < n {
            let left = n - self.next;
            if left < STEPS || self.next < STEPS {
                self.step();
            } else {
                self.leap(left.min((self.width as usize).max(STEPS)));
            }
        }
        (1.0 - self.below).max(0.0)
    }

    fn step(&mut self) {
        let at = self.next as f64;
        let chance = self.chance.unwrap_or_else(|| self.density(at));
        self.below += chance;
        self.next += 1;
        self.chance = Some(chance)
            .filter(|chance| *chance > 1e-250)
            .map(|chance| chance * self.tries * (self.shape + at) / (at + 1.0));
    }

    /// The sum over `count` numbers as the integral between their middles: two points of Gauss and Legendre.
    fn leap(&mut self, count: usize) {
        let half = 0.5 * count as f64;
        let middle = self.next as f64 - 0.5 + half;
        let off = half / 3.0_f64.sqrt();
        self.below += half * (self.density(middle - off) + self.density(middle + off));
        self.next += count;
        self.chance = None;
    }
}

/// Purchases of one whose life ends at a time of its own, asked at rising numbers: the integral of
/// [`Prospect`]'s `purchase_before` on one set of nodes for all numbers.
pub(super) struct Lives {
    shape: f64,
    /// For each node: the chance density of this number of purchases, the share of the exposure, and its power that a
    /// leap multiplies by.
    nodes: Vec<(f64, f64, f64)>,
    number: usize,
    leap: usize,
}

impl Lives {
    /// `None` where numbers would underflow, as for the busiest customers.
    pub fn of(prospect: &Prospect, duration: f64) -> Option<Lives> {
        let Prospect { shape, exposure, .. } = *prospect;
        if shape * (duration / exposure).ln_1p() > 500.0 {
            return None;
        }
        // Times of a purchase are as wide as the rate is uncertain.
        let nodes = prospect.first_purchase(duration, shape).into_iter();
        let nodes = nodes.map(|(mass, share)| (mass, share, share)).collect();
        Some(Lives { shape, nodes, number: 0, leap: 1 })
    }

    /// P(Y > n | alive), for an `n` no smaller than the one before.
    pub fn more_than(&mut self, n: usize) -> f64 {
        let leap = n - self.number;
        if leap > 0 {
            if leap != self.leap {
                for (_, share, power) in &mut self.nodes {
                    *power = share.powi(leap as i32);
                }
                self.leap = leap;
            }
            let ln = |n: usize| ln_gamma_ratio(n as f64, self.shape + 1.0, 1.0);
            let grows = (ln(n) - ln(self.number)).exp();
            for (density, _, power) in &mut self.nodes {
                *density *= grows * *power;
            }
            self.number = n;
        }
        self.nodes.iter().map(|(density, ..)| density).sum()
    }
}
