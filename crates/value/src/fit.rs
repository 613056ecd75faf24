//! What every fit tells of itself: how far it came, and whether the data can tell its parameters apart.

use maths::{Eigen, Minimum, eigen_symmetric};
use std::fmt;

/// Parameters found by maximum likelihood, with what is needed to judge them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit<P> {
    /// The parameters.
    pub params: P,
    /// Their standard errors, in the same places; `None` where the verdict is not [`Verdict::Identified`].
    pub standard_errors: Option<P>,
    /// Sum over all customers of the natural logarithm of the likelihood, in the time and money units of the data.
    pub log_likelihood: f64,
    /// Whether the gradient vanished.
    pub converged: bool,
    /// Largest derivative of the mean log-likelihood by the logarithm of a parameter; free of units.
    pub gradient_norm: f64,
    /// Passes over the data, of all starting points together.
    pub iterations: u32,
    /// Customers that took part.
    pub customers: u64,
    /// What the shape of the likelihood says about the parameters.
    pub verdict: Verdict,
}

/// Whether the data determine the parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Each parameter is determined; standard errors are given.
    Identified,
    /// The likelihood is flat along a ridge: predictions stand, single parameters do not.
    Ridge {
        /// What lies along the ridge, in words.
        along: &'static str,
        /// Standard error of the least determined direction, in units of the natural logarithm of parameters.
        uncertainty: f64,
    },
    /// The search did not end at a maximum.
    NotConverged,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Identified => f.write_str("identified"),
            Verdict::Ridge { along, .. } => write!(f, "ridge: {along}"),
            Verdict::NotConverged => f.write_str("not converged"),
        }
    }
}

impl<P> Fit<P> {
    /// The same without its parameters.
    pub(crate) fn without_params(&self) -> Fit<()> {
        Fit {
            params: (),
            standard_errors: None,
            log_likelihood: self.log_likelihood,
            converged: self.converged,
            gradient_norm: self.gradient_norm,
            iterations: self.iterations,
            customers: self.customers,
            verdict: self.verdict.clone(),
        }
    }
}

/// A direction uncertain by more than e³ ≈ 20 times, one standard error, is as good as free.
const FREE_DIRECTION: f64 = 3.0;

/// Verdict and standard errors (of parameters given as logarithms) from where a search ended. `minimum` is that
/// of the mean negative log-likelihood over `customers`; `name_ridge` puts a flat direction in words.
pub(crate) fn judge<const N: usize>(
    minimum: &Minimum<N>,
    customers: f64,
    name_ridge: impl Fn(&[f64; N]) -> &'static str,
) -> (Verdict, Option<[f64; N]>) {
    if !minimum.converged {
        return (Verdict::NotConverged, None);
    }
    let Eigen { values, vectors } = eigen_symmetric(&minimum.surface.hessian);
    let uncertainty = 1.0 / (values[0].max(0.0) * customers).sqrt();
    if uncertainty > FREE_DIRECTION {
        return (Verdict::Ridge { along: name_ridge(&vectors[0]), uncertainty }, None);
    }
    let errors = std::array::from_fn(|i| {
        let variance: f64 = (0..N).map(|k| vectors[k][i] * vectors[k][i] / (values[k] * customers)).sum();
        variance.sqrt() * minimum.point[i].exp()
    });
    (Verdict::Identified, Some(errors))
}
