//! Gauss–Legendre quadrature, and integrals of sharply peaked functions given by their logarithm.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// Nodes and weights on (0, 1); the weights add up to one.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where to evaluate, rising.
    pub nodes: Vec<f64>,
    /// What each value weighs.
    pub weights: Vec<f64>,
}

/// The most nodes of [`gauss_legendre`].
const MOST_NODES: usize = 64;

/// The Gauss–Legendre rule with `count` nodes on (0, 1), 1 ≤ `count` ≤ 64, exact for polynomials of degree
/// 2 `count` − 1.
///
/// Roots of the Legendre polynomial by Newton's method (Press et al., "Numerical Recipes", section 4.6); computed
/// once and kept.
///
/// ```
/// let rule = maths::gauss_legendre(4);
/// let cubes: f64 = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.powi(7)).sum();
/// assert!((cubes - 1.0 / 8.0).abs() < 1e-15);
/// ```
pub fn gauss_legendre(count: usize) -> &'static Rule {
    static RULES: [OnceLock<Rule>; MOST_NODES + 1] = [const { OnceLock::new() }; MOST_NODES + 1];
    RULES[count.clamp(1, MOST_NODES)].get_or_init(|| rule(count.clamp(1, MOST_NODES)))
}

fn rule(count: usize) -> Rule {
    let n = count as f64;
    let (mut nodes, mut weights) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for i in 0..count {
        let mut z = -(PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..20 {
            let (mut here, mut before) = (1.0, 0.0);
            for j in 0..count {
                let j = j as f64;
                (here, before) = (((2.0 * j + 1.0) * z * here - j * before) / (j + 1.0), here);
            }
            slope = n * (z * here - before) / (z * z - 1.0);
            let step = here / slope;
            z -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        nodes.push(0.5 * (1.0 + z));
        weights.push(1.0 / ((1.0 - z * z) * slope * slope));
    }
    Rule { nodes, weights }
}

/// ln ∫ e^`ln_f`(x) dx from `low` to `high`, for an `ln_f` that is smooth and has one peak, however sharp.
///
/// Zooms in on where the integrand is within e^−45 of its largest value, then sums Gauss–Legendre panels there,
/// halved until the sum settles at 1e-13 of itself. Values of `−∞` are zeros of the integrand. An empty range gives
/// `−∞`.
///
/// ```
/// // A normal density with a deviation of a millionth, anywhere in a wide range.
/// let ln = maths::ln_integral(0.0, 1000.0, |x| -0.5 * ((x - 123.4) / 1e-6_f64).powi(2));
/// let expected = (1e-6 * (2.0 * std::f64::consts::PI).sqrt()).ln();
/// assert!((ln - expected).abs() < 1e-6);
/// ```
pub fn ln_integral(low: f64, high: f64, ln_f: impl Fn(f64) -> f64) -> f64 {
    ln_integral_within(1e-13, low, high, ln_f)
}

/// [`ln_integral`] for an integrand that is dear, or exact only to about `tolerance`: the panels are halved until the
/// sum settles at `tolerance` of itself, which by then it is far closer to the integral than.
///
/// ```
/// let ln = maths::ln_integral_within(1e-8, 0.0, 1.0, |x| x.ln());
/// assert!((ln - 0.5_f64.ln()).abs() < 1e-10);
/// ```
pub fn ln_integral_within(tolerance: f64, low: f64, high: f64, ln_f: impl Fn(f64) -> f64) -> f64 {
    const CELLS: usize = 16;
    const NEGLIGIBLE: f64 = 45.0;
    if high.is_nan() || low.is_nan() || high <= low {
        return f64::NEG_INFINITY;
    }
    let (mut low, mut high) = (low, high);
    let mut peak = f64::NEG_INFINITY;
    for _ in 0..80 {
        let step = (high - low) / CELLS as f64;
        let mut values = [f64::NEG_INFINITY; CELLS + 1];
        for (i, value) in values.iter_mut().enumerate() {
            let here = ln_f(low + step * i as f64);
            *value = if here.is_nan() { f64::NEG_INFINITY } else { here };
        }
        let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if top == f64::NEG_INFINITY {
            // Nothing to be seen: the panels below look between the points.
            break;
        }
        peak = top;
        let counts = |value: &f64| *value > top - NEGLIGIBLE;
        let first = values.iter().position(counts).unwrap_or(0).saturating_sub(1);
        let last = (values.iter().rposition(counts).unwrap_or(CELLS) + 1).min(CELLS);
        if last - first > CELLS / 2 || low + step == low || !step.is_finite() {
            break;
        }
        (low, high) =
            (low + step * first as f64, if last == CELLS { high } else { low + step * last as f64 });
    }
    let rule = gauss_legendre(16);
    let panels = |count: u32| {
        let width = (high - low) / f64::from(count);
        let mut sum = 0.0;
        for panel in 0..count {
            let start = low + width * f64::from(panel);
            for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
                let ln = ln_f(start + width * node);
                if ln > f64::NEG_INFINITY {
                    sum += weight * (ln - peak.max(-f64::MAX)).exp();
                }
            }
        }
        sum * width
    };
    let mut count = 2;
    let mut sum = panels(count);
    while count < 256 {
        count *= 2;
        let finer = panels(count);
        let settled = (finer - sum).abs() <= tolerance * finer;
        sum = finer;
        if settled {
            break;
        }
    }
    peak + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_integrate_polynomials_and_exponentials() {
        for count in [1, 2, 3, 8, 16, 24, 64] {
            let rule = gauss_legendre(count);
            let total: f64 = rule.weights.iter().sum();
            assert!((total - 1.0).abs() < 1e-14, "{count}: {total}");
            let degree = 2 * count as i32 - 1;
            let power: f64 = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.powi(degree)).sum();
            assert!((power * f64::from(degree + 1) - 1.0).abs() < 1e-13, "{count}: {power}");
        }
        let rule = gauss_legendre(24);
        let decay: f64 = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * (-36.0 * x).exp()).sum();
        assert!((decay * 36.0 - 1.0).abs() < 1e-12, "{decay}");
    }

    #[test]
    fn peaks_are_found_wherever_they_are() {
        for (centre, width) in [(0.0, 1e-5), (0.37, 1e-3), (1.0, 1e-8), (0.5, 3.0), (0.999, 0.01)] {
            let scale = |x: f64| (x - centre) / width;
            let ln = ln_integral(0.0, 1.0, |x| 1e5 - scale(x).abs());
            // A Laplace density has a corner, which only the ends of the range and the cells can hide.
            let sides = [centre, 1.0 - centre].map(|reach: f64| -(-reach / width).exp_m1());
            let expected = 1e5 + (width * (sides[0] + sides[1])).ln();
            assert!((ln - expected).abs() < 1e-4, "{centre} {width}: {ln} {expected}");
        }
        assert_eq!(ln_integral(1.0, 1.0, |_| 0.0), f64::NEG_INFINITY);
        assert_eq!(ln_integral(0.0, 1.0, |_| f64::NEG_INFINITY), f64::NEG_INFINITY);
    }
}
