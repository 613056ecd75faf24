//! From where a search ended to what a fit may claim: verdict, covariance, standard errors.

use crate::fit::{Fit, Ridge, Verdict, WIDEST};
use maths::{Jet, Minimum, Real, eigen_symmetric};

/// A direction uncertain by more than e³ ≈ 20 times, one standard error, is as good as free.
const FREE_DIRECTION: f64 = 3.0;

/// What the curvature at the end of a search says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Conclusion<const N: usize> {
    /// Covariance of the coordinates of the search. A free direction is given [`WIDEST`] as its standard error, so
    /// that what does not depend on it keeps a usable uncertainty.
    pub covariance: [[f64; N]; N],
    /// The least determined direction and its standard error, where that is too large to call it determined.
    pub free: Option<([f64; N], f64)>,
}

/// Reads the end of a search for the minimum of the mean negative log-likelihood over `customers`.
pub(crate) fn conclude<const N: usize>(minimum: &Minimum<N>, customers: f64) -> Conclusion<N> {
    let eigen = eigen_symmetric(&minimum.surface.hessian);
    let variances = eigen.values.map(|value| 1.0 / (value.max(0.0) * customers));
    let most = FREE_DIRECTION * FREE_DIRECTION;
    let usable = variances.map(|variance| if variance <= most { variance } else { WIDEST * WIDEST });
    let covariance = std::array::from_fn(|i| {
        std::array::from_fn(|j| (0..N).map(|k| usable[k] * eigen.vectors[k][i] * eigen.vectors[k][j]).sum())
    });
    let free =
        (variances[0].is_nan() || variances[0] > most).then(|| (eigen.vectors[0], variances[0].sqrt()));
    Conclusion { covariance, free }
}

impl<const N: usize> Conclusion<N> {
    /// Standard error of a function of the coordinates, by the delta method.
    pub fn error_of(&self, function: &Jet<N>) -> f64 {
        variance_of(&function.gradient, &self.covariance).sqrt()
    }

    /// Covariances of the logarithms of parameters.
    fn covariance_of_logarithms(&self, params: &[Jet<N>]) -> Vec<Vec<f64>> {
        let slopes: Vec<[f64; N]> = params.iter().map(|param| param.ln().gradient).collect();
        let times = |slope: &[f64; N]| self.covariance.map(|row| dot(&row, slope));
        slopes.iter().map(|one| slopes.iter().map(|other| dot(one, &times(other))).collect()).collect()
    }

    /// The fit that the search amounts to. `params` are its parameters as functions of the coordinates, in the
    /// order that `build` takes them, the first `free` of them free; `name_ridge` puts a free direction in words.
    pub fn fit<const M: usize, P>(
        &self,
        minimum: &Minimum<N>,
        (customers, log_likelihood, iterations): (f64, f64, u32),
        (params, free): ([Jet<N>; M], u32),
        build: impl Fn([f64; M]) -> P,
        name_ridge: impl Fn(&[f64; N]) -> Ridge,
    ) -> Fit<P> {
        let verdict = match &self.free {
            _ if !minimum.converged => Verdict::NotConverged,
            Some((direction, uncertainty)) => {
                Verdict::Ridge { along: name_ridge(direction), uncertainty: *uncertainty }
            }
            None => Verdict::Identified,
        };
        let errors =
            (verdict == Verdict::Identified).then(|| build(params.map(|param| self.error_of(&param))));
        Fit {
            params: build(params.map(|param| param.value)),
            standard_errors: errors,
            covariance: minimum.converged.then(|| self.covariance_of_logarithms(&params[..free as usize])),
            free,
            log_likelihood,
            converged: minimum.converged,
            gradient_norm: minimum.gradient_norm,
            iterations,
            customers: customers as u64,
            verdict,
            identified: None,
        }
    }
}

fn dot<const N: usize>(left: &[f64; N], right: &[f64; N]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// gᵀ C g, never below zero.
pub(crate) fn variance_of<const N: usize>(gradient: &[f64; N], covariance: &[[f64; N]; N]) -> f64 {
    let sum: f64 =
        (0..N).map(|i| (0..N).map(|j| gradient[i] * covariance[i][j] * gradient[j]).sum::<f64>()).sum();
    sum.max(0.0)
}

/// The best of the searches from several starting points: the converged one with the smallest value, or the
/// smallest of all where none converged. Also the evaluations of all together.
pub(crate) fn best_of<const N: usize>(
    starts: impl IntoIterator<Item = [f64; N]>,
    search: impl Fn([f64; N]) -> Minimum<N>,
) -> Option<(Minimum<N>, u32)> {
    let mut evaluations = 0;
    let mut best: Option<Minimum<N>> = None;
    for start in starts {
        let found = search(start);
        evaluations += found.evaluations;
        if !found.surface.value.is_finite() {
            continue;
        }
        // A lower value wins by more than rounding; within it the better gradient does.
        let better = best.as_ref().is_none_or(|best| {
            let gain = best.surface.value - found.surface.value;
            gain > 1e-9 || (gain > -1e-9 && found.gradient_norm < best.gradient_norm)
        });
        if better {
            best = Some(found);
        }
    }
    best.map(|best| (best, evaluations))
}
