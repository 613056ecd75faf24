//! Numbers that carry their derivatives: forward-mode automatic differentiation.
//!
//! Griewank & Walther (2008), "Evaluating Derivatives", chapter 3. A `Dual<N>` holds a value and its derivatives by
//! N variables; arithmetic keeps both exact. `Dual<0>` is a plain number, so that one function serves both.

use crate::{digamma, ln_gamma};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value with its derivatives by `N` variables.
///
/// ```
/// use maths::Dual;
/// let [x, y] = Dual::variables([3.0, 0.5]);
/// let f = x * x * y.ln();
/// assert_eq!(f.value, 9.0 * 0.5_f64.ln());
/// assert_eq!(f.slope, [6.0 * 0.5_f64.ln(), 18.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const N: usize> {
    /// The number.
    pub value: f64,
    /// Its derivatives.
    pub slope: [f64; N],
}

impl<const N: usize> Dual<N> {
    /// A number that depends on no variable.
    pub fn constant(value: f64) -> Self {
        Dual { value, slope: [0.0; N] }
    }

    /// The variables themselves, at a point.
    pub fn variables(point: [f64; N]) -> [Self; N] {
        std::array::from_fn(|i| {
            let mut slope = [0.0; N];
            slope[i] = 1.0;
            Dual { value: point[i], slope }
        })
    }

    /// A function of this number, given its value and derivative there.
    fn chain(self, value: f64, derivative: f64) -> Self {
        Dual { value, slope: self.slope.map(|s| s * derivative) }
    }

    /// e to this.
    pub fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e)
    }

    /// Natural logarithm.
    pub fn ln(self) -> Self {
        self.chain(self.value.ln(), 1.0 / self.value)
    }

    /// ln(1 + this), exact near zero.
    pub fn ln_1p(self) -> Self {
        self.chain(self.value.ln_1p(), 1.0 / (1.0 + self.value))
    }

    /// e to this, less one, exact near zero.
    pub fn exp_m1(self) -> Self {
        let less_one = self.value.exp_m1();
        self.chain(less_one, less_one + 1.0)
    }

    /// Logarithm of the gamma function.
    pub fn ln_gamma(self) -> Self {
        self.chain(ln_gamma(self.value), digamma(self.value))
    }

    /// ln(eᵃ + eᵇ) without overflow.
    pub fn ln_add_exp(self, other: Self) -> Self {
        let (more, less) = if self.value >= other.value { (self, other) } else { (other, self) };
        if less.value == f64::NEG_INFINITY {
            return more;
        }
        more + (less - more).exp().ln_1p()
    }
}

fn sum<const N: usize>(one: [f64; N], other: [f64; N]) -> [f64; N] {
    std::array::from_fn(|i| one[i] + other[i])
}

impl<const N: usize> Add for Dual<N> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Dual { value: self.value + other.value, slope: sum(self.slope, other.slope) }
    }
}

impl<const N: usize> Sub for Dual<N> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Dual {
            value: self.value - other.value,
            slope: std::array::from_fn(|i| self.slope[i] - other.slope[i]),
        }
    }
}

impl<const N: usize> Mul for Dual<N> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let by_other = self.slope.map(|slope| slope * other.value);
        let by_self = other.slope.map(|slope| slope * self.value);
        Dual { value: self.value * other.value, slope: sum(by_other, by_self) }
    }
}

impl<const N: usize> Div for Dual<N> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        let inverse = 1.0 / other.value;
        Dual { value, slope: std::array::from_fn(|i| (self.slope[i] - value * other.slope[i]) * inverse) }
    }
}

impl<const N: usize> Neg for Dual<N> {
    type Output = Self;
    fn neg(self) -> Self {
        Dual { value: -self.value, slope: self.slope.map(|s| -s) }
    }
}

impl<const N: usize> Add<f64> for Dual<N> {
    type Output = Self;
    fn add(self, number: f64) -> Self {
        Dual { value: self.value + number, slope: self.slope }
    }
}

impl<const N: usize> Mul<f64> for Dual<N> {
    type Output = Self;
    fn mul(self, number: f64) -> Self {
        Dual { value: self.value * number, slope: self.slope.map(|s| s * number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_agree_with_differences() {
        let f = |[x, y]: [Dual<2>; 2]| {
            let up = (x * y + 1.5).ln_gamma() / (y.exp() + x.ln_1p());
            up.ln_add_exp(-(x - y).exp_m1()) * 0.7 - x.ln()
        };
        let point = [0.8, 1.7];
        let at = f(Dual::variables(point));
        for i in 0..2 {
            let moved = |by: f64| {
                let mut moved = point;
                moved[i] += by;
                f(Dual::variables(moved)).value
            };
            let slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            assert!((slope - at.slope[i]).abs() < 1e-8, "{i}: {slope} {at:?}");
        }
    }

    #[test]
    fn an_impossible_alternative_adds_nothing() {
        let one = Dual::<1> { value: -3.0, slope: [2.0] };
        assert_eq!(one.ln_add_exp(Dual::constant(f64::NEG_INFINITY)), one);
    }
}
