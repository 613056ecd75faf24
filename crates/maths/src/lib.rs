//! Numbers only: special functions, quadrature, a small eigenvalue solver, a Newton minimiser, Markov decision
//! processes, and whole numbers that keep their sum.
//!
//! Takes and gives plain `f64`; knows no customer, draws no random number and reads no file. It holds what the
//! other rooms use and nothing else: a function arrives here together with its first caller.

mod apportion;
mod beta;
mod cholesky;
mod decision;
mod dual;
mod eigen;
mod gamma;
mod jet;
mod legendre;
mod logarithm;
mod newton;
mod normal;
mod quadrature;
mod tails;

pub use apportion::{apportion, round_half_away, round_together};
pub use beta::beta_regularised;
pub use cholesky::Cholesky;
pub use decision::{Action, Policy, best_policy, chain_values, iterated_values, solve};
pub use dual::Dual;
pub use eigen::{Eigen, eigen_symmetric};
pub use gamma::{digamma, ln_gamma, ln_rising, trigamma};
pub use jet::{Jet, Real, ln_beta_decline, ln_gamma_rise};
pub use legendre::{Rule, gauss_legendre, ln_integral, ln_integral_within};
pub use logarithm::ln_1p;
pub use newton::{Minimum, Stop, Surface, minimise};
pub use normal::normal_quantile;
pub use quadrature::integrate_logistic;
pub use tails::{normal_above, student_beyond, student_quantile};
