//! Numbers that carry their own derivatives.
//!
//! A likelihood written once over [`Real`] gives its value with `f64` and, with [`Jet`], its exact gradient and
//! Hessian by the variables of the search: forward-mode automatic differentiation to second order (Griewank &
//! Walther 2008, "Evaluating Derivatives", chapter 13). For a handful of variables; the work grows with N².

use crate::{Surface, digamma, ln_gamma, trigamma};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What a formula needs of a number, with or without derivatives.
pub trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    /// A number that depends on nothing.
    fn constant(value: f64) -> Self;
    /// The number without its derivatives.
    fn value(&self) -> f64;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// e to the number.
    fn exp(self) -> Self;
    /// ln(1 + x), exact for small x.
    fn ln_1p(self) -> Self;
    /// e^x − 1, exact for small x.
    fn exp_m1(self) -> Self;
    /// ln Γ(x) for positive x.
    fn ln_gamma(self) -> Self;
}

impl Real for f64 {
    fn constant(value: f64) -> f64 {
        value
    }
    fn value(&self) -> f64 {
        *self
    }
    fn ln(self) -> f64 {
        f64::ln(self)
    }
    fn exp(self) -> f64 {
        f64::exp(self)
    }
    fn ln_1p(self) -> f64 {
        f64::ln_1p(self)
    }
    fn exp_m1(self) -> f64 {
        f64::exp_m1(self)
    }
    fn ln_gamma(self) -> f64 {
        ln_gamma(self)
    }
}

/// A number with its gradient and Hessian by N variables.
///
/// ```
/// use maths::{Jet, Real};
/// // x² y at (3, 2).
/// let [x, y] = Jet::variables(&[3.0, 2.0]);
/// let f = x * x * y;
/// assert_eq!((f.value, f.gradient, f.hessian), (18.0, [12.0, 9.0], [[4.0, 6.0], [6.0, 0.0]]));
/// assert!((y.ln().gradient[1] - 0.5).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Jet<const N: usize> {
    pub value: f64,
    pub gradient: [f64; N],
    pub hessian: [[f64; N]; N],
}

impl<const N: usize> Jet<N> {
    /// The variables themselves, at `point`.
    pub fn variables(point: &[f64; N]) -> [Jet<N>; N] {
        std::array::from_fn(|i| {
            let mut variable = Jet::constant(point[i]);
            variable.gradient[i] = 1.0;
            variable
        })
    }

    /// The same as a point of a function to [`crate::minimise`].
    pub fn surface(&self) -> Surface<N> {
        Surface { value: self.value, gradient: self.gradient, hessian: self.hessian }
    }

    /// f(x) by the chain rule, from f and its first two derivatives at x.
    fn apply(self, f: f64, slope: f64, curvature: f64) -> Jet<N> {
        let g = self.gradient;
        Jet {
            value: f,
            gradient: g.map(|g| slope * g),
            hessian: std::array::from_fn(|i| {
                std::array::from_fn(|j| slope * self.hessian[i][j] + curvature * g[i] * g[j])
            }),
        }
    }
}

impl<const N: usize> Real for Jet<N> {
    fn constant(value: f64) -> Jet<N> {
        Jet { value, gradient: [0.0; N], hessian: [[0.0; N]; N] }
    }
    fn value(&self) -> f64 {
        self.value
    }
    fn ln(self) -> Jet<N> {
        let inverse = 1.0 / self.value;
        self.apply(self.value.ln(), inverse, -inverse * inverse)
    }
    fn exp(self) -> Jet<N> {
        let e = self.value.exp();
        self.apply(e, e, e)
    }
    fn ln_1p(self) -> Jet<N> {
        let inverse = 1.0 / (1.0 + self.value);
        self.apply(self.value.ln_1p(), inverse, -inverse * inverse)
    }
    fn exp_m1(self) -> Jet<N> {
        let e = self.value.exp();
        self.apply(self.value.exp_m1(), e, e)
    }
    fn ln_gamma(self) -> Jet<N> {
        self.apply(ln_gamma(self.value), digamma(self.value), trigamma(self.value))
    }
}

impl<const N: usize> Add for Jet<N> {
    type Output = Jet<N>;
    fn add(self, other: Jet<N>) -> Jet<N> {
        Jet {
            value: self.value + other.value,
            gradient: std::array::from_fn(|i| self.gradient[i] + other.gradient[i]),
            hessian: std::array::from_fn(|i| {
                std::array::from_fn(|j| self.hessian[i][j] + other.hessian[i][j])
            }),
        }
    }
}

impl<const N: usize> Sub for Jet<N> {
    type Output = Jet<N>;
    fn sub(self, other: Jet<N>) -> Jet<N> {
        self + -other
    }
}

impl<const N: usize> Neg for Jet<N> {
    type Output = Jet<N>;
    fn neg(self) -> Jet<N> {
        self * -1.0
    }
}

// The product rule adds.
#[allow(clippy::suspicious_arithmetic_impl)]
impl<const N: usize> Mul for Jet<N> {
    type Output = Jet<N>;
    fn mul(self, other: Jet<N>) -> Jet<N> {
        let (a, b) = (self.value, other.value);
        let (da, db) = (self.gradient, other.gradient);
        Jet {
            value: a * b,
            gradient: std::array::from_fn(|i| da[i] * b + a * db[i]),
            hessian: std::array::from_fn(|i| {
                std::array::from_fn(|j| {
                    self.hessian[i][j] * b + da[i] * db[j] + da[j] * db[i] + a * other.hessian[i][j]
                })
            }),
        }
    }
}

#[allow(clippy::suspicious_arithmetic_impl)]
impl<const N: usize> Div for Jet<N> {
    type Output = Jet<N>;
    fn div(self, other: Jet<N>) -> Jet<N> {
        let inverse = 1.0 / other.value;
        self * other.apply(inverse, -inverse * inverse, 2.0 * inverse * inverse * inverse)
    }
}

impl<const N: usize> Add<f64> for Jet<N> {
    type Output = Jet<N>;
    fn add(mut self, other: f64) -> Jet<N> {
        self.value += other;
        self
    }
}

impl<const N: usize> Sub<f64> for Jet<N> {
    type Output = Jet<N>;
    fn sub(mut self, other: f64) -> Jet<N> {
        self.value -= other;
        self
    }
}

impl<const N: usize> Mul<f64> for Jet<N> {
    type Output = Jet<N>;
    fn mul(self, factor: f64) -> Jet<N> {
        Jet {
            value: self.value * factor,
            gradient: self.gradient.map(|g| g * factor),
            hessian: self.hessian.map(|row| row.map(|h| h * factor)),
        }
    }
}

/// ln of B(α, β + u) / B(α, β) for `α, β > 0` and `u ≥ 0`: how likely a chance that is beta distributed with α and
/// β is to spare somebody u times.
///
/// Never as a difference of logarithms of gamma functions, which loses all digits for large parameters. Below 12, β
/// is raised by the recurrence, whose factors are 1 − αu / ((β + u)(α + β)); above, the three logarithms that remain
/// of Stirling's formula (Abramowitz & Stegun 1964, eq. 6.1.41) are each of the size of the result.
///
/// ```
/// // β / (α + β) for one step, and (β / (α + β))^u where everybody has the same chance.
/// assert!((maths::ln_beta_decline(2.0, 3.0, 1.0) - 0.6_f64.ln()).abs() < 1e-14);
/// let same = maths::ln_beta_decline(1e15, 9e15, 4.0);
/// assert!((same - 4.0 * 0.9_f64.ln()).abs() < 1e-12);
/// ```
pub fn ln_beta_decline<R: Real>(alpha: R, beta: R, u: R) -> R {
    const LARGE: f64 = 12.0;
    let mut sum = R::constant(0.0);
    let mut beta = beta;
    while beta.value() < LARGE {
        sum = sum + (-(alpha * u) / ((beta + u) * (alpha + beta))).ln_1p();
        beta = beta + 1.0;
    }
    let all = alpha + beta + u;
    sum + (beta - 0.5) * (alpha * u / (beta * all)).ln_1p()
        - u * (alpha / (beta + u)).ln_1p()
        - alpha * (u / (alpha + beta)).ln_1p()
        + (stirling(beta + u) - stirling(beta))
        + (stirling(alpha + beta) - stirling(all))
}

/// ln Γ(x + h) − ln Γ(x) for `x > 0` and `h ≥ 0`, without loss of digits where x is large.
///
/// Stirling's formula for both, put together, from x = 12 on.
///
/// ```
/// assert!((maths::ln_gamma_rise(4.0, 2.0) - 20.0_f64.ln()).abs() < 1e-14);
/// assert!((maths::ln_gamma_rise(1e12, 0.5) - 0.5 * 1e12_f64.ln()).abs() < 1e-12);
/// ```
pub fn ln_gamma_rise<R: Real>(x: R, h: R) -> R {
    const LARGE: f64 = 12.0;
    if x.value() < LARGE {
        return (x + h).ln_gamma() - x.ln_gamma();
    }
    (x - 0.5) * (h / x).ln_1p() + h * (x + h).ln() - h + (stirling(x + h) - stirling(x))
}

/// ln Γ(x) less (x − ½) ln x − x + ½ ln 2π, for x of at least 12.
fn stirling<R: Real>(x: R) -> R {
    let inverse = R::constant(1.0) / x;
    let square = inverse * inverse;
    let deep = square * (square * (square * (1.0 / 1188.0) - 1.0 / 1680.0) + 1.0 / 1260.0) - 1.0 / 360.0;
    inverse * (square * deep + 1.0 / 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_differences() {
        let f = |p: [f64; 3]| {
            let [x, y, z] = Jet::variables(&p);
            (x * y.exp() + z.ln_gamma()).ln() / (y * z) + (x - z).exp_m1() * 0.3 + (x * x).ln_1p()
        };
        let p = [1.3, 0.4, 2.7];
        let at = f(p);
        let h = 1e-5;
        for i in 0..3 {
            let moved = |by: f64| {
                let mut q = p;
                q[i] += by;
                f(q)
            };
            let (up, down) = (moved(h), moved(-h));
            let slope = (up.value - down.value) / (2.0 * h);
            assert!((slope - at.gradient[i]).abs() < 1e-8, "{slope} {:?}", at.gradient);
            for j in 0..3 {
                let curvature = (up.gradient[j] - down.gradient[j]) / (2.0 * h);
                assert!((curvature - at.hessian[i][j]).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn a_decline_is_the_product_of_its_steps() {
        for (alpha, beta) in [(0.01, 0.02), (0.7, 1.2), (3.0, 11.9), (40.0, 12.1), (1e5, 3.0), (0.3, 1e7)] {
            let mut product = 0.0_f64;
            for step in 0..60 {
                let ln = ln_beta_decline(alpha, beta, f64::from(step));
                assert!(
                    (ln - product).abs() < 1e-12 * product.abs().max(1.0),
                    "{alpha} {beta} {step}: {ln} {product}"
                );
                product += (-alpha / (alpha + beta + f64::from(step))).ln_1p();
            }
        }
    }

    #[test]
    fn a_decline_keeps_its_digits_where_gamma_functions_lose_them() {
        // −u ln(1 + α/β) to first order, with α u / β² vanishing.
        let (alpha, beta, u) = (507_320.839, 5.997_940e19, 7.2e12);
        let ln = ln_beta_decline(alpha, beta, u);
        assert!((ln / (-u * alpha / beta) - 1.0).abs() < 1e-6, "{ln}");
        let [a, b] = Jet::variables(&[alpha, beta]);
        let jet = ln_beta_decline(a, b, Jet::constant(u));
        assert!((jet.gradient[0] / (-u / beta) - 1.0).abs() < 1e-6);
        assert!((jet.gradient[1] / (u * alpha / beta / beta) - 1.0).abs() < 1e-6);
    }
}
