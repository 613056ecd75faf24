//! What is known of customers beforehand (channel, region, size) and makes them faster or slower than others.
//!
//! Works on top of any model of purchases in continuous time: a customer with covariates z lives on a clock that runs
//! e^(γ·z) times as fast, so that with times multiplied by that factor all customers follow one model. Only the model's
//! log-likelihood is needed, and how to fit it again. Fader & Hardie (2007), "Incorporating Time-Invariant Covariates
//! into the Pareto/NBD and BG/NBD Models", note 019 at brucehardie.com, with one γ for the whole clock: buying and, where
//! it happens in time, leaving. Leaves out covariates that change over time.

use crate::error::Error;
use crate::lifetime::{Group, Timing};
use maths::{Cholesky, normal_above};

/// What a clock that runs faster or slower makes of facts.
pub trait OnClock: Clone {
    /// The same with all times multiplied by `factor`.
    fn on_clock(&self, factor: f64) -> Self;
    /// Number of purchases whose times are part of the likelihood as densities.
    fn purchases(&self) -> f64;
}

impl OnClock for Timing {
    fn on_clock(&self, factor: f64) -> Timing {
        Timing { recency: self.recency * factor, age: self.age * factor, ..*self }
    }

    fn purchases(&self) -> f64 {
        f64::from(self.repeat_purchases)
    }
}

/// A whole group: the log-likelihood to give is that of all its customers together, and the observation counts once.
impl OnClock for Group {
    fn on_clock(&self, factor: f64) -> Group {
        let timing = self.timing.on_clock(factor);
        // A repeat purchase is the end of one gap.
        Group { timing, ln_gaps: self.ln_gaps + OnClock::purchases(self) * factor.ln(), ..*self }
    }

    fn purchases(&self) -> f64 {
        f64::from(self.customers) * self.timing.purchases()
    }
}

/// Customers with the same facts and covariates.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<T = Timing> {
    /// What they did.
    pub facts: T,
    /// What is known of them, the same numbers in the same order for all; a category is one 0/1 number for each of its
    /// values but one.
    pub covariates: Vec<f64>,
    /// How many they are.
    pub customers: u32,
}

/// Estimated effects.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// γ, per unit of each covariate: e^γ is the factor by which the clock runs faster.
    pub coefficients: Vec<f64>,
    /// Their standard errors, with the shape parameters of the model taken as known.
    pub standard_errors: Vec<f64>,
    /// How often a covariate without effect would seem to have as much, 0 to 1 (Wald test).
    pub p_values: Vec<f64>,
    /// Mean of each covariate over customers: there the clock runs at its plain speed.
    pub means: Vec<f64>,
    /// Log-likelihood with the covariates, in the time unit of the data.
    pub log_likelihood: f64,
    /// Log-likelihood of the model alone.
    pub log_likelihood_without: f64,
    /// Times that the model was fitted again.
    pub rounds: u32,
}

impl Effects {
    /// The factor by which the clock of a customer with these covariates runs faster than the average one. Facts go
    /// through [`OnClock::on_clock`] with it before the model sees them, and durations to foresee are multiplied by it.
    /// One where the number of covariates is wrong.
    pub fn speed(&self, covariates: &[f64]) -> f64 {
        if covariates.len() != self.means.len() {
            return 1.0;
        }
        let terms = self.coefficients.iter().zip(covariates.iter().zip(&self.means));
        terms.map(|(gamma, (z, mean))| gamma * (z - mean)).sum::<f64>().exp()
    }

    /// The same effects with those of groups drawn towards their mean, as far as the groups at hand hardly differ or are
    /// small: what customers of a group are valued by.
    ///
    /// `is_group` tells which covariates are zero or one, one for each group but the one that others are held against, which
    /// should be a large one. The variance between groups is the one at which their effects are as far from their mean as it
    /// and their standard errors say (Paule & Mandel 1982, "Consensus Values and Weighting
    /// Factors", Journal of Research of the National Bureau of Standards 87); each effect keeps the part of its distance
    /// that is not error (Morris 1983, "Parametric Empirical Bayes Inference", Journal of the American Statistical Association
    /// 78). Fewer than three tell nothing of how groups differ and stay as they are, as do numbers.
    ///
    /// ```
    /// use value::covariates::Effects;
    /// let effects = Effects {
    ///     coefficients: vec![0.9, -0.7, 0.1, 1.5],
    ///     standard_errors: vec![0.1, 0.1, 0.1, 1.2],
    ///     p_values: vec![0.0; 4],
    ///     means: vec![0.2, 0.2, 0.2, 0.01],
    ///     log_likelihood: 0.0,
    ///     log_likelihood_without: 0.0,
    ///     rounds: 1,
    /// };
    /// let drawn = effects.drawn(&[true; 4]);
    /// // Large groups keep nearly all of their effect; one of a handful of customers is believed by a third.
    /// assert!(drawn.coefficients[0] > 0.85 && drawn.coefficients[3] < 0.7);
    /// ```
    pub fn drawn(&self, is_group: &[bool]) -> Effects {
        const LEAST: usize = 3;
        let places: Vec<usize> =
            (0..self.coefficients.len()).filter(|place| is_group.get(*place) == Some(&true)).collect();
        let variance = |place: usize| self.standard_errors[place].powi(2);
        if places.len() < LEAST
            || places.iter().any(|place| variance(*place).is_nan() || variance(*place) <= 0.0)
        {
            return self.clone();
        }
        // The group that others are held against has an effect of zero, known as well as that of the best known other.
        let against = places.iter().map(|place| variance(*place)).fold(f64::INFINITY, f64::min);
        let groups: Vec<(f64, f64)> = places
            .iter()
            .map(|place| (self.coefficients[*place], variance(*place)))
            .chain([(0.0, against)])
            .collect();
        let mean = |between: f64| {
            let (sum, weights) = groups.iter().fold((0.0, 0.0), |(sum, weights), (effect, variance)| {
                (sum + effect / (between + variance), weights + 1.0 / (between + variance))
            });
            sum / weights
        };
        let excess = |between: f64| {
            let mean = mean(between);
            let far = |(effect, variance): &(f64, f64)| (effect - mean).powi(2) / (between + variance);
            groups.iter().map(far).sum::<f64>() - (groups.len() - 1) as f64
        };
        let (mut low, mut high) = (0.0, groups.iter().map(|(effect, _)| effect * effect).sum::<f64>());
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if excess(middle) > 0.0 { low = middle } else { high = middle }
        }
        let mean = mean(low);
        let mut drawn = self.clone();
        for place in places {
            let own = self.coefficients[place] - mean;
            drawn.coefficients[place] = mean + own * low / (low + variance(place));
        }
        drawn
    }

    /// Twice the gain in log-likelihood over the model without covariates: χ² with as many degrees of freedom as there
    /// are covariates where none has an effect.
    pub fn likelihood_ratio(&self) -> f64 {
        2.0 * (self.log_likelihood - self.log_likelihood_without)
    }

    /// Akaike's criterion of the covariates alone against none: negative where they earn their place.
    pub fn aic_against_none(&self) -> f64 {
        2.0 * self.coefficients.len() as f64 - self.likelihood_ratio()
    }
}

/// More covariates than this are refused.
pub const MOST_COVARIATES: u64 = 200;

/// Estimates the effects of covariates on top of a model.
///
/// `refit` fits the model to facts and numbers of customers and gives its log-likelihood for the facts of one customer. In
/// turns, effects take a Newton step (the derivatives of each customer's log-likelihood by the logarithm of speed are
/// numeric, the rest is exact) and the model is fitted again to the times on their own clocks, until neither changes.
/// A density in time carries a factor e^(γ·z) for each purchase. Covariates are centred, so that effects hardly depend
/// on the model's own speed. Refuses covariates that are constant, that add up to each other, or are no numbers.
///
/// ```
/// use value::covariates::{self, Observation};
/// use value::lifetime::Timing;
/// // Two channels, observed for ten weeks; the second buys twice as often. One Poisson rate for all as the model.
/// let observation = |channel, repeat_purchases, customers| Observation {
///     facts: Timing { repeat_purchases, recency: 9.0, age: 10.0 },
///     covariates: vec![channel],
///     customers,
/// };
/// let observations = [observation(0.0, 2, 500), observation(1.0, 4, 500)];
/// let effects = covariates::fit(&observations, |facts: &[(Timing, u32)]| {
///     let total = |of: fn(&Timing) -> f64| facts.iter().map(|(t, n)| of(t) * f64::from(*n)).sum::<f64>();
///     let rate = total(|t| f64::from(t.repeat_purchases)) / total(|t| t.age);
///     move |t: &Timing| f64::from(t.repeat_purchases) * rate.ln() - rate * t.age
/// })
/// .unwrap();
/// assert!((effects.coefficients[0] - 2.0_f64.ln()).abs() < 1e-6);
/// // 1,000 and 2,000 purchases.
/// assert!((effects.standard_errors[0] - (1.0_f64 / 1_000.0 + 1.0 / 2_000.0).sqrt()).abs() < 1e-4);
/// assert!((effects.speed(&[1.0]) / effects.speed(&[0.0]) - 2.0).abs() < 1e-6);
/// ```
pub fn fit<T: OnClock, L: Fn(&T) -> f64>(
    observations: &[Observation<T>],
    mut refit: impl FnMut(&[(T, u32)]) -> L,
) -> Result<Effects, Error> {
    let design = Design::of(observations)?;
    let width = design.means.len();
    let mut gamma = vec![0.0; width];
    let on_clocks = |gamma: &[f64]| -> Vec<(T, u32)> {
        observations
            .iter()
            .zip(design.ln_speeds(gamma))
            .map(|(one, speed)| (one.facts.on_clock(speed.exp()), one.customers))
            .collect()
    };
    let mut model = refit(&on_clocks(&gamma));
    let log_likelihood_without = design.total(observations, &gamma, &model);
    let mut here = log_likelihood_without;
    let mut rounds = 1;
    const MOST_ROUNDS: u32 = 60;
    loop {
        let (step, _) = design.step(observations, &gamma, &model)?;
        let mut length = 1.0;
        let before = design.total(observations, &gamma, &model);
        let next = loop {
            let next: Vec<f64> = gamma.iter().zip(&step).map(|(gamma, step)| gamma + length * step).collect();
            if design.total(observations, &next, &model) >= before - 1e-9 * before.abs() || length < 1e-4 {
                break next;
            }
            length *= 0.5;
        };
        let moved = gamma.iter().zip(&next).map(|(old, new)| (old - new).abs()).fold(0.0, f64::max);
        gamma = next;
        model = refit(&on_clocks(&gamma));
        let there = design.total(observations, &gamma, &model);
        rounds += 1;
        let gained = (there - here).abs();
        here = there;
        if moved < 1e-7 || (moved < 1e-5 && gained < 1e-9 * here.abs()) {
            break;
        }
        if rounds >= MOST_ROUNDS || !here.is_finite() {
            return Err(Error::NotConverged);
        }
    }
    let (_, covariance) = design.step(observations, &gamma, &model)?;
    let coefficients: Vec<f64> =
        gamma.iter().zip(&design.spreads).map(|(gamma, spread)| gamma / spread).collect();
    // The first row and column are the model's own speed.
    let error = |i: usize| covariance[(i + 1) * (width + 1) + i + 1].sqrt() / design.spreads[i];
    let standard_errors: Vec<f64> = (0..width).map(error).collect();
    let p_values = coefficients
        .iter()
        .zip(&standard_errors)
        .map(|(coefficient, error)| 2.0 * normal_above((coefficient / error).abs()))
        .collect();
    Ok(Effects {
        coefficients,
        standard_errors,
        p_values,
        means: design.means,
        log_likelihood: here,
        log_likelihood_without,
        rounds,
    })
}

/// The covariates, centred and with a spread of one.
struct Design {
    rows: Vec<Vec<f64>>,
    means: Vec<f64>,
    spreads: Vec<f64>,
}

impl Design {
    fn of<T>(observations: &[Observation<T>]) -> Result<Design, Error> {
        let width = observations.first().ok_or(Error::NoCustomers)?.covariates.len();
        let customers: f64 = observations.iter().map(|one| f64::from(one.customers)).sum();
        if customers == 0.0 {
            return Err(Error::NoCustomers);
        }
        if width as u64 > MOST_COVARIATES {
            return Err(Error::TooMany { what: "covariates", given: width as u64, most: MOST_COVARIATES });
        }
        for (place, one) in observations.iter().enumerate() {
            if one.covariates.len() != width {
                let what = format!("{} covariates, where others have {width}", one.covariates.len());
                return Err(Error::Impossible { place, what });
            }
            if let Some(bad) = one.covariates.iter().find(|z| !z.is_finite()) {
                return Err(Error::Impossible { place, what: format!("a covariate of {bad}") });
            }
        }
        let mean_of = |of: &dyn Fn(&Observation<T>) -> f64| {
            observations.iter().map(|one| f64::from(one.customers) * of(one)).sum::<f64>() / customers
        };
        let means: Vec<f64> = (0..width).map(|i| mean_of(&|one| one.covariates[i])).collect();
        let spreads: Vec<f64> =
            (0..width).map(|i| mean_of(&|one| (one.covariates[i] - means[i]).powi(2)).sqrt()).collect();
        if spreads
            .iter()
            .zip(&means)
            .any(|(spread, mean)| *spread <= 1e-12 * mean.abs().max(f64::MIN_POSITIVE))
        {
            return Err(Error::NothingToLearn { because: "a covariate is the same for all customers" });
        }
        let rows: Vec<Vec<f64>> = observations
            .iter()
            .map(|one| (0..width).map(|i| (one.covariates[i] - means[i]) / spreads[i]).collect())
            .collect();
        let mut products = vec![0.0; width * width];
        for (one, row) in observations.iter().zip(&rows) {
            for i in 0..width {
                for j in 0..width {
                    products[i * width + j] += f64::from(one.customers) * row[i] * row[j] / customers;
                }
            }
        }
        // Less of its own than this and a covariate is told by the others.
        const OWN: f64 = 1e-8;
        (0..width).for_each(|i| products[i * width + i] -= OWN);
        if Cholesky::of(width, &products).is_none() {
            return Err(Error::NothingToLearn { because: "covariates add up to each other" });
        }
        Ok(Design { rows, means, spreads })
    }

    fn ln_speeds(&self, gamma: &[f64]) -> impl Iterator<Item = f64> {
        self.rows.iter().map(move |row| row.iter().zip(gamma).map(|(z, gamma)| z * gamma).sum::<f64>())
    }

    /// Log-likelihood of all, the factors of the densities included.
    fn total<T: OnClock>(
        &self,
        observations: &[Observation<T>],
        gamma: &[f64],
        model: &impl Fn(&T) -> f64,
    ) -> f64 {
        observations
            .iter()
            .zip(self.ln_speeds(gamma))
            .map(|(one, speed)| {
                let own = model(&one.facts.on_clock(speed.exp())) + one.facts.purchases() * speed;
                f64::from(one.customers) * own
            })
            .sum()
    }

    /// A Newton step of the effects, and the inverse of the information about the model's own speed (first) and them.
    fn step<T: OnClock>(
        &self,
        observations: &[Observation<T>],
        gamma: &[f64],
        model: &impl Fn(&T) -> f64,
    ) -> Result<(Vec<f64>, Vec<f64>), Error> {
        // Rounding and curvature are balanced for a log-likelihood of the order of ten.
        const STEP: f64 = 1e-3;
        let size = gamma.len() + 1;
        let (mut slopes, mut information) = (vec![0.0; size], vec![0.0; size * size]);
        for ((one, row), speed) in observations.iter().zip(&self.rows).zip(self.ln_speeds(gamma)) {
            let at = |by: f64| model(&one.facts.on_clock((speed + by).exp()));
            let (down, here, up) = (at(-STEP), at(0.0), at(STEP));
            let x = one.facts.purchases();
            let slope = (up - down) / (2.0 * STEP) + x;
            let curvature = (up - 2.0 * here + down) / (STEP * STEP);
            let weight = f64::from(one.customers);
            let z = |i: usize| if i == 0 { 1.0 } else { row[i - 1] };
            for i in 0..size {
                slopes[i] += weight * slope * z(i);
                for j in 0..size {
                    information[i * size + j] -= weight * curvature * z(i) * z(j);
                }
            }
        }
        // Where a step starts far from the maximum the information may point the wrong way: then more and more of its
        // own diagonal keeps it in hand.
        let diagonal: f64 = (0..size).map(|i| information[i * size + i].abs()).sum::<f64>() / size as f64;
        let mut more = 0.0;
        for _ in 0..30 {
            let mut damped = information.clone();
            (0..size).for_each(|i| damped[i * size + i] += more * diagonal);
            if let Some(factor) = Cholesky::of(size, &damped) {
                return Ok((factor.solve(&slopes)[1..].to_vec(), factor.inverse()));
            }
            more = if more == 0.0 { 1e-6 } else { 4.0 * more };
        }
        Err(Error::NotConverged)
    }
}
