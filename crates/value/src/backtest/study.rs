//! The back-test in full: what a person needs to see in order to trust the values, or not to.
//!
//! Beside the trials, which weigh the members of the blend: models that are not in it, spend, and at each origin what
//! the blend foretold against what came by week ([`Tracking`]), by how much was foretold (calibration), by number of
//! past purchases and by recency (conditional expectations, Fader, Hardie & Lee 2005, figures 4 and 5).

use super::spend::Amounts;
use super::tracking::tracking;
use super::{
    Backtest, Forecast, LEAST_DAYS, Origin, SpendTrial, Stage, Tracking, Trial, origins, roll, sampled,
};
use crate::history::Histories;
use crate::lifetime::{Kind, Path};

/// What is asked of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Days to foretell from each origin on, as far as the past reaches.
    pub horizon_days: u32,
    /// How many origins; the three of [`origins`] if not given.
    pub origins: Option<u32>,
    /// Models that are tried whether or not they are members of the blend.
    pub kinds: Vec<Kind>,
    /// Decimals of the minor unit that amounts are in; `None` leaves spend out.
    pub minor_digits: Option<u32>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Customers looked at.
    pub customers: u64,
    /// Every forecaster of purchases at every origin, and what follows for the weights.
    pub backtest: Backtest,
    /// Every forecaster of spend at every origin; empty without amounts.
    pub spend: Vec<SpendTrial>,
    /// What the blend foretold from each origin, oldest first.
    pub plots: Vec<Plots>,
}

/// What the blend foretold from one origin, beside what came.
#[derive(Clone, Debug, PartialEq)]
pub struct Plots {
    /// From when, and how far.
    pub origin: Origin,
    /// Customers known then.
    pub customers: u32,
    /// By week, before and after the origin.
    pub tracking: Tracking,
    /// Tenths of customers by rising number of purchases foretold; its bounds are purchases.
    pub calibration: Vec<Bin>,
    /// By number of repeat purchases known then.
    pub by_frequency: Vec<Bin>,
    /// By time from first to last purchase known then, in days; first those who had not come back.
    pub by_recency: Vec<Bin>,
}

/// Some customers: the means of what was foretold of them and of what came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// The lowest of what they were put together by.
    pub from: f64,
    /// The highest.
    pub to: f64,
    /// How many they are.
    pub customers: u32,
    /// Purchases foretold of each, on average.
    pub predicted: f64,
    /// Purchases that came of each, on average.
    pub actual: f64,
}

/// What forecasters are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Root of the mean squared error; smaller is better.
    Rmse,
    /// Mean absolute error; smaller is better.
    Mae,
    /// Error of the total, as a share of what came and without its sign; smaller is better.
    Bias,
    /// Spearman's rank correlation; larger is better.
    RankCorrelation,
    /// Share of all that came with the tenth of customers of whom most was foretold; larger is better.
    TopTenth,
}

impl Measure {
    /// All of them.
    pub const ALL: [Measure; 5] =
        [Measure::Rmse, Measure::Mae, Measure::Bias, Measure::RankCorrelation, Measure::TopTenth];

    /// The word for it in files and the API.
    pub fn code(self) -> &'static str {
        match self {
            Measure::Rmse => "rmse",
            Measure::Mae => "mae",
            Measure::Bias => "bias",
            Measure::RankCorrelation => "rank_correlation",
            Measure::TopTenth => "top_tenth",
        }
    }

    fn of(self, trial: &Trial) -> Option<f64> {
        match self {
            Measure::Rmse => Some(trial.rmse),
            Measure::Mae => Some(trial.mae),
            Measure::Bias => trial.bias().map(f64::abs),
            // A forecaster that says the same of everybody puts nobody in order.
            Measure::RankCorrelation => Some(trial.rank_correlation.unwrap_or(0.0)),
            Measure::TopTenth => Some(trial.top_tenth),
        }
    }

    fn is_error(self) -> bool {
        matches!(self, Measure::Rmse | Measure::Mae | Measure::Bias)
    }
}

/// The blend and the naive rule that does best by one measure, each on average over the origins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// By what.
    pub measure: Measure,
    /// Of the blend.
    pub blend: f64,
    /// Of that rule.
    pub naive: f64,
    /// The rule.
    pub rule: Forecast,
    /// Standard error of their difference, customer by customer: for the root of the mean squared error and the mean
    /// absolute error, on average over the origins, as if these were one (they share customers and time).
    pub error: Option<f64>,
}

impl Compared {
    /// Whether the two can be told apart: their difference is more than two standard errors, where there is one.
    pub fn is_told_apart(&self) -> bool {
        self.error.is_none_or(|error| (self.blend - self.naive).abs() > 2.0 * error)
    }

    /// By how much the blend is better, below zero where it is worse: as a share of the rule's for the root of the
    /// mean squared error and the mean absolute error, as a plain difference for the others.
    pub fn gain(&self) -> f64 {
        match self.measure {
            Measure::Rmse | Measure::Mae if self.naive > 0.0 => 1.0 - self.blend / self.naive,
            measure if measure.is_error() => self.naive - self.blend,
            _ => self.blend - self.naive,
        }
    }
}

/// Holds the blend against the naive rules; for each measure against the rule that does best by that measure, which
/// no one rule does by all. Empty without trials of both.
///
/// ```
/// use value::backtest::{Forecast, Measure, Origin, Trial, verdict};
/// let blend = Trial {
///     forecast: Forecast::Blend,
///     origin: Origin { days_ago: 90, horizon_days: 90 },
///     customers: 100,
///     predicted: 55.0,
///     actual: 50.0,
///     rmse: 0.8,
///     mae: 0.5,
///     rank_correlation: Some(0.6),
///     top_tenth: 0.5,
///     distribution: None,
///     beside_blend: None,
/// };
/// let own = Trial { forecast: Forecast::OwnRate, rmse: 1.0, mae: 0.4, ..blend };
/// let window = Trial { forecast: Forecast::RecentWindow, rmse: 1.6, mae: 0.45, ..blend };
/// let said = verdict([&blend, &own, &window]);
/// assert_eq!((said[0].measure, said[0].rule), (Measure::Rmse, Forecast::OwnRate));
/// assert!((said[0].gain() - 0.2).abs() < 1e-12 && said[1].gain() < 0.0);
/// ```
pub fn verdict<'t>(trials: impl IntoIterator<Item = &'t Trial>) -> Vec<Compared> {
    let trials: Vec<&Trial> = trials.into_iter().collect();
    let mean = |measure: Measure, forecast: Forecast| {
        let of: Vec<f64> = trials
            .iter()
            .filter(|trial| trial.forecast == forecast)
            .filter_map(|trial| measure.of(trial))
            .collect();
        (!of.is_empty()).then(|| of.iter().sum::<f64>() / of.len() as f64)
    };
    let mut rules: Vec<Forecast> = Vec::new();
    for trial in trials.iter().filter(|trial| trial.forecast.is_naive()) {
        if !rules.contains(&trial.forecast) {
            rules.push(trial.forecast);
        }
    }
    let compare = |measure: Measure| {
        let blend = mean(measure, Forecast::Blend)?;
        let better = |(_, one): &(Forecast, f64), (_, other): &(Forecast, f64)| {
            if measure.is_error() { one.total_cmp(other) } else { other.total_cmp(one) }
        };
        let (rule, naive) =
            rules.iter().filter_map(|rule| Some((*rule, mean(measure, *rule)?))).min_by(better)?;
        let errors: Vec<f64> = trials
            .iter()
            .filter(|trial| trial.forecast == rule)
            .filter_map(|trial| trial.beside_blend)
            .filter_map(|paired| match measure {
                Measure::Rmse => Some(paired.rmse_error),
                Measure::Mae => Some(paired.mae_error),
                _ => None,
            })
            .collect();
        let error = (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64);
        Some(Compared { measure, blend, naive, rule, error })
    };
    Measure::ALL.into_iter().filter_map(compare).collect()
}

/// So many origins for a base whose oldest customer is `age` days old, from half to a fifth of its past ago in even
/// steps of the logarithm; the usual ones if no number is given. None where the past is too short.
///
/// ```
/// use value::backtest::{origins, origins_of};
/// assert_eq!(origins_of(600, 90, None), origins(600, 90));
/// let ago: Vec<u32> = origins_of(600, 90, Some(4)).iter().map(|origin| origin.days_ago).collect();
/// assert_eq!((ago.len(), ago[0], ago[3]), (4, 300, 120));
/// assert!(origins_of(20, 90, Some(4)).is_empty());
/// ```
pub fn origins_of(age: u32, horizon_days: u32, count: Option<u32>) -> Vec<Origin> {
    let Some(count) = count else { return origins(age, horizon_days) };
    if age < LEAST_DAYS {
        return Vec::new();
    }
    let (first, last) = (0.5_f64, 0.2_f64);
    let step = (last / first).powf(1.0 / f64::from(count.max(2) - 1));
    let mut origins: Vec<Origin> = (0..count)
        .map(|i| {
            let days_ago = ((f64::from(age) * first * step.powi(i as i32)).round() as u32).clamp(1, age);
            Origin { days_ago, horizon_days: horizon_days.clamp(1, days_ago) }
        })
        .collect();
    origins.dedup();
    origins
}

/// Looks back at a base, as it was known at each origin.
///
/// At most [`super::MOST_CUSTOMERS`] customers are looked at. Spend is looked at where the histories come from
/// [`crate::histories_with_amounts`]. The back-test in it is that of [`super::backtest()`] for the same customers,
/// with more trials, and can be handed to [`crate::value_tested`].
///
/// ```
/// use ledger::Day;
/// use value::backtest::{Asked, study};
/// use value::{Margin, PurchaseLine, histories_with_amounts};
/// // Two hundred customers, of whom every third buys every ten days and the others seldom.
/// let every = |customer: u32| if customer % 3 == 0 { 10 } else { 95 };
/// let lines = (0..200).flat_map(|customer: u32| {
///     let first = (customer % 50) as i32;
///     (0..(300 - first) / every(customer)).map(move |n| PurchaseLine {
///         customer, day: first + n * every(customer), amount: 2_500, margin: Margin::UNKNOWN,
///     })
/// });
/// let base = histories_with_amounts(lines.collect(), Day(300));
/// let asked = Asked { horizon_days: 60, origins: Some(1), minor_digits: Some(2), ..Asked::default() };
/// let study = study(&base, &asked);
/// let tenths = &study.plots[0].calibration;
/// assert!(tenths.len() > 1 && tenths[0].actual < tenths.last().unwrap().actual);
/// assert!(!study.spend.is_empty());
/// ```
pub fn study(base: &Histories, asked: &Asked) -> Study {
    let places: Vec<usize> = sampled(base.rows.len()).collect();
    let all: Vec<Path<'_>> = base.paths().collect();
    let few: Vec<Path<'_>> = places.iter().map(|at| all[*at]).collect();
    let minor = asked.minor_digits.map(|digits| 10_f64.powi(digits.min(18) as i32));
    let amounts = minor.and_then(|minor| Amounts::of(base, &places, minor, true));
    let oldest = all.iter().map(|path| path.age).max().unwrap_or(0);
    let origins = origins_of(oldest, asked.horizon_days, asked.origins);
    let (mut spend, mut plots) = (Vec::new(), Vec::new());
    let backtest = roll(&few, amounts.as_ref(), &origins, &asked.kinds, |stage| {
        spend.extend_from_slice(stage.spend);
        plots.push(plots_of(&stage, &few));
    });
    Study { customers: few.len() as u64, backtest, spend, plots }
}

fn plots_of(stage: &Stage<'_, '_>, few: &[Path<'_>]) -> Plots {
    let paths = &stage.known.evidence.paths;
    let seen: Vec<Seen> = stage
        .foretold
        .iter()
        .zip(&stage.known.actual)
        .map(|(forecast, actual)| Seen { predicted: forecast.mean, actual: f64::from(*actual) })
        .collect();
    let frequency: Vec<u32> = paths.iter().map(|path| path.repeats.len() as u32).collect();
    let recency: Vec<u32> = paths.iter().map(|path| path.repeats.last().copied().unwrap_or(0)).collect();
    Plots {
        origin: stage.origin,
        customers: paths.len() as u32,
        tracking: tracking(stage, few),
        calibration: calibration(&seen),
        by_frequency: by_frequency(&seen, &frequency),
        by_recency: by_recency(&seen, &recency),
    }
}

/// What was foretold of one customer, and what came.
#[derive(Clone, Copy)]
struct Seen {
    predicted: f64,
    actual: f64,
}

/// A bin of the customers with these keys; `None` for nobody.
fn bin<'s>(members: impl Iterator<Item = (f64, &'s Seen)>) -> Option<Bin> {
    let empty = Bin { from: f64::INFINITY, to: f64::NEG_INFINITY, customers: 0, predicted: 0.0, actual: 0.0 };
    let sum = members.fold(empty, |bin, (key, seen)| Bin {
        from: bin.from.min(key),
        to: bin.to.max(key),
        customers: bin.customers + 1,
        predicted: bin.predicted + seen.predicted,
        actual: bin.actual + seen.actual,
    });
    let count = f64::from(sum.customers);
    (sum.customers > 0).then(|| Bin { predicted: sum.predicted / count, actual: sum.actual / count, ..sum })
}

/// Tenths by rising number foretold, as equal as whole customers allow.
fn calibration(seen: &[Seen]) -> Vec<Bin> {
    let mut order: Vec<&Seen> = seen.iter().collect();
    order.sort_by(|one, other| one.predicted.total_cmp(&other.predicted));
    (0..10)
        .filter_map(|tenth| {
            let part = |tenth: usize| tenth * order.len() / 10;
            bin(order[part(tenth)..part(tenth + 1)].iter().map(|seen| (seen.predicted, *seen)))
        })
        .collect()
}

/// From this many repeat purchases on, customers share a bin.
const MANY_PURCHASES: u32 = 7;

fn by_frequency(seen: &[Seen], purchases: &[u32]) -> Vec<Bin> {
    let of = |count: u32| {
        let members = seen.iter().zip(purchases).filter(move |(_, n)| (**n).min(MANY_PURCHASES) == count);
        bin(members.map(|(seen, n)| (f64::from(*n), seen)))
    };
    (0..=MANY_PURCHASES).filter_map(of).collect()
}

/// Stretches that recencies above zero are put into.
const RECENCY_BINS: u32 = 8;

fn by_recency(seen: &[Seen], recency_days: &[u32]) -> Vec<Bin> {
    let longest = recency_days.iter().copied().max().unwrap_or(0);
    // Whole weeks, so that the bounds can be told.
    let width = longest.div_ceil(RECENCY_BINS).div_ceil(7).max(1) * 7;
    let of = |place: u32| {
        let members = seen.iter().zip(recency_days).filter(move |(_, days)| days.div_ceil(width) == place);
        bin(members.map(|(seen, days)| (f64::from(*days), seen))).map(|bin| match place {
            0 => bin,
            _ => Bin { from: f64::from((place - 1) * width + 1), to: f64::from(place * width), ..bin },
        })
    };
    (0..=RECENCY_BINS).filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pairs: &[(f64, f64)]) -> Vec<Seen> {
        pairs.iter().map(|(predicted, actual)| Seen { predicted: *predicted, actual: *actual }).collect()
    }

    #[test]
    fn tenths_hold_everybody_once_and_rise() {
        let customers: Vec<(f64, f64)> =
            (0..47).map(|i| (f64::from(i * 17 % 47) / 10.0, f64::from(i % 3))).collect();
        let tenths = calibration(&seen(&customers));
        assert_eq!(tenths.len(), 10);
        assert_eq!(tenths.iter().map(|bin| bin.customers).sum::<u32>(), 47);
        assert!(tenths.is_sorted_by(|one, next| one.to <= next.from && one.predicted < next.predicted));
        let total: f64 = tenths.iter().map(|bin| bin.actual * f64::from(bin.customers)).sum();
        assert!((total - customers.iter().map(|(_, actual)| actual).sum::<f64>()).abs() < 1e-9);
        assert_eq!(calibration(&seen(&[(1.0, 2.0)])).len(), 1);
        assert!(calibration(&[]).is_empty());
    }

    #[test]
    fn customers_with_many_purchases_share_a_bin() {
        let customers = seen(&[(0.1, 0.0), (0.2, 1.0), (0.4, 0.0), (3.0, 4.0), (5.0, 2.0)]);
        let bins = by_frequency(&customers, &[0, 0, 2, 7, 30]);
        assert_eq!(
            bins,
            [
                Bin { from: 0.0, to: 0.0, customers: 2, predicted: 0.15000000000000002, actual: 0.5 },
                Bin { from: 2.0, to: 2.0, customers: 1, predicted: 0.4, actual: 0.0 },
                Bin { from: 7.0, to: 30.0, customers: 2, predicted: 4.0, actual: 3.0 },
            ]
        );
    }

    #[test]
    fn recencies_fall_into_whole_weeks_and_none_is_lost() {
        let days = [0, 0, 1, 14, 15, 100];
        let customers = seen(&[(1.0, 1.0); 6]);
        let bins = by_recency(&customers, &days);
        assert_eq!(bins.iter().map(|bin| bin.customers).collect::<Vec<_>>(), [2, 2, 1, 1]);
        assert_eq!((bins[1].from, bins[1].to, bins[3].from, bins[3].to), (1.0, 14.0, 99.0, 112.0));
        assert_eq!(by_recency(&customers[..1], &[0]).len(), 1);
    }
}
