//! Which family a base can carry: information criteria, and tests of each family against those within it.

use super::Tenure;
use super::curve::{Clock, Family};
use super::estimate::{Model, Sample};
use crate::Verdict;
use crate::error::Error;
use maths::normal_above;

/// A family that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The fitted model.
    pub model: Model,
    /// Akaike's criterion above that of the best candidate; zero for the best.
    pub aic_above_best: f64,
}

/// A likelihood ratio test of one family against a simpler one that lies within it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NestedTest {
    /// The family within.
    pub simpler: Family,
    /// The family with one parameter more.
    pub richer: Family,
    /// Twice the gain in log-likelihood, never below zero.
    pub statistic: f64,
    /// How often a base of the simpler kind would show as much, 0 to 1.
    ///
    /// χ² with one degree of freedom; half of it where customers differ or not, since equal customers lie on the edge
    /// of the richer family (Self & Liang 1987, case 5).
    pub p_value: f64,
}

/// All candidates, the best of them, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The candidates that could be fitted, the best first.
    pub candidates: Vec<Candidate>,
    /// Each pair of nested families among them.
    pub tests: Vec<NestedTest>,
}

impl Choice {
    /// The chosen model.
    pub fn model(&self) -> &Model {
        &self.candidates[0].model
    }

    /// Why this one, in words.
    pub fn reason(&self) -> String {
        let chosen = self.model();
        match self.candidates.get(1) {
            Some(next) => format!(
                "{} has the smallest information criterion (AIC {:.1}); next is {} with {:.1} more",
                chosen.family(),
                chosen.fit.aic(),
                next.model.family(),
                next.aic_above_best
            ),
            None => format!("too few customers left for more than the {}", chosen.family()),
        }
    }
}

/// With fewer customers who left than this, one chance or rate stands for all.
const LEAST_LEAVERS: f64 = 5.0;

/// Fits the families of a clock and chooses by Akaike's criterion among those whose search ended at a maximum.
///
/// A family on a ridge carries a parameter for nothing, so the plain family at the end of the ridge wins over it. With
/// fewer than five customers who left only the plainest family is tried, and ageing only where they left at three
/// different tenures or more. Refuses what [`super::fit_family`] refuses.
///
/// ```
/// use value::contract::{self, Clock, Family, Tenure};
/// let choice = contract::fit(&[Tenure::ended(3.0), Tenure::active(20.0)], Clock::Continuous).unwrap();
/// assert_eq!(choice.model().family(), Family::Exponential);
/// assert!(choice.reason().starts_with("too few customers left"));
/// assert!(contract::fit(&[], Clock::Continuous).is_err());
/// ```
pub fn fit(tenures: &[Tenure], clock: Clock) -> Result<Choice, Error> {
    let sample = Sample::of(tenures, clock)?;
    let (leavers, places) = sample.leavers();
    let mut models = Vec::new();
    for family in Family::of(clock) {
        let plain = !family.is_mixed() && !family.is_ageing();
        if (leavers < LEAST_LEAVERS && !plain) || (places < 3 && family.is_ageing()) {
            continue;
        }
        match sample.fit(family) {
            Ok(model) if model.fit.verdict != Verdict::NotConverged => models.push(model),
            Ok(_) | Err(Error::NotConverged) => {}
            Err(error) => return Err(error),
        }
    }
    let tests = models
        .iter()
        .flat_map(|simpler| models.iter().map(move |richer| (simpler, richer)))
        .filter_map(|(simpler, richer)| test(simpler, richer))
        .collect();
    models.sort_by(|one, other| one.fit.aic().total_cmp(&other.fit.aic()));
    let best = models.first().ok_or(Error::NotConverged)?.fit.aic();
    let candidates =
        models.into_iter().map(|model| Candidate { aic_above_best: model.fit.aic() - best, model }).collect();
    Ok(Choice { candidates, tests })
}

fn test(simpler: &Model, richer: &Model) -> Option<NestedTest> {
    let (s, r) = (simpler.family(), richer.family());
    let within = (s.is_mixed() <= r.is_mixed()) && (s.is_ageing() <= r.is_ageing());
    if !within || r.parameters() != s.parameters() + 1 {
        return None;
    }
    let statistic = (2.0 * (richer.fit.log_likelihood - simpler.fit.log_likelihood)).max(0.0);
    let beyond = 2.0 * normal_above(statistic.sqrt());
    let at_the_edge = r.is_mixed() && !s.is_mixed();
    let p_value = match (at_the_edge, statistic > 0.0) {
        (true, true) => 0.5 * beyond,
        (true, false) => 1.0,
        (false, _) => beyond,
    };
    Some(NestedTest { simpler: s, richer: r, statistic, p_value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_all_gone_at_one_tenure_gets_a_plain_curve() {
        for clock in [Clock::Renewals, Clock::Continuous] {
            let choice = fit(&[Tenure::ended(12.0).times(40)], clock).unwrap();
            assert!(!choice.model().family().is_ageing(), "{choice:?}");
            let kept = choice.model().curve().kept(0.0, 12.0);
            assert!((0.3..0.4).contains(&kept), "{kept}");
        }
    }

    #[test]
    fn one_customer_is_enough_for_one_rate() {
        let choice = fit(&[Tenure::ended(12.0)], Clock::Renewals).unwrap();
        assert_eq!(choice.model().family(), Family::Geometric);
        let retained = choice.model().retained(0.0, 12.0);
        assert!(retained.interval.lo95 < 0.01 && retained.interval.hi95 > 0.8, "{retained:?}");
    }
}
