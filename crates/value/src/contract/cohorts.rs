//! A curve for each cohort, drawn towards what all have in common by as much as the cohorts' likeness warrants.
//!
//! The logarithms of level, evenness and ageing of the cohorts are normally distributed around common ones. Centre and
//! spread are found by expectation and maximisation with a normal approximation of what each cohort says (Dempster,
//! Laird & Rubin 1977, section 4.5; Gelman et al., "Bayesian Data Analysis", 3rd ed., section 13.4).

use super::Tenure;
use super::curve::Family;
use super::estimate::{Model, Sample};
use crate::error::Error;
use maths::{Jet, Minimum, Stop, minimise};

/// One cohort with its own curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// As given with the tenures.
    pub cohort: u32,
    /// Its curve and the uncertainty of it. The log-likelihood is that of its own customers.
    pub model: Model,
    /// How much of the curve's level is its own word, 0 to 1; the rest is that of all cohorts.
    pub own_weight: f64,
}

/// Cohorts and what they have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohorts {
    /// By rising number.
    pub cohorts: Vec<Cohort>,
    /// A cohort of which nothing is known yet: the centre, as uncertain as cohorts differ.
    pub newcomer: Model,
    /// Standard deviation between cohorts of the logarithm of level, evenness and ageing; zero where the family has
    /// none.
    pub between: [f64; 3],
}

impl Cohorts {
    /// The model of a cohort; that of a newcomer where it was never seen.
    pub fn of(&self, cohort: u32) -> &Model {
        match self.cohorts.binary_search_by_key(&cohort, |c| c.cohort) {
            Ok(place) => &self.cohorts[place].model,
            Err(_) => &self.newcomer,
        }
    }
}

/// More cohorts than this are refused.
pub const MOST_COHORTS: u64 = 10_000;

/// Fits one curve per cohort by partial pooling. A cohort that nobody left yet is answered too. With a single cohort
/// the newcomer is as uncertain as if cohorts differed by a factor of e^(1/2).
///
/// ```
/// use value::contract::{Family, Tenure, fit_cohorts};
/// let of = |cohort, left, customers| [
///     Tenure::ended(1.0).times(left).of_cohort(cohort),
///     Tenure::ended(2.0).times(left).of_cohort(cohort),
///     Tenure::active(2.0).times(customers - 2 * left).of_cohort(cohort),
/// ];
/// let tenures = [of(1, 100, 1_000), of(2, 300, 1_000), of(3, 200, 1_000), of(4, 0, 4)].concat();
/// let cohorts = fit_cohorts(&tenures, Family::Geometric).unwrap();
/// let keeps = |cohort| cohorts.of(cohort).curve().retention(1);
/// assert!(keeps(1) > keeps(3) && keeps(3) > keeps(2));
/// // Four customers, of whom nobody left, say little: not a retention of one.
/// assert!(keeps(4) < keeps(1));
/// ```
pub fn fit_cohorts(tenures: &[Tenure], family: Family) -> Result<Cohorts, Error> {
    let all = Sample::of(tenures, family.clock())?;
    let pooled = all.fit(family)?;
    let samples: Vec<(u32, Sample)> = all
        .tenures
        .chunk_by(|one, next| one.cohort == next.cohort)
        .map(|own| {
            let customers = own.iter().map(|t| f64::from(t.customers)).sum();
            (own[0].cohort, Sample { tenures: own.to_vec(), customers, ln_unit: all.ln_unit })
        })
        .collect();
    let count = samples.len() as u64;
    if count > MOST_COHORTS {
        return Err(Error::TooMany { what: "cohorts", given: count, most: MOST_COHORTS });
    }
    const START: f64 = 0.25;
    // A coordinate that runs along a ridge would tell of differences that are none.
    const MOST_SHAPE: f64 = 7.0;
    let is_free = [true, family.is_mixed(), family.is_ageing()];
    let mut centre = pooled.coordinates;
    centre[1] = centre[1].min(MOST_SHAPE);
    let mut spread = is_free.map(|is_free| if is_free { START } else { 0.0 });
    let mut ends: Vec<Minimum<3>> = Vec::new();
    for round in 0..300 {
        ends = samples
            .iter()
            .enumerate()
            .map(|(place, (_, sample))| {
                let start = ends.get(place).map_or(centre, |end| end.point);
                let stop = Stop { gradient: 1e-8, evaluations: 100 };
                minimise(start, stop, |point| posterior(sample, family, point, &centre, &spread).surface())
            })
            .collect();
        if samples.len() < 2 {
            break;
        }
        let (old_centre, old_spread) = (centre, spread);
        let number = samples.len() as f64;
        let variances: Vec<[f64; 3]> =
            ends.iter().zip(&samples).map(|(end, (_, sample))| variances(end, sample.customers)).collect();
        for i in (0..3).filter(|&i| is_free[i]) {
            centre[i] = ends.iter().map(|end| end.point[i]).sum::<f64>() / number;
            let squares: f64 = ends
                .iter()
                .zip(&variances)
                .map(|(end, own)| (end.point[i] - centre[i]).powi(2) + own[i])
                .sum();
            // The centre is estimated from the same cohorts; never quite zero, so that the search stays well posed.
            spread[i] = (squares / (number - 0.5)).clamp(1e-6, 25.0);
        }
        let moved = (0..3)
            .filter(|&i| is_free[i])
            .map(|i| (centre[i] - old_centre[i]).abs().max((spread[i] / old_spread[i]).ln().abs()))
            .fold(0.0, f64::max);
        if round > 3 && moved < 1e-4 {
            break;
        }
    }
    let cohorts = samples
        .iter()
        .zip(&ends)
        .map(|((cohort, sample), end)| {
            let log_likelihood = sample.ln_likelihood(family, &end.point).value;
            let model = sample.model(family, end, log_likelihood, end.evaluations);
            let own_weight = (1.0 - variances(end, sample.customers)[0] / spread[0]).clamp(0.0, 1.0);
            Cohort { cohort: *cohort, model, own_weight }
        })
        .collect();
    // The centre is a mean over cohorts, and a new one differs from it as they do.
    let mut newcomer = at_centre(&all, family, &centre, pooled);
    let number = samples.len() as f64;
    newcomer.covariance = std::array::from_fn(|i| {
        std::array::from_fn(|j| if i == j { spread[i] * (1.0 + 1.0 / number) } else { 0.0 })
    });
    Ok(Cohorts { cohorts, newcomer, between: spread.map(f64::sqrt) })
}

/// Mean negative log-posterior of one cohort's coordinates.
fn posterior(
    sample: &Sample,
    family: Family,
    point: &[f64; 3],
    centre: &[f64; 3],
    spread: &[f64; 3],
) -> Jet<3> {
    let mut surface = sample.surface(family, point);
    for i in (0..3).filter(|&i| spread[i] > 0.0) {
        let off = point[i] - centre[i];
        let weight = 1.0 / (spread[i] * sample.customers);
        surface.value += 0.5 * weight * off * off;
        surface.gradient[i] += weight * off;
        surface.hessian[i][i] += weight;
    }
    surface
}

/// Posterior variances of a cohort's coordinates.
fn variances(end: &Minimum<3>, customers: f64) -> [f64; 3] {
    let eigen = maths::eigen_symmetric(&end.surface.hessian);
    std::array::from_fn(|i| {
        (0..3)
            .map(|k| eigen.vectors[k][i].powi(2) / (eigen.values[k].max(f64::MIN_POSITIVE) * customers))
            .sum::<f64>()
            .min(25.0)
    })
}

/// The pooled fit, moved to the centre of the cohorts.
fn at_centre(all: &Sample, family: Family, centre: &[f64; 3], pooled: Model) -> Model {
    let surface = all.surface(family, centre);
    let minimum = Minimum {
        point: *centre,
        surface: surface.surface(),
        gradient_norm: pooled.fit.gradient_norm,
        evaluations: pooled.fit.iterations,
        converged: pooled.fit.converged,
    };
    all.model(family, &minimum, -surface.value * all.customers, pooled.fit.iterations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::fit_family;

    fn cohort(number: u32, customers: u32, theta: f64) -> Vec<Tenure> {
        let mut left = f64::from(customers);
        let mut tenures = Vec::new();
        for renewal in 1..=6 {
            let leaves = (left * theta).round();
            left -= leaves;
            tenures.push(Tenure::ended(f64::from(renewal)).times(leaves as u32).of_cohort(number));
        }
        tenures.push(Tenure::active(6.0).times(left as u32).of_cohort(number));
        tenures
    }

    #[test]
    fn large_cohorts_keep_their_own_curve_and_small_ones_lean_on_all() {
        let thetas = [0.1, 0.12, 0.14, 0.16, 0.2, 0.25];
        let mut tenures: Vec<Tenure> =
            (1..).zip(thetas).flat_map(|(number, theta)| cohort(number, 5_000, theta)).collect();
        tenures.extend(cohort(9, 6, 0.5));
        let cohorts = fit_cohorts(&tenures, Family::Geometric).unwrap();
        for (number, theta) in (1..).zip(thetas) {
            let own = cohorts.of(number).curve().named()[0].1;
            assert!((own - theta).abs() < 0.004, "{number}: {own}");
        }
        let own = fit_family(&cohort(9, 6, 0.5), Family::Geometric).unwrap().curve().named()[0].1;
        let leaning = cohorts.of(9).curve().named()[0].1;
        assert!(leaning > 0.15 && leaning < own, "{leaning} {own}");
        let weights: Vec<f64> = cohorts.cohorts.iter().map(|c| c.own_weight).collect();
        assert!(weights[0] > 0.95 && weights[6] < 0.7, "{weights:?}");
        // A newcomer lies among them, less surely than any of them.
        let width = |model: &Model| {
            let interval = model.retained(0.0, 3.0).interval;
            interval.hi95 - interval.lo95
        };
        assert!(width(cohorts.of(77)) > width(cohorts.of(1)));
        let theta = cohorts.of(77).curve().named()[0].1;
        assert!((0.1..0.3).contains(&theta), "{theta}");
    }

    #[test]
    fn equal_cohorts_share_one_curve() {
        let tenures: Vec<Tenure> = (0..8).flat_map(|number| cohort(number, 300, 0.15)).collect();
        let cohorts = fit_cohorts(&tenures, Family::ShiftedBetaGeometric).unwrap();
        assert!(cohorts.between[0] < 0.1, "{:?}", cohorts.between);
        for number in 0..8 {
            assert!((cohorts.of(number).curve().retention(1) - 0.85).abs() < 0.01);
        }
    }

    #[test]
    fn one_cohort_is_itself() {
        let tenures = cohort(3, 4_000, 0.15);
        let cohorts = fit_cohorts(&tenures, Family::Geometric).unwrap();
        let alone = fit_family(&tenures, Family::Geometric).unwrap();
        assert!((cohorts.of(3).curve().retention(1) - alone.curve().retention(1)).abs() < 1e-4);
        assert!(cohorts.of(8).retained(0.0, 5.0).interval.lo95 < alone.retained(0.0, 5.0).interval.lo95);
    }
}
