//! The gamma function's logarithm and its first two derivatives, for positive arguments.
//!
//! All three use the asymptotic series for large arguments and reach it from small ones by the recurrence
//! Γ(x + 1) = x Γ(x). Negative arguments are left out: no model here asks for them.

use std::f64::consts::PI;

/// From here on the asymptotic series below are exact to the last digits of an `f64`.
const LARGE: f64 = 12.0;

/// From this many factors on ln Γ is faster than the product, and no less exact.
const LONG_PRODUCT: u32 = 10_000;

/// ln Γ(x) for `x > 0`.
///
/// Abramowitz & Stegun (1964), eq. 6.1.41 after shifting `x` above 12. The absolute error stays below
/// 1e-14 · max(1, |ln Γ(x)|). Returns `+∞` at zero.
///
/// ```
/// assert!((maths::ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-14);
/// ```
pub fn ln_gamma(x: f64) -> f64 {
    let mut product = 1.0;
    let mut x = x;
    while x < LARGE {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 12.0
            + square
                * (-1.0 / 360.0
                    + square
                        * (1.0 / 1260.0
                            + square
                                * (-1.0 / 1680.0
                                    + square
                                        * (1.0 / 1188.0 + square * (-691.0 / 360_360.0 + square / 156.0))))));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - product.ln()
}

/// ψ(x), the derivative of ln Γ, for `x > 0`.
///
/// Abramowitz & Stegun (1964), eq. 6.3.18 after shifting `x` above 12.
pub fn digamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut x = x;
    while x < LARGE {
        shift += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0
            - square
                * (1.0 / 120.0
                    - square
                        * (1.0 / 252.0
                            - square
                                * (1.0 / 240.0
                                    - square
                                        * (1.0 / 132.0 - square * (691.0 / 32_760.0 - square / 12.0))))));
    x.ln() - 0.5 / x - series - shift
}

/// ψ′(x), the second derivative of ln Γ, for `x > 0`.
///
/// Abramowitz & Stegun (1964), eq. 6.4.12 after shifting `x` above 12.
pub fn trigamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut x = x;
    while x < LARGE {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = square
        * inverse
        * (1.0 / 6.0
            - square
                * (1.0 / 30.0
                    - square
                        * (1.0 / 42.0
                            - square
                                * (1.0 / 30.0
                                    - square
                                        * (5.0 / 66.0 - square * (691.0 / 2730.0 - square * 7.0 / 6.0))))));
    inverse + 0.5 * square + series + shift
}

/// ln of the rising factorial r (r + 1) … (r + n − 1) = ln Γ(r + n) − ln Γ(r), for `r > 0`.
///
/// Products are multiplied out, so that nothing cancels when `r` is large; only very long ones go through Γ.
pub fn ln_rising(r: f64, n: u32) -> f64 {
    if n > LONG_PRODUCT {
        return ln_gamma(r + f64::from(n)) - ln_gamma(r);
    }
    let mut total = 0.0;
    let mut product = 1.0_f64;
    for i in 0..n {
        product *= r + f64::from(i);
        if !(1e-200..1e200).contains(&product) {
            total += product.ln();
            product = 1.0;
        }
    }
    total + product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: f64, expected: f64, tolerance: f64) {
        let scale = expected.abs().max(1.0);
        assert!((actual - expected).abs() <= tolerance * scale, "{actual} is not {expected}");
    }

    #[test]
    fn ln_gamma_has_its_known_values() {
        close(ln_gamma(0.5), 0.5 * PI.ln(), 1e-14);
        close(ln_gamma(1.0), 0.0, 1e-14);
        close(ln_gamma(0.1), 2.252_712_651_734_206, 1e-14);
        close(ln_gamma(1000.0), 5_905.220_423_209_181, 1e-15);
        close(ln_gamma(1e-10), 23.025_850_929_882_735, 1e-15);
        close(ln_gamma(1e8), 1_742_068_066.103_834_6, 1e-15);
        assert_eq!(ln_gamma(0.0), f64::INFINITY);
    }

    #[test]
    fn digamma_and_trigamma_have_their_known_values() {
        let euler = 0.577_215_664_901_532_9;
        close(digamma(1.0), -euler, 1e-15);
        close(digamma(0.5), -euler - 2.0 * 2.0_f64.ln(), 1e-15);
        close(trigamma(1.0), PI * PI / 6.0, 1e-15);
        close(trigamma(0.5), PI * PI / 2.0, 1e-15);
    }

    #[test]
    fn derivatives_agree_with_differences() {
        for x in [0.03, 0.7, 1.9, 5.0, 11.9, 12.1, 300.0] {
            let h = 1e-5 * x;
            close(digamma(x), (ln_gamma(x + h) - ln_gamma(x - h)) / (2.0 * h), 1e-7);
            close(trigamma(x), (digamma(x + h) - digamma(x - h)) / (2.0 * h), 1e-6);
        }
    }

    #[test]
    fn a_rising_factorial_joins_both_branches() {
        for r in [1e-6, 0.3, 7.0, 1e4] {
            let last = (r + f64::from(LONG_PRODUCT)).ln();
            close(ln_rising(r, LONG_PRODUCT + 1), ln_rising(r, LONG_PRODUCT) + last, 1e-13);
            assert_eq!(ln_rising(r, 0), 0.0);
        }
        close(ln_rising(1e12, 3), 3.0 * 1e12_f64.ln(), 1e-12);
    }
}
