//! One purchase rate for all customers and no leaving: the honest answer for a base that cannot carry a model.

use super::{Group, Leaving, Prospect, Rhythm};
use crate::fit::{Fit, Verdict};

/// The posterior of the common rate: a gamma distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// Repeat purchases of all customers, plus one half.
    pub shape: f64,
    /// Time observed of all customers, plus one horizon.
    pub exposure: f64,
}

impl Params {
    /// Parameters by name.
    pub fn named(&self) -> [(&'static str, f64); 2] {
        [("shape", self.shape), ("exposure", self.exposure)]
    }
}

/// The common rate of a base, steadied by a prior worth half a purchase within one `horizon`.
///
/// Conjugate gamma-Poisson updating (Gelman et al., "Bayesian Data Analysis", 3rd ed., section 2.6). The prior
/// keeps one customer who came yesterday from promising hundreds of purchases; against a base observed for many
/// horizons it weighs little. The log-likelihood is that of a Poisson process at the posterior mean rate.
pub fn fit(groups: &[Group], horizon: f64) -> Fit<Params> {
    let mut purchases = 0.0;
    let mut time = 0.0;
    let mut customers = 0;
    for Group { timing, customers: of_group, .. } in groups {
        purchases += f64::from(*of_group) * f64::from(timing.repeat_purchases);
        time += f64::from(*of_group) * timing.age;
        customers += u64::from(*of_group);
    }
    let params = Params { shape: purchases + 0.5, exposure: time + horizon };
    let rate = params.shape / params.exposure;
    Fit {
        params,
        standard_errors: None,
        // The rate is one parameter, however the two numbers of its posterior are told.
        covariance: None,
        free: 1,
        log_likelihood: purchases * rate.ln() - rate * time,
        converged: true,
        gradient_norm: 0.0,
        iterations: 0,
        customers,
        verdict: Verdict::Identified,
        identified: None,
    }
}

/// Everybody's future under the common rate: alive for certain, never leaving.
pub fn prospect(params: &Params) -> Prospect {
    Prospect {
        p_alive: 1.0,
        shape: params.shape,
        exposure: params.exposure,
        rhythm: Rhythm::RANDOM,
        leaving: Leaving::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::Timing;

    #[test]
    fn a_lone_newcomer_promises_half_a_purchase() {
        let timing = Timing { repeat_purchases: 0, recency: 0.0, age: 1.0 / 7.0 };
        let fit = fit(&[Group { timing, customers: 1, ln_gaps: 0.0 }], 52.0);
        let forecast = prospect(&fit.params).forecast(52.0);
        assert!((forecast.mean - 0.5).abs() < 0.01, "{forecast:?}");
        assert_eq!(forecast.quantiles[0], 0);
    }
}
