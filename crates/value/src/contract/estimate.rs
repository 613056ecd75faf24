//! Maximum likelihood for one family, and what the fitted model says with its uncertainty.

use super::Tenure;
use super::curve::{Clock, Curve, Family, Mixing, ln_survival};
use crate::conclude::{Conclusion, best_of, conclude, variance_of};
use crate::error::Error;
use crate::fit::{Fit, Ridge, Verdict};
use crate::valuation::Interval;
use maths::{Jet, Minimum, Real, Stop, minimise, normal_quantile};

/// A fitted family: its curve and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The curve and how the fit went.
    pub fit: Fit<Curve>,
    /// Where the search ended.
    pub(super) coordinates: [f64; 3],
    /// Covariance of the coordinates.
    pub(super) covariance: [[f64; 3]; 3],
    /// ln of the time that the coordinates are measured in.
    pub(super) ln_unit: f64,
}

/// The chance to be still there, with what the data leave open about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retained {
    /// Best estimate, 0 to 1.
    pub probability: f64,
    /// Where it may lie, given what is known of the parameters.
    pub interval: Interval,
}

/// The data of a search: equal tenures put together.
pub(super) struct Sample {
    pub tenures: Vec<Tenure>,
    pub customers: f64,
    /// ln of the mean tenure of those who left: the unit of the search.
    pub ln_unit: f64,
}

impl Sample {
    /// Checks and condenses.
    pub(super) fn of(tenures: &[Tenure], clock: Clock) -> Result<Sample, Error> {
        for (place, tenure) in tenures.iter().enumerate() {
            tenure.check(clock).map_err(|what| Error::Impossible { place, what })?;
        }
        let mut sorted: Vec<Tenure> = tenures.iter().copied().filter(|t| t.customers > 0).collect();
        let key = |t: &Tenure| (t.cohort, t.ended, t.reached, t.entry);
        sorted.sort_by(|one, other| {
            let (one, other) = (key(one), key(other));
            (one.0, one.1)
                .cmp(&(other.0, other.1))
                .then(one.2.total_cmp(&other.2))
                .then(one.3.total_cmp(&other.3))
        });
        let mut condensed: Vec<Tenure> = Vec::new();
        for tenure in sorted {
            match condensed.last_mut() {
                Some(last)
                    if key(last) == key(&tenure)
                        && last.customers.checked_add(tenure.customers).is_some() =>
                {
                    last.customers += tenure.customers;
                }
                _ => condensed.push(tenure),
            }
        }
        let total = |of: &dyn Fn(&Tenure) -> f64| -> f64 {
            condensed.iter().map(|t| f64::from(t.customers) * of(t)).sum()
        };
        let customers = total(&|_| 1.0);
        if customers == 0.0 {
            return Err(Error::NoCustomers);
        }
        let ended = total(&|t| f64::from(u8::from(t.ended)));
        if ended == 0.0 {
            return Err(Error::NothingToLearn { because: "nobody has left yet" });
        }
        let seen = total(&|t| t.reached - t.entry);
        if clock == Clock::Renewals && seen == ended {
            return Err(Error::NothingToLearn {
                because: "everybody left at the first renewal that was seen",
            });
        }
        let reached = total(&|t| if t.ended { t.reached } else { 0.0 });
        Ok(Sample { customers, ln_unit: (reached / ended).ln(), tenures: condensed })
    }

    /// Those who left, and the number of different tenures at which they did.
    pub(super) fn leavers(&self) -> (f64, usize) {
        let mut tenures: Vec<f64> = self.tenures.iter().filter(|t| t.ended).map(|t| t.reached).collect();
        tenures.sort_by(f64::total_cmp);
        tenures.dedup();
        let leavers = self.tenures.iter().filter(|t| t.ended).map(|t| f64::from(t.customers)).sum();
        (leavers, tenures.len())
    }

    /// Sum of the log-likelihoods with its derivatives by the coordinates.
    pub(super) fn ln_likelihood(&self, family: Family, point: &[f64; 3]) -> Jet<3> {
        let (mixing, c) = mixing(family, &variables(family, point), self.ln_unit);
        let mut sum = Jet::constant(0.0);
        for tenure in &self.tenures {
            let one = ln_likelihood(family.clock(), &mixing, c, tenure);
            sum = sum + one * f64::from(tenure.customers);
        }
        sum
    }

    /// Mean negative log-likelihood; coordinates that the family does not have are held at zero by a bowl of their own.
    pub(super) fn surface(&self, family: Family, point: &[f64; 3]) -> Jet<3> {
        let mut surface = self.ln_likelihood(family, point) * (-1.0 / self.customers);
        for (i, is_free) in free(family).into_iter().enumerate() {
            if !is_free {
                surface.hessian[i][i] = 1.0;
            }
        }
        surface
    }

    /// Starting points around the plain rate of leaving.
    fn starts(&self, family: Family) -> Vec<[f64; 3]> {
        let seen: f64 = self.tenures.iter().map(|t| f64::from(t.customers) * (t.reached - t.entry)).sum();
        let (leavers, _) = self.leavers();
        let rate = (leavers / seen).ln() + self.ln_unit;
        let shapes: &[f64] = if family.is_mixed() { &[0.5, 3.0, 30.0] } else { &[1.0] };
        let powers: &[f64] = if family.is_ageing() { &[1.0, 0.5, 2.0] } else { &[1.0] };
        let pairs = shapes.iter().flat_map(|shape| powers.iter().map(move |power| (shape, power)));
        pairs.map(|(shape, power)| [rate, shape.ln(), power.ln()]).collect()
    }
}

/// Which of the coordinates a family has: level, evenness, ageing.
fn free(family: Family) -> [bool; 3] {
    [true, family.is_mixed(), family.is_ageing()]
}

/// The coordinates, held where the family does not have them.
pub(super) fn variables(family: Family, point: &[f64; 3]) -> [Jet<3>; 3] {
    let all = Jet::variables(point);
    let free = free(family);
    std::array::from_fn(|i| if free[i] { all[i] } else { Jet::constant(0.0) })
}

/// Φ and c at coordinates: ln of the mean rate per unit of time to the power of c, with time in e^`ln_unit`; ln of the
/// shape, the first parameter of the beta or gamma distribution; ln c. On a ridge only the second runs away.
pub(super) fn mixing<R: Real>(
    family: Family,
    &[level, shape, power]: &[R; 3],
    ln_unit: f64,
) -> (Mixing<R>, R) {
    let c = power.exp();
    let ln_rate = level - c * ln_unit;
    let mixing = match (family.is_mixed(), family.clock()) {
        (false, _) => Mixing::Same(ln_rate.exp()),
        (true, Clock::Renewals) => Mixing::Beta(shape.exp(), (shape - ln_rate).exp()),
        (true, Clock::Continuous) => Mixing::Gamma(shape.exp(), (shape - ln_rate).exp()),
    };
    (mixing, c)
}

/// ln of the probability (at renewals) or density (in time, per unit) of one tenure, given that its entry was reached.
fn ln_likelihood<R: Real>(clock: Clock, mixing: &Mixing<R>, c: R, tenure: &Tenure) -> R {
    let &Tenure { entry, reached, ended, .. } = tenure;
    let reaches = |t: f64| ln_survival(mixing, c, t);
    let seen = match (ended, clock) {
        (false, _) => reaches(reached),
        (true, Clock::Renewals) => {
            // S(t − 1) − S(t) in logarithms.
            let before = reaches(reached - 1.0);
            before + (-(reaches(reached) - before).exp_m1()).ln()
        }
        (true, Clock::Continuous) => {
            let ln_t = reached.ln();
            let u = (c * ln_t).exp();
            mixing.ln_spared(u) + mixing.ln_rate(u) + c.ln() + (c - 1.0) * ln_t
        }
    };
    if entry > 0.0 { seen - reaches(entry) } else { seen }
}

/// The parameters of the family from its Φ and c, in the order of [`Curve::named`] and padded.
pub(super) fn parameters<R: Real>(family: Family, mixing: &Mixing<R>, c: R) -> [R; 3] {
    match (*mixing, family.clock()) {
        (Mixing::Same(rate), Clock::Renewals) => [-(-rate).exp_m1(), c, c],
        (Mixing::Same(rate), Clock::Continuous) => [rate, c, c],
        (Mixing::Beta(a, b) | Mixing::Gamma(a, b), _) => [a, b, c],
    }
}

/// The curve of a family with these parameters.
pub(super) fn curve(family: Family, [a, b, c]: [f64; 3]) -> Curve {
    match family {
        Family::Geometric => Curve::Geometric { theta: a },
        Family::DiscreteWeibull => Curve::DiscreteWeibull { theta: a, c: b },
        Family::ShiftedBetaGeometric => Curve::ShiftedBetaGeometric { alpha: a, beta: b },
        Family::BetaDiscreteWeibull => Curve::BetaDiscreteWeibull { alpha: a, beta: b, c },
        Family::Exponential => Curve::Exponential { rate: a },
        Family::Weibull => Curve::Weibull { rate: a, c: b },
        Family::ExponentialGamma => Curve::ExponentialGamma { r: a, alpha: b },
        Family::WeibullGamma => Curve::WeibullGamma { r: a, alpha: b, c },
    }
}

/// Fits one family to all tenures together, cohorts or not, by maximum likelihood.
///
/// Newton's method with exact derivatives from several starting points. Right-censored customers count with S(t),
/// those older than the log conditionally on having reached their entry. Multiplying all times by one number changes
/// nothing but the parameters with a unit of time. Where customers hardly differ, the shape runs away until the
/// likelihood no longer changes: the verdict names the ridge and [`Curve::identified`] what is determined; the
/// log-likelihood then is that of the plain geometric, discrete Weibull, exponential or Weibull curve. Refuses a base that
/// nobody left, and one that everybody left at the first renewal.
///
/// ```
/// use value::contract::{Family, Tenure, fit_family};
/// let tenures = [Tenure::ended(2.5).times(30), Tenure::ended(9.0).times(20), Tenure::active(12.0).times(50)];
/// let model = fit_family(&tenures, Family::Exponential).unwrap();
/// // 50 left in 855 units of time.
/// assert!((model.curve().named()[0].1 - 50.0 / 855.0).abs() < 1e-9);
/// assert!((model.fit.log_likelihood - (50.0 * (50.0_f64 / 855.0).ln() - 50.0)).abs() < 1e-9);
/// ```
pub fn fit_family(tenures: &[Tenure], family: Family) -> Result<Model, Error> {
    Sample::of(tenures, family.clock())?.fit(family)
}

impl Sample {
    pub(super) fn fit(&self, family: Family) -> Result<Model, Error> {
        let sample = self.thinned();
        let (first, tried) = best_of(self.starts(family), |start| {
            let stop = Stop { gradient: if sample.is_some() { 1e-6 } else { 1e-9 }, evaluations: 300 };
            let of = sample.as_ref().unwrap_or(self);
            minimise(start, stop, |point| of.surface(family, point).surface())
        })
        .ok_or(Error::NotConverged)?;
        let (best, evaluations) = if sample.is_some() {
            let stop = Stop { gradient: 1e-9, evaluations: 300 };
            let best = minimise(first.point, stop, |point| self.surface(family, point).surface());
            (best, tried + best.evaluations)
        } else {
            (first, tried)
        };
        Ok(self.model(family, &best, -best.surface.value * self.customers, evaluations))
    }

    /// A few thousand of very many tenures, at even distances, to find the region of the maximum.
    fn thinned(&self) -> Option<Sample> {
        const ENOUGH: usize = 4_000;
        let stride = self.tenures.len() / ENOUGH;
        (stride > 1).then(|| {
            let tenures: Vec<Tenure> = self.tenures.iter().copied().step_by(stride).collect();
            let customers = tenures.iter().map(|t| f64::from(t.customers)).sum();
            Sample { tenures, customers, ln_unit: self.ln_unit }
        })
    }

    /// The model at the end of a search over the mean negative log-likelihood (or posterior).
    pub(super) fn model(
        &self,
        family: Family,
        best: &Minimum<3>,
        log_likelihood: f64,
        evaluations: u32,
    ) -> Model {
        let mut conclusion = conclude(best, self.customers);
        hold(family, &mut conclusion);
        let (mixing, c) = mixing(family, &variables(family, &best.point), self.ln_unit);
        let mut fit = conclusion.fit(
            best,
            (self.customers, log_likelihood, evaluations),
            (parameters(family, &mixing, c), family.parameters()),
            |parameters| curve(family, parameters),
            |direction| name_ridge(family, direction),
        );
        if matches!(fit.verdict, Verdict::Ridge { .. }) {
            fit.identified = fit.params.identified().into_iter().next();
        }
        Model { fit, coordinates: best.point, covariance: conclusion.covariance, ln_unit: self.ln_unit }
    }
}

/// A coordinate that is held has no uncertainty.
fn hold(family: Family, conclusion: &mut Conclusion<3>) {
    for (i, is_free) in free(family).into_iter().enumerate() {
        if !is_free {
            for j in 0..3 {
                conclusion.covariance[i][j] = 0.0;
                conclusion.covariance[j][i] = 0.0;
            }
        }
    }
}

fn name_ridge(family: Family, &[level, shape, power]: &[f64; 3]) -> Ridge {
    let evens_out = shape.abs() >= level.abs().max(power.abs());
    let (code, words) = match (evens_out, family) {
        (true, Family::ShiftedBetaGeometric) => (
            "one_chance",
            "all customers leave with about the same chance, as in the plain geometric; alpha / (alpha + beta) is \
             determined, alpha and beta alone are not",
        ),
        (true, Family::BetaDiscreteWeibull) => (
            "one_chance",
            "all customers leave with about the same chance, as in the plain discrete Weibull; alpha / (alpha + beta) \
             and c are determined, alpha and beta alone are not",
        ),
        (true, Family::ExponentialGamma) => (
            "one_rate",
            "all customers leave at about the same rate, as in the plain exponential; r / alpha is determined, r and \
             alpha alone are not",
        ),
        (true, Family::WeibullGamma) => (
            "one_rate",
            "all customers leave at about the same rate, as in the plain Weibull; r / alpha and c are determined, r \
             and alpha alone are not",
        ),
        _ => {
            ("few_leavers", "too few customers left, or at too few different tenures, to determine the curve")
        }
    };
    Ridge { code, words }
}

impl Model {
    /// The fitted curve.
    pub fn curve(&self) -> &Curve {
        &self.fit.params
    }

    /// Its kind.
    pub fn family(&self) -> Family {
        self.curve().family()
    }

    /// Chance that a customer who reached `tenure` is still there `more` later, with the bounds that the uncertainty
    /// of the parameters leaves (delta method on ln(−ln S), so that they stay within 0 and 1).
    ///
    /// ```
    /// use value::contract::{Family, Tenure, fit_family};
    /// let tenures = [Tenure::ended(2.5).times(30), Tenure::ended(9.0).times(20), Tenure::active(12.0).times(50)];
    /// let retained = fit_family(&tenures, Family::Exponential).unwrap().retained(12.0, 12.0);
    /// assert!(retained.interval.lo95 < retained.probability && retained.probability < retained.interval.hi95);
    /// ```
    pub fn retained(&self, tenure: f64, more: f64) -> Retained {
        let probability = self.curve().kept(tenure, more);
        let error = self.error_of_ln_hazard(tenure, more);
        let spent = -probability.ln();
        let at = |z: f64| (-spent * (z * error).exp()).exp();
        let bounds = |level: f64| normal_quantile(level);
        let interval = if spent > 0.0 && spent.is_finite() {
            Interval {
                lo95: at(bounds(0.975)),
                lo80: at(bounds(0.9)),
                hi80: at(bounds(0.1)),
                hi95: at(bounds(0.025)),
            }
        } else {
            Interval { lo95: probability, lo80: probability, hi80: probability, hi95: probability }
        };
        Retained { probability, interval }
    }

    /// How many of `customers` who reached `tenure` are still there `more` later: expected number and its interval,
    /// from the chance of each and from the uncertainty of the parameters, which all share.
    pub fn retained_of(&self, customers: u32, tenure: f64, more: f64) -> crate::Total {
        let (n, p) = (f64::from(customers), self.curve().kept(tenure, more));
        let spent = if p > 0.0 { -p.ln() } else { 0.0 };
        let shared = (p * spent * self.error_of_ln_hazard(tenure, more)).powi(2);
        let variance = n * p * (1.0 - p) + n * (n - 1.0).max(0.0) * shared;
        let at = |level: f64| (n * p + normal_quantile(level) * variance.sqrt()).clamp(0.0, n);
        let interval = Interval { lo95: at(0.025), lo80: at(0.1), hi80: at(0.9), hi95: at(0.975) };
        crate::Total { expected: n * p, interval }
    }

    /// Standard error of ln(−ln of what is kept).
    fn error_of_ln_hazard(&self, tenure: f64, more: f64) -> f64 {
        let family = self.family();
        let (tenure, more) = (tenure.max(0.0), more.max(0.0));
        let (from, to) = match family.clock() {
            Clock::Renewals => (tenure.floor(), (tenure + more).floor()),
            Clock::Continuous => (tenure, tenure + more),
        };
        if to <= from {
            return 0.0;
        }
        let (mixing, c) = mixing(family, &variables(family, &self.coordinates), self.ln_unit);
        let spent = ln_survival(&mixing, c, from) - ln_survival(&mixing, c, to);
        let error = variance_of(&spent.ln().gradient, &self.covariance).sqrt();
        if error.is_finite() { error } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenures(clock: Clock) -> Vec<Tenure> {
        let whole = |t: f64| if clock == Clock::Renewals { t.round() } else { t };
        (0..40)
            .map(|i| {
                let i = f64::from(i);
                let entry = if i as u32 % 3 < 1 { whole(i / 7.0) } else { 0.0 };
                let reached = entry + whole(1.0 + (i * 37.0) % 23.0 / 2.0);
                Tenure { entry, reached, ended: i as u32 % 4 != 1, cohort: 0, customers: 1 + i as u32 % 5 }
            })
            .collect()
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        for clock in [Clock::Renewals, Clock::Continuous] {
            let sample = Sample::of(&tenures(clock), clock).unwrap();
            for family in Family::of(clock) {
                for point in [[-0.4, 0.3, -0.2], [-2.0, 7.0, 0.5]] {
                    let at = sample.surface(family, &point);
                    let h = 1e-5;
                    for i in (0..3).filter(|&i| free(family)[i]) {
                        let moved = |by: f64| {
                            let mut moved = point;
                            moved[i] += by;
                            sample.surface(family, &moved)
                        };
                        let (up, down) = (moved(h), moved(-h));
                        let slope = (up.value - down.value) / (2.0 * h);
                        assert!(
                            (slope - at.gradient[i]).abs() < 1e-6,
                            "{family} {i}: {slope} {:?}",
                            at.gradient
                        );
                        for j in 0..3 {
                            let curvature = (up.gradient[j] - down.gradient[j]) / (2.0 * h);
                            assert!((curvature - at.hessian[i][j]).abs() < 1e-5 || !free(family)[j]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn richer_families_are_never_less_likely_and_the_unit_of_time_does_not_matter() {
        for clock in [Clock::Renewals, Clock::Continuous] {
            let models = Family::of(clock).map(|family| fit_family(&tenures(clock), family).unwrap());
            let ll = |i: usize| models[i].fit.log_likelihood;
            assert!(ll(1) >= ll(0) - 1e-6 && ll(2) >= ll(0) - 1e-6);
            assert!(ll(3) >= ll(1) - 1e-6 && ll(3) >= ll(2) - 1e-6);
            assert!(models.iter().all(|model| model.fit.converged), "{models:?}");
        }
        let scaled: Vec<Tenure> = tenures(Clock::Continuous)
            .into_iter()
            .map(|t| Tenure { entry: t.entry * 730.5, reached: t.reached * 730.5, ..t })
            .collect();
        for family in Family::of(Clock::Continuous) {
            let (one, other) = (
                fit_family(&tenures(Clock::Continuous), family).unwrap(),
                fit_family(&scaled, family).unwrap(),
            );
            let (p, q) = (one.retained(2.0, 3.0), other.retained(2.0 * 730.5, 3.0 * 730.5));
            assert!((p.probability - q.probability).abs() < 1e-6, "{family}: {p:?} {q:?}");
            assert!((p.interval.lo95 - q.interval.lo95).abs() < 1e-4, "{family}: {p:?} {q:?}");
        }
    }

    #[test]
    fn a_base_of_equals_lies_on_the_named_ridge() {
        // A tenth fails each renewal; a constant rate.
        let mut left = 10_000.0_f64;
        let mut renewals = Vec::new();
        for year in 1..=8 {
            let leaves = (left * 0.1).round();
            renewals.push(Tenure::ended(f64::from(year)).times(leaves as u32));
            left -= leaves;
        }
        renewals.push(Tenure::active(8.0).times(left as u32));
        let model = fit_family(&renewals, Family::ShiftedBetaGeometric).unwrap();
        let Verdict::Ridge { along, .. } = &model.fit.verdict else { panic!("{model:?}") };
        assert!(
            along.to_string().contains("plain geometric")
                && along.to_string().contains("alpha / (alpha + beta)")
        );
        let identified = model.fit.identified.expect("a ridge has a ratio that is determined");
        assert!(
            identified.name == "alpha / (alpha + beta)" && (identified.value - 0.1).abs() < 1e-3,
            "{identified:?}"
        );
        let plain = fit_family(&renewals, Family::Geometric).unwrap();
        assert!((plain.fit.log_likelihood - model.fit.log_likelihood).abs() < 1e-3);
        // The ridge itself does not widen what does not depend on it.
        let (wide, narrow) = (model.retained(8.0, 4.0), plain.retained(8.0, 4.0));
        assert!((wide.probability - narrow.probability).abs() < 1e-3, "{wide:?} {narrow:?}");
        assert!(wide.interval.hi95 - wide.interval.lo95 < 0.05, "{wide:?}");

        let times: Vec<Tenure> = (0..2_000)
            .map(|i| -20.0 * ((f64::from(i) + 0.5) / 2_000.0).ln())
            .map(|t| if t < 30.0 { Tenure::ended(t) } else { Tenure::active(30.0) })
            .collect();
        for (family, plain) in [(Family::ExponentialGamma, "exponential"), (Family::WeibullGamma, "Weibull")]
        {
            let model = fit_family(&times, family).unwrap();
            let Verdict::Ridge { along, .. } = &model.fit.verdict else { panic!("{model:?}") };
            assert!(along.to_string().contains(plain), "{along}");
            assert!((model.curve().identified()[0].value / 0.05 - 1.0).abs() < 0.1, "{model:?}");
        }
    }

    #[test]
    fn bad_bases_are_refused_with_words() {
        let words = |tenures: &[Tenure], family| fit_family(tenures, family).unwrap_err().to_string();
        assert_eq!(words(&[], Family::Geometric), "there is no customer to learn from");
        assert_eq!(
            words(&[Tenure::active(5.0).times(9)], Family::Weibull),
            "nothing to learn: nobody has left yet"
        );
        assert_eq!(
            words(&[Tenure::ended(1.0).times(9)], Family::Geometric),
            "nothing to learn: everybody left at the first renewal that was seen"
        );
        assert_eq!(
            words(&[Tenure::ended(1.0), Tenure::ended(-2.0)], Family::Weibull),
            "customer at place 1: seen from tenure 0 to -2"
        );
        assert_eq!(
            words(&[Tenure::ended(3.0).entering(3.0)], Family::Weibull),
            "customer at place 0: left at tenure 3, the moment they came into sight"
        );
        assert!(words(&[Tenure::ended(f64::NAN)], Family::Weibull).contains("NaN"));
    }
}
