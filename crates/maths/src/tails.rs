//! Tails and quantiles of the normal and of Student's distribution.

use crate::{beta_regularised, ln_gamma, normal_quantile};

/// P(Z > z) of a standard normal variable, with full relative precision also far out.
///
/// Abramowitz & Stegun (1964), eq. 7.1.6 near zero and the continued fraction 26.2.14 beyond.
///
/// ```
/// assert!((maths::normal_above(1.959_963_984_540_054) - 0.025).abs() < 1e-15);
/// assert!((maths::normal_above(-1.0) - 0.841_344_746_068_542_9).abs() < 1e-15);
/// ```
pub fn normal_above(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_above(-z);
    }
    let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    if z < 2.5 {
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > 1e-17 * sum {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    if z > 40.0 {
        return 0.0;
    }
    let steps = 20 + (300.0 / z) as u32;
    let fraction = (1..=steps).rev().fold(0.0, |below, k| f64::from(k) / (z + below));
    density / (z + fraction)
}

/// P(|T| > t) of Student's distribution with `freedom > 0` degrees of freedom, which need not be whole.
///
/// Abramowitz & Stegun (1964), eq. 26.7.1 with 26.5.27: an incomplete beta function.
///
/// ```
/// assert!((maths::student_beyond(12.706_204_736_174_7, 1.0) - 0.05).abs() < 1e-12);
/// ```
pub fn student_beyond(t: f64, freedom: f64) -> f64 {
    if freedom > 1e7 {
        return 2.0 * normal_above(t.abs());
    }
    beta_regularised(0.5 * freedom, 0.5, freedom / (freedom + t * t))
}

/// The quantile of Student's distribution at `level`, strictly between 0 and 1, for `freedom > 0`.
///
/// Newton's method on [`student_beyond`] within a bracket; relative error below 1e-10. With less than a fifth of a degree of
/// freedom the far quantiles leave the numbers and come out as infinite.
///
/// ```
/// assert!((maths::student_quantile(0.975, 3.0) - 3.182_446_305_284_263).abs() < 1e-9);
/// assert_eq!(maths::student_quantile(0.5, 3.0), 0.0);
/// ```
pub fn student_quantile(level: f64, freedom: f64) -> f64 {
    let beyond = 2.0 * level.min(1.0 - level);
    let side = if level < 0.5 { -1.0 } else { 1.0 };
    if beyond >= 1.0 {
        return 0.0;
    }
    if beyond <= 0.0 {
        return side * f64::INFINITY;
    }
    if freedom > 1e7 {
        return side * -normal_quantile(0.5 * beyond);
    }
    let ln_constant = ln_gamma(0.5 * (freedom + 1.0))
        - ln_gamma(0.5 * freedom)
        - 0.5 * (freedom * std::f64::consts::PI).ln();
    let density = |t: f64| (ln_constant - 0.5 * (freedom + 1.0) * (t * t / freedom).ln_1p()).exp();
    let (mut low, mut high) = (0.0, -normal_quantile(0.5 * beyond).min(-1e-9));
    while student_beyond(high, freedom) > beyond {
        low = high;
        high *= 4.0;
        if high > 1e150 {
            return side * f64::INFINITY;
        }
    }
    let mut t = 0.5 * (low + high);
    for _ in 0..200 {
        let excess = student_beyond(t, freedom) - beyond;
        if excess > 0.0 {
            low = t;
        } else {
            high = t;
        }
        let next = t + excess / (2.0 * density(t));
        let next = if next > low && next < high { next } else { 0.5 * (low + high) };
        let settled = (next - t).abs() <= 1e-12 * t;
        t = next;
        if settled {
            break;
        }
    }
    side * t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_match_published_ones() {
        for (z, expected) in [
            (0.5, 0.308_537_538_725_986_9),
            (2.499_999, 6.209_682_854e-3),
            (2.500_001, 6.209_647_797e-3),
            (5.0, 2.866_515_718_791_939e-7),
            (10.0, 7.619_853_024_160_527e-24),
        ] {
            let tail = normal_above(z);
            assert!((tail / expected - 1.0).abs() < 1e-8, "{z}: {tail:e}");
        }
        assert!((normal_above(5.0) / 2.866_515_718_791_939e-7 - 1.0).abs() < 1e-13);
        assert_eq!(normal_above(0.0), 0.5);
    }

    #[test]
    fn quantiles_and_tails_are_inverse() {
        for freedom in [0.5, 1.0, 2.3, 10.0, 1000.0, 2e7] {
            for level in [1e-6, 0.025, 0.1, 0.499, 0.7, 0.975] {
                let t = student_quantile(level, freedom);
                let beyond = student_beyond(t, freedom);
                let expected = 2.0 * f64::min(level, 1.0 - level);
                assert!((beyond / expected - 1.0).abs() < 1e-5, "{freedom} {level}: {t} {beyond}");
                assert_eq!(t < 0.0, level < 0.5);
            }
        }
    }
}
