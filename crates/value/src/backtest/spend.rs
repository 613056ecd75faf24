//! What customers were expected to spend, beside what they spent.
//!
//! At each origin a spend model is chosen for and fitted to the repeat purchases known then; with the purchases that the blend
//! foretells it makes each customer's expected spend. A return counts on the day of the purchase that it takes back; one
//! that finds no purchase is left out.
//! Amounts are minor units, as in the histories.

use super::{Forecast, Known, Origin, Paired, Trial, of_next, score};
use crate::blend::Blend;
use crate::history::{Histories, History};
use crate::lifetime::{self, Path};
use crate::spend::net::Earnings;
use crate::spend::{self, SpendForecast};

/// How well one forecaster of spend did from one origin; amounts in minor units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpendTrial {
    /// What forecasts of spend and of purchases have in common.
    pub trial: Trial,
    /// How often intervals held; `None` for naive rules.
    pub coverage: Option<Coverage>,
}

/// How well intervals of spend did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// Share of customers inside the central 80 %; who spent nothing is placed at random below the chance of that.
    pub covered80: f64,
    /// The same for 95 %.
    pub covered95: f64,
    /// 95 % interval of the total, in minor units.
    pub total95: (f64, f64),
}

/// One customer's amounts: of the first purchase, then of each repeat purchase.
#[derive(Clone, Copy)]
struct Purchases<'a> {
    first: i64,
    repeats: &'a [i64],
}

/// The amounts of the customers looked at, and how many of the minor unit they are in make one of the currency.
pub(super) struct Amounts<'a> {
    of: Vec<Purchases<'a>>,
    minor: f64,
    /// Whether spend models are compared at each origin, as a study shows them; for how far totals are off, any will do.
    is_study: bool,
}

impl<'a> Amounts<'a> {
    /// Those of the customers at some places; `None` where the histories do not tell them.
    pub fn of(base: &'a Histories, places: &[usize], minor: f64, is_study: bool) -> Option<Amounts<'a>> {
        if base.repeat_amounts.len() != base.repeat_days.len() {
            return None;
        }
        let all = Purchases::of(&base.rows, &base.repeat_amounts);
        Some(Amounts { of: places.iter().map(|at| all[*at]).collect(), minor, is_study })
    }
}

impl<'a> Purchases<'a> {
    /// Those of each history, in order.
    fn of(rows: &'a [History], repeat_amounts: &'a [i64]) -> Vec<Purchases<'a>> {
        let mut rest = repeat_amounts;
        rows.iter()
            .map(|row| {
                let (repeats, after) = rest.split_at(row.repeat_purchases as usize);
                rest = after;
                Purchases { first: row.spend().saturating_sub(row.repeat_spend), repeats }
            })
            .collect()
    }
}

/// A year, for the rule that next year brings what the last one brought.
const YEAR_DAYS: u32 = 365;

/// The trials of the blend with a spend model, and of the naive rules: of the customers `known` at the origin, of whom so
/// many purchases are `foretold`; `few` are those looked at, with what came.
pub(super) fn trials(
    known_then: &Known<'_>,
    blend: &Blend,
    origin: Origin,
    few: &[Path<'_>],
    amounts: &Amounts<'_>,
    foretold: &[lifetime::Forecast],
) -> Vec<SpendTrial> {
    let paths = &known_then.evidence.paths;
    let ahead = origin.horizon_days;
    let minor = amounts.minor;
    let here = |i: &u32| *i as usize;
    let days: Vec<&[u32]> = known_then.places.iter().map(|i| few[here(i)].repeats).collect();
    let purchases: Vec<Purchases<'_>> = known_then.places.iter().map(|i| amounts.of[here(i)]).collect();
    let sum = |amounts: &[i64]| amounts.iter().map(|amount| *amount as f64).sum::<f64>();
    let known: Vec<&[i64]> =
        paths.iter().zip(&purchases).map(|(path, of)| &of.repeats[..path.repeats.len()]).collect();
    let actual: Vec<f64> = paths
        .iter()
        .zip(&days)
        .zip(&purchases)
        .map(|((path, days), of)| {
            let reached = days.partition_point(|day| *day <= path.age + ahead);
            sum(&of.repeats[path.repeats.len()..reached])
        })
        .collect();
    let all = |i: usize| purchases[i].first as f64 + sum(known[i]);
    // What was spent in the last so many days of what was known.
    let within = |i: usize, stretch: u32| {
        let path = &paths[i];
        match path.age.checked_sub(stretch) {
            None => all(i),
            Some(since) => sum(&known[i][path.repeats.partition_point(|day| *day <= since)..]),
        }
    };
    let customers = 0..paths.len();
    let age = |i: usize| f64::from(paths[i].age.max(1));
    let oldest = paths.iter().map(|path| path.age).max().unwrap_or(0);
    let forecasts = model(&known, &purchases, foretold, amounts);
    let foretold_spend: Vec<f64> = forecasts.iter().map(|forecast| forecast.mean * minor).collect();
    let of_blend = score(Forecast::Blend, origin, &foretold_spend, &actual);
    let coverage = coverage(&forecasts, foretold, &actual, of_next(blend.shock, 0), minor);
    let repeats: f64 = known.iter().map(|amounts| sum(amounts)).sum();
    let lived: f64 = customers.clone().map(|i| f64::from(paths[i].age)).sum();
    let ahead_days = f64::from(ahead);
    let rule = |forecast: Forecast, expected: &dyn Fn(usize) -> f64| {
        let expected: Vec<f64> = customers.clone().map(expected).collect();
        let beside_blend = Some(Paired::of(&expected, &foretold_spend, &actual));
        let trial = Trial { beside_blend, ..score(forecast, origin, &expected, &actual) };
        SpendTrial { trial, coverage: None }
    };
    // A base younger than a year is known for the days from its first to its last, both counted.
    let year = YEAR_DAYS.min(oldest + 1);
    vec![
        SpendTrial { trial: of_blend, coverage: Some(coverage) },
        rule(Forecast::LastYear, &|i| within(i, year) * ahead_days / f64::from(year)),
        rule(Forecast::RecentWindow, &|i| within(i, ahead) * ahead_days / age(i).min(ahead_days)),
        rule(Forecast::OwnRate, &|i| sum(known[i]) / age(i) * ahead_days),
        rule(Forecast::EverybodysRate, &|_| if lived > 0.0 { repeats / lived * ahead_days } else { 0.0 }),
    ]
}

/// What the spend model of then says of each customer, in units of the currency.
fn model(
    known: &[&[i64]],
    purchases: &[Purchases<'_>],
    foretold: &[lifetime::Forecast],
    amounts: &Amounts<'_>,
) -> Vec<SpendForecast> {
    let minor = amounts.minor;
    let choose = if amounts.is_study { spend::choose } else { spend::choose_unheld };
    let of = |amounts: &&[i64]| {
        let amounts: Vec<f64> = amounts.iter().map(|amount| *amount as f64 / minor).collect();
        Earnings::of(&amounts, &[])
    };
    let earnings: Vec<Earnings> = known.iter().map(of).collect();
    let repeaters: Vec<Earnings> = earnings.iter().copied().filter(|one| one.purchases > 0).collect();
    let first: f64 = purchases.iter().map(|of| of.first as f64 / minor).sum();
    let repeat: f64 = repeaters.iter().map(|one| one.mean * f64::from(one.purchases)).sum();
    let count: f64 = known.iter().map(|amounts| amounts.len() as f64 + 1.0).sum();
    let typical = if count > 0.0 { (first + repeat) / count } else { 0.0 };
    let choice = choose(&repeaters, typical).expect("amounts of histories do not contradict each other");
    earnings.iter().zip(foretold).map(|(one, forecast)| choice.forecast(one, forecast)).collect()
}

fn coverage(
    forecasts: &[SpendForecast],
    foretold: &[lifetime::Forecast],
    actual: &[f64],
    shock: f64,
    minor: f64,
) -> Coverage {
    let (mut covered80, mut covered95, mut total, mut variance) = (0.0, 0.0, 0.0, 0.0);
    for (i, ((spend, purchases), actual)) in forecasts.iter().zip(foretold).zip(actual).enumerate() {
        total += spend.mean * minor;
        variance += spend.variance * minor * minor;
        let [lo95, lo80, hi80, hi95] = spend.quantiles.map(|quantile| quantile * minor);
        let (in80, in95) = if *actual > 0.0 {
            ((lo80..=hi80).contains(actual), (lo95..=hi95).contains(actual))
        } else {
            let place = ((i + 1) as f64 * 0.618_033_988_749_895).fract() * purchases.none;
            ((0.1..0.9).contains(&place), (0.025..0.975).contains(&place))
        };
        covered80 += f64::from(in80);
        covered95 += f64::from(in95);
    }
    let n = forecasts.len().max(1) as f64;
    let spread = (variance + (total * shock).powi(2)).sqrt();
    Coverage {
        covered80: covered80 / n,
        covered95: covered95 / n,
        total95: ((total - 1.96 * spread).max(0.0), total + 1.96 * spread),
    }
}
