//! Newton's method with a trust region, for smooth functions of a few variables.
//!
//! The caller gives value, gradient and Hessian together. Directions of negative or vanishing curvature are
//! taken by the size of the curvature, so that the walk follows a ridge instead of leaping off it.

use crate::{Eigen, eigen_symmetric};

/// A function at one point: value, gradient and Hessian.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Surface<const N: usize> {
    pub value: f64,
    pub gradient: [f64; N],
    pub hessian: [[f64; N]; N],
}

/// When a search ends.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// The largest component of the gradient, in absolute value, that counts as zero.
    pub gradient: f64,
    /// The most evaluations of the function.
    pub evaluations: u32,
}

/// Where a search ended.
#[derive(Clone, Copy, Debug)]
pub struct Minimum<const N: usize> {
    /// The best point found.
    pub point: [f64; N],
    /// The function there.
    pub surface: Surface<N>,
    /// Largest component of the gradient there, in absolute value.
    pub gradient_norm: f64,
    /// Evaluations spent.
    pub evaluations: u32,
    /// Whether the gradient fell to what [`Stop`] asks, or as far as rounding lets it fall.
    pub converged: bool,
}

/// Walks downhill from `start` until the gradient vanishes.
///
/// Conn, Gould & Toint (2000), "Trust-Region Methods", algorithm 6.1.1, with the step found in the Hessian's
/// eigenvectors and the absolute value of its eigenvalues. The scale of the variables should be about one: a
/// first step is no longer than one. A point where the function is not finite is stepped back from; `start`
/// itself must be finite.
///
/// ```
/// use maths::{Stop, Surface, minimise};
/// let bowl = |p: &[f64; 1]| Surface { value: (p[0] - 3.0).powi(2), gradient: [2.0 * (p[0] - 3.0)], hessian: [[2.0]] };
/// let minimum = minimise([0.0], Stop { gradient: 1e-9, evaluations: 50 }, bowl);
/// assert!(minimum.converged && (minimum.point[0] - 3.0).abs() < 1e-9);
/// ```
pub fn minimise<const N: usize>(
    start: [f64; N],
    stop: Stop,
    mut surface: impl FnMut(&[f64; N]) -> Surface<N>,
) -> Minimum<N> {
    const LONGEST_STEP: f64 = 4.0;
    let mut point = start;
    let mut here = surface(&point);
    let mut evaluations = 1;
    let mut radius = 1.0;
    let mut settled = false;
    while is_finite(&here) && largest(&here.gradient) > stop.gradient && evaluations < stop.evaluations {
        let eigen = eigen_symmetric(&here.hessian);
        let step = step_within(&eigen, &here.gradient, radius);
        let expected_drop = -change(&here, &step);
        let next_point: [f64; N] = std::array::from_fn(|i| point[i] + step[i]);
        let next = surface(&next_point);
        evaluations += 1;
        let drop = here.value - next.value;
        // Below this the difference of two values is only rounding, and the gradient decides.
        let noise = 1e-14 * here.value.abs().max(1.0);
        let length = norm(&step);
        if is_finite(&next)
            && (drop >= 1e-4 * expected_drop.abs() || (drop >= -noise && expected_drop.abs() < noise))
        {
            let improves = largest(&next.gradient) < largest(&here.gradient);
            if expected_drop.abs() < noise && !improves {
                settled = true;
                break;
            }
            if drop > 0.75 * expected_drop && length > 0.8 * radius {
                radius = (2.0 * radius).min(LONGEST_STEP);
            } else if drop < 0.25 * expected_drop {
                radius = (0.5 * length).max(1e-3 * radius);
            }
            point = next_point;
            here = next;
        } else {
            // Where no drop can be seen any more, a rise is rounding too.
            if length < 1e-12 || (is_finite(&next) && expected_drop.abs() < noise) {
                settled = true;
                break;
            }
            radius = 0.25 * length;
        }
    }
    let gradient_norm = largest(&here.gradient);
    let converged = gradient_norm <= stop.gradient || (settled && gradient_norm <= 1e3 * stop.gradient);
    Minimum { point, surface: here, gradient_norm, evaluations, converged }
}

/// The step −(|H| + μ)⁻¹ g with the smallest μ ≥ 0 that keeps it within `radius`.
fn step_within<const N: usize>(eigen: &Eigen<N>, gradient: &[f64; N], radius: f64) -> [f64; N] {
    let steepest = eigen.values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let floor = (1e-13 * steepest).max(f64::MIN_POSITIVE);
    let along: [f64; N] = std::array::from_fn(|i| dot(&eigen.vectors[i], gradient));
    let parts = |mu: f64| -> [f64; N] {
        std::array::from_fn(|i| -along[i] / (eigen.values[i].abs().max(floor) + mu))
    };
    let mut chosen = parts(0.0);
    if norm(&chosen) > radius {
        let (mut low, mut high) = (0.0, norm(&along) / radius);
        for _ in 0..60 {
            let middle = if low > 0.0 { (low * high).sqrt() } else { high * 1e-3 };
            if norm(&parts(middle)) > radius {
                low = middle;
            } else {
                high = middle;
                if low == 0.0 && high < 1e-30 {
                    break;
                }
            }
            if low > 0.0 && high / low < 1.05 {
                break;
            }
        }
        chosen = parts(high);
    }
    std::array::from_fn(|k| (0..N).map(|i| chosen[i] * eigen.vectors[i][k]).sum())
}

/// The change that the quadratic model of `surface` foresees for `step`.
fn change<const N: usize>(surface: &Surface<N>, step: &[f64; N]) -> f64 {
    let curved: f64 = (0..N).map(|i| step[i] * dot(&surface.hessian[i], step)).sum();
    dot(&surface.gradient, step) + 0.5 * curved
}

fn dot<const N: usize>(left: &[f64; N], right: &[f64; N]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

fn norm<const N: usize>(vector: &[f64; N]) -> f64 {
    dot(vector, vector).sqrt()
}

fn largest<const N: usize>(vector: &[f64; N]) -> f64 {
    vector.iter().fold(0.0, |m, v| m.max(v.abs()))
}

fn is_finite<const N: usize>(surface: &Surface<N>) -> bool {
    surface.value.is_finite()
        && surface.gradient.iter().all(|v| v.is_finite())
        && surface.hessian.iter().flatten().all(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP: Stop = Stop { gradient: 1e-9, evaluations: 200 };

    #[test]
    fn rosenbrock_s_valley_is_followed_to_its_end() {
        let valley = |p: &[f64; 2]| {
            let (x, y) = (p[0], p[1]);
            let d = y - x * x;
            Surface {
                value: (1.0 - x).powi(2) + 100.0 * d * d,
                gradient: [-2.0 * (1.0 - x) - 400.0 * x * d, 200.0 * d],
                hessian: [[2.0 - 400.0 * d + 800.0 * x * x, -400.0 * x], [-400.0 * x, 200.0]],
            }
        };
        let minimum = minimise([-1.2, 1.0], STOP, valley);
        assert!(minimum.converged);
        assert!((minimum.point[0] - 1.0).abs() < 1e-8 && (minimum.point[1] - 1.0).abs() < 1e-8);
    }

    #[test]
    fn a_saddle_is_left() {
        // x⁴/4 − x²/2 + y²/2 starts at a saddle's ridge and has minima at x = ±1.
        let saddle = |p: &[f64; 2]| Surface {
            value: p[0].powi(4) / 4.0 - p[0] * p[0] / 2.0 + p[1] * p[1] / 2.0,
            gradient: [p[0].powi(3) - p[0], p[1]],
            hessian: [[3.0 * p[0] * p[0] - 1.0, 0.0], [0.0, 1.0]],
        };
        let minimum = minimise([0.01, 2.0], STOP, saddle);
        assert!(minimum.converged && (minimum.point[0] - 1.0).abs() < 1e-8);
    }

    #[test]
    fn an_endless_slope_ends_where_it_is_flat() {
        let slope = |p: &[f64; 1]| {
            let value = (-p[0]).exp();
            Surface { value, gradient: [-value], hessian: [[value]] }
        };
        let minimum = minimise([0.0], STOP, slope);
        assert!(minimum.converged && minimum.point[0] > 15.0 && minimum.evaluations < 60);
    }

    #[test]
    fn a_wall_of_no_numbers_is_stepped_back_from() {
        let wall = |p: &[f64; 1]| Surface {
            value: if p[0] <= 0.0 { f64::NAN } else { p[0] - p[0].ln() },
            gradient: [1.0 - 1.0 / p[0]],
            hessian: [[1.0 / (p[0] * p[0])]],
        };
        let minimum = minimise([3.9], STOP, wall);
        assert!(minimum.converged && (minimum.point[0] - 1.0).abs() < 1e-8);
    }
}
