//! The season: months of the year in which customers buy more, or less, than in others.
//!
//! Takes histories; learns an index for each month of the year from at least two years, and values customers on a
//! clock that runs faster in busy months, so that equal stretches of it hold equal activity. On that clock purchases at
//! a rate that swings with the season are purchases at a steady rate (the change of time of a nonstationary Poisson
//! process: Çinlar 1975, "Introduction to Stochastic Processes"), and every model of
//! [`crate::lifetime`] holds as it stands: number, recency, age and horizon are read off the clock. Bachmann, Meierer &
//! Näf (2021), "The Role of Time-Varying Contextual Factors in Latent Attrition Models for Customer Base Analysis",
//! Marketing Science 40(4), tell what is lost where a model does not see the season. Where customers leave at a time of
//! their own (Pareto/NBD), that time is on the clock, too. Leaves out weeks, feasts that move, and months that act
//! differently on different customers.

use crate::backtest::{Forecast, Known, Origin, foretell};
use crate::blend::Blend;
use crate::clocks::Warped;
use crate::history::{Histories, History};
use crate::lifetime::{Evidence, Kind, Model, Path, fit_kind};
use crate::newcomers::Likeness;
use crate::residual::Residual;
use crate::valuation::{Choice, CustomerValue, Models, Question, Valuation, give_within, value_within};
use ledger::Day;
use std::fmt;

/// Days that must be known before a season is looked for: two years, since one cannot tell season from trend.
pub const LEAST_DAYS: u32 = 730;

/// Whether a season is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seasonality {
    /// Where it foretells the base's own past better.
    #[default]
    Auto,
    /// None.
    None,
    /// An index for each month of the year.
    Monthly,
}

/// The activity of each month of the year.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// Activity of a day of each month, January first, in days of average activity: over a year they add up to a year.
    pub index: [f64; 12],
    /// Standard error of the logarithm of each.
    pub errors: [f64; 12],
    /// Whole years that it was learnt from.
    pub years: u32,
    /// How much more the months' purchases vary than by chance: 1 is chance alone.
    pub dispersion: f64,
}

/// Why a season is in use, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// None was asked for.
    NotAsked,
    /// It was asked for.
    Asked,
    /// Less than [`LEAST_DAYS`] are known.
    ShortPast {
        /// Days that are known.
        days: u32,
    },
    /// Too few repeat purchases, or none in some month.
    FewPurchases,
    /// Two years are known, but not two years before a stretch to check it on.
    NothingToCheck,
    /// Stretches of the past were foretold better with it.
    Better,
    /// They were not.
    NotBetter,
}

impl Why {
    /// One word for it, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Why::NotAsked => "not_asked",
            Why::Asked => "asked",
            Why::ShortPast { .. } => "short_past",
            Why::FewPurchases => "few_purchases",
            Why::NothingToCheck => "nothing_to_check",
            Why::Better => "better",
            Why::NotBetter => "not_better",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NotAsked => f.write_str("no season was asked for"),
            Why::Asked => f.write_str("the season is in use because it was asked for"),
            Why::ShortPast { days } => write!(
                f,
                "no season is used: {days} days are known, and it takes {LEAST_DAYS} to tell a season from a trend"
            ),
            Why::FewPurchases => f.write_str("no season is used: too few repeat purchases to tell the months apart"),
            Why::NothingToCheck => f.write_str(
                "no season is used: more than two years must be known to check it on the time that followed them",
            ),
            Why::Better => f.write_str("the season is in use: with it the base's own past is foretold better"),
            Why::NotBetter => f.write_str("no season is used: with it the base's own past is not foretold better"),
        }
    }
}

/// A stretch of the past foretold with and without the season, each learnt from what was known before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeasonTrial {
    /// From when, and how far ahead.
    pub origin: Origin,
    /// Customers of then.
    pub customers: u64,
    /// Purchases that came.
    pub actual: f64,
    /// Purchases foretold with the season.
    pub with: f64,
    /// Purchases foretold without.
    pub without: f64,
    /// Mean log score of a customer's purchases with it; higher is better.
    pub score_with: f64,
    /// The same without.
    pub score_without: f64,
}

/// A valuation that has looked for a season.
#[derive(Clone, Debug, PartialEq)]
pub struct SeasonalValuation {
    /// The valuation. With a season, the times of its models are in weeks of average activity.
    pub valuation: Valuation,
    /// The season that was learnt, also where it is not in use.
    pub season: Option<Season>,
    /// Whether the valuation uses it.
    pub is_used: bool,
    /// Why.
    pub why: Why,
    /// How it did on the past.
    pub trials: Vec<SeasonTrial>,
}

/// Customers that a season is learnt from, at most.
const ENOUGH_CUSTOMERS: usize = 50_000;
/// Customers that trials look at, at most.
const TRIED_CUSTOMERS: usize = 6_000;
/// Repeat purchases that a season takes at least.
const LEAST_PURCHASES: f64 = 200.0;
/// The weight of no season at all: as if each month had been seen with this many purchases, all as usual. One over the
/// square of how far a month usually strays, a quarter.
const USUAL: f64 = 16.0;
/// Years that are looked at, at most.
const MOST_YEARS: usize = 10;

/// Values every customer with a history, with the season where it is asked for or earns its place.
///
/// By the blend, and where no season is in use, customers borrow from those who first came in the same quarter or year, where
/// [`crate::newcomers::learn`] finds that this foretells better.
///
/// ```
/// use ledger::Day;
/// use value::{Choice, Margin, PurchaseLine, Question, Seasonality, histories, season::Why, value_with_season};
/// let line = |customer, day| PurchaseLine { customer, day, amount: 900, margin: Margin::UNKNOWN };
/// let lines = (0..300).flat_map(|n| [line(n, n as i32 % 40), line(n, 90 + n as i32 % 70)]);
/// let base = histories(lines.collect(), Day(200));
/// let question = Question { horizon: "3m".parse().unwrap(), minor_digits: None, choice: Choice::Blend };
/// let found = value_with_season(&base, &question, Seasonality::Auto);
/// // Two hundred days tell no season, and the valuation is the plain one.
/// assert_eq!(found.why, Why::ShortPast { days: 200 });
/// assert_eq!(found.valuation, value::value(&base, &question));
/// ```
pub fn value_with_season(
    histories: &Histories,
    question: &Question,
    wanted: Seasonality,
) -> SeasonalValuation {
    let looked = Looked::back(histories, question, wanted);
    let likeness = looked.likeness(question);
    let valuation = looked.on_clock(histories, question, |evidence, weeks| {
        value_within(evidence, histories, question, weeks, likeness)
    });
    looked.with(valuation)
}

/// The same for many customers: the value of each is given away as it comes, in the order of the histories, with what is still
/// to come of the customer discounted at a yearly `rate` ([`crate::residuals`]), so that they need not all be kept. The
/// valuation that comes back has all but these; beside each value the models are given that it comes from.
///
/// ```
/// use ledger::Day;
/// use value::{Choice, Margin, PurchaseLine, Question, Seasonality, histories, value_each, value_with_season};
/// let line = |customer, day| PurchaseLine { customer, day, amount: 900, margin: Margin::UNKNOWN };
/// let lines = (0..300).flat_map(|n| [line(n, n as i32 % 40), line(n, 90 + n as i32 % 70)]);
/// let base = histories(lines.collect(), Day(200));
/// let question = Question { horizon: "3m".parse().unwrap(), minor_digits: None, choice: Choice::Blend };
/// let mut to_come = 0.0;
/// let found = value_each(&base, &question, Seasonality::None, 0.1, |_, _, _, residual| {
///     to_come += residual.unwrap().transactions;
/// });
/// let kept = value_with_season(&base, &question, Seasonality::None);
/// assert_eq!(found.valuation.total_transactions(), kept.valuation.total_transactions());
/// assert!(found.valuation.customers.is_empty() && to_come > found.valuation.total_transactions().expected);
/// ```
pub fn value_each(
    histories: &Histories,
    question: &Question,
    wanted: Seasonality,
    rate: f64,
    give: impl FnMut(&Models, &History, CustomerValue, Option<Residual>),
) -> SeasonalValuation {
    let looked = Looked::back(histories, question, wanted);
    let likeness = looked.likeness(question);
    let valuation = looked.on_clock(histories, question, |evidence, weeks| {
        give_within(evidence, histories, question, weeks, rate, likeness, give)
    });
    looked.with(valuation)
}

/// What a look back says of the season.
struct Looked {
    season: Option<Season>,
    why: Why,
    trials: Vec<SeasonTrial>,
}

impl Looked {
    fn back(histories: &Histories, question: &Question, wanted: Seasonality) -> Looked {
        let none = |why| Looked { season: None, why, trials: Vec::new() };
        if wanted == Seasonality::None {
            return none(Why::NotAsked);
        }
        let days = oldest(histories);
        if days < LEAST_DAYS {
            return none(Why::ShortPast { days });
        }
        let kind = match question.choice {
            Choice::One(kind @ (Kind::Nbd | Kind::ParetoNbd | Kind::MbgNbd)) => kind,
            _ => Kind::BgNbd,
        };
        let until = histories.until;
        let Some(season) = learn(&some(histories, ENOUGH_CUSTOMERS), until, kind) else {
            return none(Why::FewPurchases);
        };
        let trials = match wanted {
            Seasonality::Auto => {
                trials(&some(histories, TRIED_CUSTOMERS), until, question.horizon.whole_days(), kind)
            }
            _ => Vec::new(),
        };
        let why = match wanted {
            Seasonality::Monthly => Why::Asked,
            _ if trials.is_empty() => Why::NothingToCheck,
            _ if is_better(&trials) => Why::Better,
            _ => Why::NotBetter,
        };
        Looked { season: Some(season), why, trials }
    }

    /// The season, where it is to be used.
    fn used(&self) -> Option<&Season> {
        self.season.as_ref().filter(|_| matches!(self.why, Why::Asked | Why::Better))
    }

    /// Who is like whom: those of a cohort, by the calendar's clock and by the blend; one model that is asked for is taken as it
    /// is.
    fn likeness(&self, question: &Question) -> &'static Likeness {
        match question.choice {
            Choice::Blend if self.used().is_none() => Likeness::of_cohorts(),
            _ => Likeness::nobody(),
        }
    }

    /// Gives pasts, and the horizon in weeks, on the clock that is to be used.
    fn on_clock<T>(
        &self,
        histories: &Histories,
        question: &Question,
        then: impl FnOnce(&Evidence<'_>, f64) -> T,
    ) -> T {
        let Some(season) = self.used() else {
            return then(&Evidence::of(histories.paths().collect()), question.horizon.weeks());
        };
        let clock = season.clock(histories.until, oldest(histories), question.horizon.whole_days());
        let paths: Vec<Path<'_>> = histories.paths().collect();
        let warped = clock.warp(&paths);
        then(&Evidence::of(warped.paths()), clock.ahead(question.horizon.days()) / 7.0)
    }

    fn with(self, valuation: Valuation) -> SeasonalValuation {
        let is_used = self.used().is_some();
        SeasonalValuation { valuation, season: self.season, is_used, why: self.why, trials: self.trials }
    }
}

/// Days since the first purchase of anybody.
fn oldest(histories: &Histories) -> u32 {
    histories.rows.iter().map(|row| row.age_days).max().unwrap_or(0)
}

/// Every so many-th customer, so that about `most` are left.
fn some(histories: &Histories, most: usize) -> Vec<Path<'_>> {
    histories.paths().step_by(histories.rows.len().div_ceil(most).max(1)).collect()
}

/// Learns the season of customers whose pasts end at `until`, on top of a model without one; `None` for less than
/// [`LEAST_DAYS`], fewer than 200 repeat purchases or a month without any.
///
/// What a model expects of newcomers as they grow older says how many purchases each month should have seen. What they
/// saw instead is explained by a factor for each month of the year and one for each year back from `until` (growth, and
/// what the model gets wrong over the years), a log-linear model fitted by iterative proportional scaling (Deming &
/// Stephan 1940; Bishop, Fienberg & Holland 1975, "Discrete Multivariate Analysis"). Months that vary more
/// from year to year than by chance count less, and each is drawn towards an average one.
pub fn learn(paths: &[Path<'_>], until: Day, kind: Kind) -> Option<Season> {
    let oldest = paths.iter().map(|path| path.age).max().unwrap_or(0);
    let years = ((f64::from(oldest) + 1.0) / 365.25 + 1e-3).floor().min(MOST_YEARS as f64) as usize;
    if oldest < LEAST_DAYS || years < 2 {
        return None;
    }
    let evidence = Evidence::of(paths.to_vec());
    let model = fit_kind(kind, &evidence, 52.0, paths.len());
    if !model.fit().converged {
        return None;
    }
    let months = Months::of(until, oldest)?;
    // Where each day of the last whole years falls: (year back from `until`, month).
    let cell = |day: usize| -> Option<(usize, usize)> {
        let back = oldest as usize - day;
        let year = (back as f64 / 365.25) as usize;
        (year < years).then(|| (year, months.of_day[day]))
    };
    let (mut seen, mut expected) = (vec![[0.0; 12]; years], vec![[0.0; 12]; years]);
    let mut born = vec![0.0; oldest as usize + 1];
    for path in paths {
        let first = (oldest - path.age) as usize;
        born[first] += 1.0;
        for day in path.repeats {
            if let Some((year, month)) = cell(first + *day as usize) {
                seen[year][month] += 1.0;
            }
        }
    }
    let rates = rates(&model, oldest as usize);
    for (first, count) in born.iter().enumerate().filter(|(_, count)| **count > 0.0) {
        let from = (oldest as usize + 1).saturating_sub((years as f64 * 365.25) as usize).max(first + 1);
        for day in from..=oldest as usize {
            if let Some((year, month)) = cell(day) {
                expected[year][month] += count * rates[day - first - 1];
            }
        }
    }
    Season::of(&seen, &expected)
}

/// Purchases that a newcomer makes on each day after the first purchase.
fn rates(model: &Model, days: usize) -> Vec<f64> {
    // Beyond some twenty years the last rate stands.
    const MOST_WEEKS: usize = 1_040;
    let newcomer = Path { repeats: &[], age: 0 };
    let weeks = (days / 7 + 2).min(MOST_WEEKS);
    let by_then: Vec<f64> = (0..=weeks)
        .map(|week| {
            let weeks = week as f64;
            model.forecaster(1, weeks.max(1.0)).prospect(&newcomer).expected_transactions(weeks)
        })
        .collect();
    (0..days.max(1))
        .map(|day| {
            let week = (day / 7).min(weeks - 1);
            (by_then[week + 1] - by_then[week]) / 7.0
        })
        .collect()
}

impl Season {
    /// From purchases seen and expected by year and month.
    fn of(seen: &[[f64; 12]], expected: &[[f64; 12]]) -> Option<Season> {
        let by_month = |of: &[[f64; 12]], month: usize| of.iter().map(|year| year[month]).sum::<f64>();
        let total: f64 = seen.iter().flatten().sum();
        let is_whole = (0..12).all(|month| by_month(seen, month) > 0.0 && by_month(expected, month) > 0.0)
            && seen.iter().all(|year| year.iter().sum::<f64>() > 0.0);
        if total < LEAST_PURCHASES || !is_whole {
            return None;
        }
        let (mut of_year, mut index) = (vec![1.0; seen.len()], [1.0; 12]);
        for _ in 0..100 {
            for (year, factor) in of_year.iter_mut().enumerate() {
                let expected: f64 = (0..12).map(|month| expected[year][month] * index[month]).sum();
                *factor = seen[year].iter().sum::<f64>() / expected;
            }
            for (month, index) in index.iter_mut().enumerate() {
                let expected: f64 =
                    of_year.iter().zip(expected).map(|(factor, year)| factor * year[month]).sum();
                *index = by_month(seen, month) / expected;
            }
        }
        let cells = || (0..seen.len()).flat_map(|year| (0..12).map(move |month| (year, month)));
        let chi_square: f64 = cells()
            .map(|(year, month)| {
                let fitted = of_year[year] * index[month] * expected[year][month];
                if fitted > 0.0 { (seen[year][month] - fitted).powi(2) / fitted } else { 0.0 }
            })
            .sum();
        let dispersion = (chi_square / (11 * (seen.len() - 1)) as f64).max(1.0);
        let mut errors = [0.0; 12];
        normalise(&mut index);
        for (month, index) in index.iter_mut().enumerate() {
            // Purchases as independent ones would be, which tell as much as these do.
            let worth = by_month(seen, month) / dispersion;
            *index = (worth + USUAL) / (worth / *index + USUAL);
            errors[month] = 1.0 / (worth + USUAL).sqrt();
        }
        normalise(&mut index);
        index.iter().all(|index| index.is_finite() && *index > 0.0).then_some(Season {
            index,
            errors,
            years: seen.len() as u32,
            dispersion,
        })
    }

    /// A clock over so many days before `until` and after it.
    fn clock(&self, until: Day, before: u32, after: u32) -> Clock {
        let start = until.0.saturating_sub_unsigned(before);
        let mut passed = Vec::with_capacity(before as usize + after as usize + 2);
        let mut sum = 0.0;
        passed.push(sum);
        for day in 1..=i64::from(before) + i64::from(after) + 1 {
            let date = i32::try_from(i64::from(start) + day).ok().and_then(|day| Day(day).civil());
            sum += date.map_or(1.0, |date| self.index[date.month() as usize - 1]);
            passed.push(sum);
        }
        Clock { before, passed }
    }

    /// Days of average activity in the `days` after `from`.
    ///
    /// ```
    /// use ledger::Day;
    /// use value::season::Season;
    /// let mut index = [0.9; 12];
    /// index[11] = 2.0; // December
    /// let season = Season { index, errors: [0.1; 12], years: 3, dispersion: 1.0 };
    /// // From the first of November 2023: thirty ordinary days, then December.
    /// assert!((season.ahead(Day(19_662), 60.0) - (29.0 * 0.9 + 31.0 * 2.0)).abs() < 1e-9);
    /// ```
    pub fn ahead(&self, from: Day, days: f64) -> f64 {
        self.clock(from, 0, days.max(0.0).ceil() as u32).ahead(days)
    }
}

/// Over a year, the months' days add up to a year.
fn normalise(index: &mut [f64; 12]) {
    const DAYS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];
    let sum: f64 = index.iter().zip(DAYS).map(|(index, days)| index * days).sum();
    index.iter_mut().for_each(|index| *index *= 365.25 / sum);
}

/// The month of each day, from the first purchase of all.
struct Months {
    of_day: Vec<usize>,
}

impl Months {
    fn of(until: Day, oldest: u32) -> Option<Months> {
        let start = until.0.checked_sub(i32::try_from(oldest).ok()?)?;
        let of_day = (start..=until.0).map(|day| Some(Day(day).civil()?.month() as usize - 1));
        Some(Months { of_day: of_day.collect::<Option<_>>()? })
    }
}

/// Days of average activity since the first purchase of all, by day.
struct Clock {
    /// Days of the clock up to the day of the valuation.
    before: u32,
    passed: Vec<f64>,
}

impl Clock {
    /// Pasts on this clock.
    fn warp(&self, paths: &[Path<'_>]) -> Warped {
        Warped::of(paths, |path, day| {
            let first = (self.before - path.age.min(self.before)) as usize;
            self.passed[(first + day as usize).min(self.passed.len() - 1)] - self.passed[first]
        })
    }

    /// Days of average activity in the days after the day of the valuation.
    fn ahead(&self, days: f64) -> f64 {
        let here = self.before as usize;
        let whole = (days as usize).min(self.passed.len() - 1 - here);
        let next = self.passed.get(here + whole + 1).map_or(1.0, |next| next - self.passed[here + whole]);
        self.passed[here + whole] - self.passed[here] + (days - whole as f64) * next
    }
}

/// Foretells the last stretches of the past, a quarter of a year apart, each from at least two years before it.
fn trials(paths: &[Path<'_>], until: Day, horizon_days: u32, kind: Kind) -> Vec<SeasonTrial> {
    const STEP: u32 = 91;
    const MOST: u32 = 4;
    let oldest = paths.iter().map(|path| path.age).max().unwrap_or(0);
    let mut trials = Vec::new();
    for days_ago in (1..=MOST).map(|step| step * STEP).filter(|days_ago| oldest >= days_ago + LEAST_DAYS) {
        let origin = Origin { days_ago, horizon_days: horizon_days.clamp(1, days_ago) };
        let then = Day(until.0.saturating_sub_unsigned(days_ago));
        let known = Known::at(paths, origin);
        let Some(season) = learn(&known.evidence.paths, then, kind) else { continue };
        let weeks = f64::from(origin.horizon_days) / 7.0;
        let plain = fit_kind(kind, &known.evidence, weeks, paths.len());
        let without = foretell(Forecast::Model(kind), &Blend::single(plain), &known, origin);
        let clock = season.clock(then, oldest - days_ago, origin.horizon_days);
        let warped = clock.warp(&known.evidence.paths);
        let evidence = Evidence::of(warped.paths());
        let fitted = fit_kind(kind, &evidence, weeks, paths.len());
        if !fitted.fit().converged {
            continue;
        }
        let ahead = clock.ahead(f64::from(origin.horizon_days)).round() as u32;
        let on_clock = known.on_clock(evidence);
        let within = Origin { horizon_days: ahead.max(1), ..origin };
        let with = foretell(Forecast::Model(kind), &Blend::single(fitted), &on_clock, within);
        let (Some(told), Some(told_without)) = (with.distribution, without.distribution) else { continue };
        trials.push(SeasonTrial {
            origin,
            customers: on_clock.actual.len() as u64,
            actual: with.actual,
            with: with.predicted,
            without: without.predicted,
            score_with: told.log_score,
            score_without: told_without.log_score,
        });
    }
    trials
}

/// A season is taken where it scores better in all, in half of the stretches at least, and misses totals by less.
fn is_better(trials: &[SeasonTrial]) -> bool {
    let gain: f64 = trials.iter().map(|trial| trial.score_with - trial.score_without).sum();
    let wins = trials.iter().filter(|trial| trial.score_with > trial.score_without).count();
    let miss = |of: fn(&SeasonTrial) -> f64| -> f64 {
        trials.iter().map(|trial| (of(trial) - trial.actual).abs()).sum()
    };
    gain > 0.0 && 2 * wins >= trials.len() && miss(|trial| trial.with) < miss(|trial| trial.without)
}
