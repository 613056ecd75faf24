//! A valuation in which what is known of customers makes them faster or slower than others.
//!
//! Takes histories and the covariates of each customer; estimates effects with [`crate::covariates`] on top of the
//! reference model, puts every customer on a clock of their own and values them there: pasts and horizon are as much
//! longer as the clock runs faster. Only models that see number, recency and age take part, since drifting rates are
//! tied to the calendar. Where the covariates do not earn their place, the valuation is the plain one.

use crate::backtest::{MOST_CUSTOMERS, backtest_with, weigh};
use crate::blend::{Blend, Forms, Member, fit_forms};
use crate::covariates::{self, Effects, Observation};
use crate::error::Error;
use crate::history::Histories;
use crate::lifetime::{
    self, Evidence, Group, Kind, Path, Timing, bg_nbd, fit_kind, mbg_nbd, nbd, pareto_nbd,
};
use crate::residual::{self, Rates, Residual, residuals};
use crate::valuation::{Choice, Lifetime, Question, Valuation, minor_unit, value, value_on_clocks};

/// A valuation with the effects of covariates.
#[derive(Clone, Debug, PartialEq)]
pub struct CovariateValuation {
    /// The valuation.
    pub valuation: Valuation,
    /// The effects, in the order of the covariates, as the likelihood has them; customers are valued by
    /// [`Effects::drawn`] of them.
    pub effects: Effects,
    /// Whether the valuation uses them: their information criterion says that they are worth it.
    pub is_used: bool,
    /// The model that they were estimated on top of.
    pub reference: Kind,
}

impl CovariateValuation {
    /// What every customer is still expected to bring, each on his own clock; see [`crate::residuals`]. `covariates` are
    /// those that the valuation was made with.
    pub fn residuals(
        &self,
        histories: &Histories,
        question: &Question,
        covariates: &[Vec<f64>],
        rate: f64,
    ) -> Vec<Option<Residual>> {
        if !self.is_used || covariates.len() != histories.rows.len() {
            return residuals(&self.valuation, histories, question, rate);
        }
        let speeds = speeds(&self.effects, covariates);
        let paths: Vec<Path<'_>> = histories.paths().collect();
        let warped = Warped::each(&paths, &speeds);
        let rates = Rates::Of(rate, &speeds);
        residual::of_paths(&self.valuation, histories, question, &warped.paths(), rates)
    }
}

/// How much faster each customer's clock runs, by effects of groups that are drawn towards their mean.
fn speeds(effects: &Effects, covariates: &[Vec<f64>]) -> Vec<f64> {
    let is_group: Vec<bool> = (0..effects.coefficients.len())
        .map(|i| covariates.iter().all(|row| row.get(i).is_some_and(|z| *z == 0.0 || *z == 1.0)))
        .collect();
    let drawn = effects.drawn(&is_group);
    covariates.iter().map(|row| drawn.speed(row).clamp(SLOWEST, FASTEST)).collect()
}

/// Effects are estimated on at most so many customers, evenly spread.
const ENOUGH_CUSTOMERS: usize = 10_000;

/// Values every customer with a history, with covariates: one row of numbers for each history, in the same order.
///
/// Effects come on top of the model asked for where it is NBD, BG/NBD, MBG/NBD or Pareto/NBD, and of BG/NBD otherwise.
/// Refuses what [`covariates::fit`] refuses, a wrong number of rows, and a base that is too small for any model.
///
/// ```
/// use ledger::Day;
/// use value::{Choice, Margin, PurchaseLine, Question, histories, value_with_covariates};
/// // Those of one region come back every two or three weeks, those of the other half as often.
/// let lines = (0..300_u32).flat_map(|customer| {
///     let gap = (10 + customer % 17) * (1 + customer % 2);
///     (0..200 / gap).map(move |n| PurchaseLine {
///         customer,
///         day: (n * gap + (n * 7 + customer * 3) % 9) as i32,
///         amount: 1_000,
///         margin: Margin::UNKNOWN,
///     })
/// });
/// let base = histories(lines.collect(), Day(210));
/// let regions: Vec<Vec<f64>> = base.rows.iter().map(|row| vec![f64::from(row.customer % 2)]).collect();
/// let question = Question { horizon: "3m".parse().unwrap(), minor_digits: None, choice: Choice::default() };
/// let found = value_with_covariates(&base, &question, &regions).unwrap();
/// assert!(found.is_used && (found.effects.coefficients[0] - 0.5_f64.ln()).abs() < 0.2);
/// ```
pub fn value_with_covariates(
    histories: &Histories,
    question: &Question,
    covariates: &[Vec<f64>],
) -> Result<CovariateValuation, Error> {
    if covariates.len() != histories.rows.len() {
        return Err(Error::OutOfRange {
            name: "number of rows of covariates",
            given: covariates.len() as f64,
            allowed: "that of the customers",
        });
    }
    let plain = Evidence::of(histories.paths().collect());
    if lifetime::too_few(&plain).is_some() {
        let least = lifetime::LEAST_CUSTOMERS;
        return Err(Error::FewCustomers { customers: plain.customers() as u64, least });
    }
    let reference = match question.choice {
        Choice::One(kind @ (Kind::Nbd | Kind::ParetoNbd | Kind::MbgNbd)) => kind,
        _ => Kind::BgNbd,
    };
    let effects = estimate(&plain, covariates, reference)?;
    let is_used = effects.aic_against_none() < 0.0;
    if !is_used {
        let valuation = value(histories, question);
        return Ok(CovariateValuation { valuation, effects, is_used, reference });
    }
    let speeds = speeds(&effects, covariates);
    let warped = Warped::each(&plain.paths, &speeds);
    let evidence = Evidence::of(warped.paths());
    let lifetime = fit_lifetime(&evidence, (&plain, histories), question, reference);
    let valuation = value_on_clocks(&evidence, histories, question, lifetime, &speeds);
    Ok(CovariateValuation { valuation, effects, is_used, reference })
}

/// No clock runs slower, or faster, than this: beyond it, covariates say more of themselves than of customers.
const SLOWEST: f64 = 0.02;
/// See [`SLOWEST`].
const FASTEST: f64 = 50.0;

fn estimate(evidence: &Evidence<'_>, covariates: &[Vec<f64>], reference: Kind) -> Result<Effects, Error> {
    let stride = covariates.len().div_ceil(ENOUGH_CUSTOMERS).max(1);
    let mut rows: Vec<(Timing, &Vec<f64>)> = evidence
        .paths
        .iter()
        .zip(covariates)
        .step_by(stride)
        .map(|(path, covariates)| (path.timing(), covariates))
        .collect();
    let key = |t: &Timing| (t.repeat_purchases, t.recency.to_bits(), t.age.to_bits());
    rows.sort_by(|one, other| {
        key(&one.0)
            .cmp(&key(&other.0))
            .then_with(|| one.1.iter().map(|z| z.to_bits()).cmp(other.1.iter().map(|z| z.to_bits())))
    });
    let observations: Vec<Observation> = rows
        .chunk_by(|one, next| one == next)
        .map(|same| Observation {
            facts: same[0].0,
            covariates: same[0].1.clone(),
            customers: same.len() as u32,
        })
        .collect();
    let groups = |facts: &[(Timing, u32)]| -> Vec<Group> {
        facts
            .iter()
            .map(|(timing, customers)| Group { timing: *timing, customers: *customers, ln_gaps: 0.0 })
            .collect()
    };
    match reference {
        Kind::Nbd => covariates::fit(&observations, |facts: &[(Timing, u32)]| {
            let params = nbd::fit(&groups(facts)).params;
            move |t: &Timing| nbd::log_likelihood(t, &params)
        }),
        Kind::ParetoNbd => covariates::fit(&observations, |facts: &[(Timing, u32)]| {
            let params = pareto_nbd::fit(&groups(facts)).params;
            move |t: &Timing| pareto_nbd::log_likelihood(t, &params)
        }),
        Kind::MbgNbd => covariates::fit(&observations, |facts: &[(Timing, u32)]| {
            let params = mbg_nbd::fit(&groups(facts)).params;
            move |t: &Timing| mbg_nbd::log_likelihood(t, &params)
        }),
        _ => covariates::fit(&observations, |facts: &[(Timing, u32)]| {
            let params = bg_nbd::fit(&groups(facts)).params;
            move |t: &Timing| bg_nbd::log_likelihood(t, &params)
        }),
    }
}

/// The models on the customers' clocks; the back-test that weighs them is that of the plain past.
fn fit_lifetime(
    evidence: &Evidence<'_>,
    (plain, histories): (&Evidence<'_>, &Histories),
    question: &Question,
    reference: Kind,
) -> Lifetime {
    let horizon = question.horizon.weeks();
    let reference = fit_kind(reference, evidence, horizon, MOST_CUSTOMERS);
    let alone = |model: lifetime::Model| Blend::single(model);
    match question.choice {
        Choice::One(kind) => {
            let model = fit_kind(kind, evidence, horizon, MOST_CUSTOMERS);
            let model =
                if model.sees_timing_only() && model.fit().converged { model } else { reference.clone() };
            Lifetime { blend: alone(model), reference, reason: None, backtest: None, failed: Vec::new() }
        }
        Choice::Blend => {
            let Forms { fitted, failed } = fit_forms(evidence, horizon, |_| true);
            let counts = |member: &Member| member.weight > 0.0 && member.model.sees_timing_only();
            let members: Vec<Member> = fitted.into_iter().filter(counts).collect();
            if members.is_empty() {
                let blend = alone(reference.clone());
                return Lifetime { blend, reference, reason: None, backtest: None, failed };
            }
            let amounts = question.minor_digits.map(|digits| (histories, minor_unit(digits)));
            let tested = backtest_with(&plain.paths, amounts, question.horizon.whole_days());
            let blend = weigh(members, &tested.deficits, tested.evidence, tested.shock);
            let backtest = (!tested.trials.is_empty()).then_some(tested);
            Lifetime { blend, reference, reason: None, backtest, failed }
        }
    }
}

/// Pasts on clocks of their own, to the whole day.
pub(crate) struct Warped {
    days: Vec<u32>,
    /// Number of repeat purchases and age of each customer.
    shapes: Vec<(usize, u32)>,
}

impl Warped {
    /// `on_clock` tells what a clock shows so many days after the customer's first purchase, in days.
    pub fn of(paths: &[Path<'_>], on_clock: impl Fn(&Path<'_>, u32) -> f64) -> Warped {
        let mut warped = Warped { days: Vec::new(), shapes: Vec::with_capacity(paths.len()) };
        paths.iter().for_each(|path| warped.push(path, |day| on_clock(path, day)));
        warped
    }

    fn push(&mut self, path: &Path<'_>, on_clock: impl Fn(u32) -> f64) {
        let mut last = 0;
        for day in path.repeats {
            // Purchases of different days stay apart.
            last = (on_clock(*day).round() as u32).max(last + 1);
            self.days.push(last);
        }
        let age = (on_clock(path.age).round() as u32).max(last);
        self.shapes.push((path.repeats.len(), age));
    }

    /// Each past on a clock that runs evenly, so many times as fast.
    fn each(paths: &[Path<'_>], speeds: &[f64]) -> Warped {
        let mut speeds = speeds.iter();
        let mut warped = Warped { days: Vec::new(), shapes: Vec::with_capacity(paths.len()) };
        for path in paths {
            let speed = speeds.next().copied().unwrap_or(1.0);
            warped.push(path, |day| f64::from(day) * speed);
        }
        warped
    }

    /// The same as paths.
    pub fn paths(&self) -> Vec<Path<'_>> {
        let mut rest = &self.days[..];
        self.shapes
            .iter()
            .map(|(repeats, age)| {
                let (own, after) = rest.split_at(*repeats);
                rest = after;
                Path { repeats: own, age: *age }
            })
            .collect()
    }
}
