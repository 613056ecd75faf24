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
    /// Covariances of the natural logarithms of the free parameters, in the order of `named()`; for the uncertainty
    /// that predictions owe to the parameters. On a ridge it is a pseudo-covariance: a direction that the data leave
    /// open counts with a standard error of [`WIDEST`], so that draws from it stay usable. `None` where the search
    /// did not end at a maximum.
    pub covariance: Option<Vec<Vec<f64>>>,
    /// Number of parameters that were free, for the information criteria.
    pub free: u32,
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
    /// On a ridge, what the data do determine; `None` where every parameter is determined or nothing is named.
    pub identified: Option<Quantity>,
}

/// Whether the data determine the parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Each parameter is determined; standard errors are given.
    Identified,
    /// The likelihood is flat along a ridge: predictions stand, single parameters do not.
    Ridge {
        /// What lies along the ridge.
        along: Ridge,
        /// Standard error of the least determined direction, in units of the natural logarithm of parameters.
        uncertainty: f64,
    },
    /// The search did not end at a maximum.
    NotConverged,
}

/// The name of a ridge: one word for programs (and translations), and words for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ridge {
    /// One word for it.
    pub code: &'static str,
    /// What it means, in English.
    pub words: &'static str,
}

impl From<&'static str> for Ridge {
    fn from(words: &'static str) -> Ridge {
        Ridge { code: "flat", words }
    }
}

impl fmt::Display for Ridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words)
    }
}

/// A number with its name and unit: a parameter, or what a ridge determines instead of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// Its name, such as `alpha` or `s / beta`.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// What it is measured in.
    pub unit: Unit,
}

/// What a parameter is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number: shapes, counts.
    Number,
    /// A share or chance between 0 and 1.
    Chance,
    /// The unit of time of the data.
    Time,
    /// Once per unit of time.
    PerTime,
    /// The unit of time to a power that another parameter of the model tells.
    PowerOfTime,
    /// The unit of money of the data.
    Money,
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
    /// Akaike's information criterion, 2 k − 2 ln L (Akaike 1974); smaller is better, on the same data only.
    pub fn aic(&self) -> f64 {
        2.0 * f64::from(self.free) - 2.0 * self.log_likelihood
    }

    /// The Bayesian information criterion, k ln n − 2 ln L over n customers (Schwarz 1978).
    pub fn bic(&self) -> f64 {
        f64::from(self.free) * (self.customers.max(1) as f64).ln() - 2.0 * self.log_likelihood
    }

    /// Parameters that were found before; how, is not told again.
    pub(crate) fn restored(params: P) -> Fit<P> {
        Fit {
            params,
            standard_errors: None,
            covariance: None,
            free: 0,
            log_likelihood: f64::NAN,
            converged: true,
            gradient_norm: f64::NAN,
            iterations: 0,
            customers: 0,
            verdict: Verdict::Identified,
            identified: None,
        }
    }

    /// The same without its parameters: what is told alike of every model.
    pub fn without_params(&self) -> Fit<()> {
        Fit {
            params: (),
            standard_errors: None,
            covariance: self.covariance.clone(),
            free: self.free,
            log_likelihood: self.log_likelihood,
            converged: self.converged,
            gradient_norm: self.gradient_norm,
            iterations: self.iterations,
            customers: self.customers,
            verdict: self.verdict.clone(),
            identified: self.identified,
        }
    }

    /// The same with its parameters put into another type.
    pub(crate) fn map<Q>(self, to: impl Fn(P) -> Q) -> Fit<Q> {
        Fit {
            params: to(self.params),
            standard_errors: self.standard_errors.map(to),
            covariance: self.covariance,
            free: self.free,
            log_likelihood: self.log_likelihood,
            converged: self.converged,
            gradient_norm: self.gradient_norm,
            iterations: self.iterations,
            customers: self.customers,
            verdict: self.verdict,
            identified: self.identified,
        }
    }
}

impl<const N: usize> Fit<[f64; N]> {
    /// The fit that a search over logarithms of parameters ended at; `minimum` is that of the mean negative
    /// log-likelihood over `customers`, `name_ridge` puts a flat direction into words.
    pub(crate) fn of<R: Into<Ridge>>(
        minimum: &Minimum<N>,
        evaluations: u32,
        customers: f64,
        name_ridge: impl Fn(&[f64; N]) -> R,
    ) -> Fit<[f64; N]> {
        let (verdict, standard_errors) = judge(minimum, customers, name_ridge);
        Fit {
            params: minimum.point.map(f64::exp),
            standard_errors,
            covariance: minimum.converged.then(|| covariance(minimum, customers)),
            free: N as u32,
            log_likelihood: -minimum.surface.value * customers,
            converged: minimum.converged,
            gradient_norm: minimum.gradient_norm,
            iterations: evaluations,
            customers: customers as u64,
            verdict,
            identified: None,
        }
    }
}

/// A direction uncertain by more than e³ ≈ 20 times, one standard error, is as good as free.
const FREE_DIRECTION: f64 = 3.0;

/// The standard error, in logarithms of parameters, that a free direction counts with in [`Fit::covariance`].
pub const WIDEST: f64 = 1.0;

/// Verdict and standard errors (of parameters given as logarithms) from where a search ended. `minimum` is that
/// of the mean negative log-likelihood over `customers`; `name_ridge` puts a flat direction in words.
pub(crate) fn judge<const N: usize, R: Into<Ridge>>(
    minimum: &Minimum<N>,
    customers: f64,
    name_ridge: impl Fn(&[f64; N]) -> R,
) -> (Verdict, Option<[f64; N]>) {
    if !minimum.converged {
        return (Verdict::NotConverged, None);
    }
    let Eigen { values, vectors } = eigen_symmetric(&minimum.surface.hessian);
    let uncertainty = 1.0 / (values[0].max(0.0) * customers).sqrt();
    if uncertainty > FREE_DIRECTION {
        return (Verdict::Ridge { along: name_ridge(&vectors[0]).into(), uncertainty }, None);
    }
    let errors = std::array::from_fn(|i| {
        let variance: f64 = (0..N).map(|k| vectors[k][i] * vectors[k][i] / (values[k] * customers)).sum();
        variance.sqrt() * minimum.point[i].exp()
    });
    (Verdict::Identified, Some(errors))
}

/// The inverse of the information matrix, each free direction at [`WIDEST`].
pub(crate) fn covariance<const N: usize>(minimum: &Minimum<N>, customers: f64) -> Vec<Vec<f64>> {
    let Eigen { values, vectors } = eigen_symmetric(&minimum.surface.hessian);
    let variances = values.map(|value| {
        let variance = 1.0 / (value.max(0.0) * customers);
        if variance > FREE_DIRECTION * FREE_DIRECTION { WIDEST * WIDEST } else { variance }
    });
    (0..N)
        .map(|i| (0..N).map(|j| (0..N).map(|k| vectors[k][i] * vectors[k][j] * variances[k]).sum()).collect())
        .collect()
}
