//! What the models would have said earlier, beside what came.
//!
//! At each origin only what was known then is used: customers whose first purchase came later are left out, the
//! models are fitted anew, and their forecasts up to a later day are held against the purchases that came. Naive
//! rules stand beside them. Tashman (2000), "Out-of-sample tests of forecasting accuracy", International Journal of
//! Forecasting 16(4), on rolling origins; Czado, Gneiting & Held (2009), "Predictive Model Assessment for Count Data",
//! Biometrics 65(4), on log scores and the randomised probability integral transform.

mod spend;
mod study;
mod tracking;

pub use spend::{Coverage, SpendTrial};
pub use study::{Asked, Bin, Compared, Measure, Plots, Study, origins_of, study, verdict};
pub use tracking::{Tracking, Week};

use crate::blend::{Blend, Few, Member, USUAL_SHOCK, fit_forms, kin};
use crate::history::Histories;
use crate::lifetime::{self, Evidence, Kind, Path, Tail, fit_kind};
use spend::Amounts;

/// One question put to the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Days from the origin to the day of the valuation.
    pub days_ago: u32,
    /// Days foretold from the origin on, at most `days_ago`.
    pub horizon_days: u32,
}

/// Who foretold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Forecast {
    /// The mixture that is used for the base.
    Blend,
    /// One model alone.
    Model(Kind),
    /// As often as in the last stretch as long as the horizon.
    RecentWindow,
    /// As often as since the first purchase.
    OwnRate,
    /// As often as everybody on average.
    EverybodysRate,
    /// As much as in the last year; of spend only.
    LastYear,
}

impl Forecast {
    /// The word for it in files and the API.
    pub fn code(self) -> &'static str {
        match self {
            Forecast::Blend => "blend",
            Forecast::Model(kind) => kind.code(),
            Forecast::RecentWindow => "recent_window",
            Forecast::OwnRate => "own_rate",
            Forecast::EverybodysRate => "everybodys_rate",
            Forecast::LastYear => "last_year",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Forecast::Blend => "blend",
            Forecast::Model(kind) => kind.name(),
            Forecast::RecentWindow => "recent window",
            Forecast::OwnRate => "own rate",
            Forecast::EverybodysRate => "everybody's rate",
            Forecast::LastYear => "last year's spend",
        }
    }

    /// A rule of thumb, without a distribution.
    pub fn is_naive(self) -> bool {
        !matches!(self, Forecast::Blend | Forecast::Model(_))
    }
}

/// How well one forecaster did from one origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// Who foretold.
    pub forecast: Forecast,
    /// From when, and how far.
    pub origin: Origin,
    /// Customers known at the origin.
    pub customers: u32,
    /// Sum of the purchases foretold.
    pub predicted: f64,
    /// Sum of those that came.
    pub actual: f64,
    /// Root of the mean squared difference, in purchases a customer.
    pub rmse: f64,
    /// Mean absolute difference, in purchases a customer.
    pub mae: f64,
    /// Spearman's rank correlation of foretold and actual; `None` where either is the same for all.
    pub rank_correlation: Option<f64>,
    /// Share of the actual purchases made by the tenth of customers of whom most was foretold.
    pub top_tenth: f64,
    /// What only a distribution can show; `None` for naive rules.
    pub distribution: Option<Distribution>,
    /// How it did beside the blend, customer by customer; of naive rules only.
    pub beside_blend: Option<Paired>,
}

/// A naive rule's errors beside the blend's for the same customers: how large the difference is, and how far chance alone
/// could move it.
///
/// Diebold & Mariano (1995), "Comparing Predictive Accuracy", Journal of Business & Economic Statistics 13(3), over customers
/// instead of times. Differences are the rule's less the blend's: above zero the blend is nearer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Difference of the roots of the mean squared errors.
    pub rmse: f64,
    /// Its standard error.
    pub rmse_error: f64,
    /// Difference of the mean absolute errors.
    pub mae: f64,
    /// Its standard error.
    pub mae_error: f64,
}

impl Paired {
    /// What `rule` and `blend` said of each customer, and what came.
    ///
    /// ```
    /// use value::backtest::Paired;
    /// let actual = [0.0, 2.0, 1.0, 4.0];
    /// let paired = Paired::of(&[1.0, 1.0, 1.0, 1.0], &[0.5, 1.5, 1.0, 3.0], &actual);
    /// assert!(paired.mae > 0.0 && paired.rmse > 0.0 && paired.rmse_error > 0.0);
    /// // Who says the same is as good for certain.
    /// assert_eq!(Paired::of(&actual, &actual, &actual).mae_error, 0.0);
    /// ```
    pub fn of(rule: &[f64], blend: &[f64], actual: &[f64]) -> Paired {
        let n = actual.len().max(1) as f64;
        let errors = |said: &[f64], of: fn(f64) -> f64| -> Vec<f64> {
            said.iter().zip(actual).map(|(said, actual)| of(said - actual)).collect()
        };
        let compared = |of: fn(f64) -> f64| {
            let (rule, blend) = (errors(rule, of), errors(blend, of));
            let mean = |all: &[f64]| all.iter().sum::<f64>() / n;
            let (of_rule, of_blend) = (mean(&rule), mean(&blend));
            let spread: f64 = rule
                .iter()
                .zip(&blend)
                .map(|(rule, blend)| (rule - blend - (of_rule - of_blend)).powi(2))
                .sum();
            (of_rule, of_blend, (spread / n / (n - 1.0).max(1.0)).sqrt())
        };
        let (rule_square, blend_square, square_error) = compared(|error| error * error);
        let (rule_mae, blend_mae, mae_error) = compared(f64::abs);
        // The difference of two roots is that of the squares over their sum.
        let roots = rule_square.sqrt() + blend_square.sqrt();
        let per_root = |number: f64| if roots > 0.0 { number / roots } else { 0.0 };
        Paired {
            rmse: rule_square.sqrt() - blend_square.sqrt(),
            rmse_error: per_root(square_error),
            mae: rule_mae - blend_mae,
            mae_error,
        }
    }
}

/// How well a predictive distribution did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distribution {
    /// Mean natural logarithm of the probability of what came; higher is better.
    pub log_score: f64,
    /// Share of customers inside the central 80 %, by randomised probability integral transform.
    pub covered80: f64,
    /// The same for 95 %.
    pub covered95: f64,
    /// 95 % interval of the total.
    pub total95: (f64, f64),
}

impl Trial {
    /// Predicted total over actual total, less one; `None` where nothing came.
    pub fn bias(&self) -> Option<f64> {
        (self.actual > 0.0).then(|| self.predicted / self.actual - 1.0)
    }
}

/// The back-test of a base and what follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Backtest {
    /// Every forecaster at every origin.
    pub trials: Vec<Trial>,
    /// Mean log score of each kind over the origins, relative to the best, in nats a customer.
    pub deficits: Vec<(Kind, f64)>,
    /// How many independent customers the deficits are worth; see [`weigh`].
    pub evidence: f64,
    /// Standard deviation of the logarithm of actual over predicted total; see [`Blend::shock`].
    pub shock: f64,
    /// The same for spend, at least as large; `None` where amounts were not looked at.
    pub spend_shock: Option<f64>,
    /// Whether purchases were foretold nearer with few who buy like nobody else; see [`Few`].
    pub favours_few: bool,
}

impl Backtest {
    /// How many origins it looked back from.
    pub fn origins(&self) -> usize {
        self.trials.iter().filter(|trial| trial.forecast == Forecast::Blend).count()
    }

    /// One that found nothing: members weigh what they weigh before it.
    pub(crate) fn none() -> Backtest {
        let (trials, deficits) = (Vec::new(), Vec::new());
        Backtest {
            trials,
            deficits,
            evidence: 0.0,
            shock: USUAL_SHOCK,
            spend_shock: None,
            favours_few: false,
        }
    }
}

/// Customers that a back-test looks at, at most.
pub const MOST_CUSTOMERS: usize = 6_000;
/// A shorter past cannot be divided into a known and a foretold part, in days.
pub const LEAST_DAYS: u32 = 56;
/// Evidence per square root of the number of customers: log scores of many customers in one period are not
/// independent, so that evidence grows slower than their number.
const EVIDENCE: f64 = 0.75;
/// Weight of the usual shock against the measured ones, in origins.
const USUAL_ORIGINS: f64 = 3.0;

/// Origins that a base whose oldest customer is `age` days old can carry, for a horizon in days: at half, two thirds
/// and four fifths of its past, each looking ahead no further than the horizon.
pub fn origins(age: u32, horizon_days: u32) -> Vec<Origin> {
    if age < LEAST_DAYS {
        return Vec::new();
    }
    let mut origins: Vec<Origin> = [1.0 / 2.0, 1.0 / 3.0, 1.0 / 5.0]
        .map(|part| ((f64::from(age) * part) as u32).max(1))
        .map(|days_ago| Origin { days_ago, horizon_days: horizon_days.clamp(1, days_ago) })
        .to_vec();
    origins.dedup();
    origins
}

/// A base as it was known at an origin, with what came.
pub struct Known<'a> {
    /// The customers of then.
    pub evidence: Evidence<'a>,
    /// Purchases that each made within the horizon.
    pub actual: Vec<u32>,
    /// Purchases that each made in the stretch before the origin that is as long as the horizon, the first included,
    /// and the days of that stretch in which they were customers.
    recent: Vec<(u32, u32)>,
    /// The place of each among the paths that were given.
    places: Vec<u32>,
}

impl<'a> Known<'a> {
    /// What of `paths` was known at `origin`.
    pub fn at(paths: &[Path<'a>], origin: Origin) -> Known<'a> {
        let (mut then, mut actual, mut recent, mut places) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (place, path) in (0..).zip(paths) {
            let Some(known) = path.before(origin.days_ago) else { continue };
            let until = known.age + origin.horizon_days;
            let reached = path.repeats.partition_point(|day| *day <= until);
            actual.push((reached - known.repeats.len()) as u32);
            let since = known.age.saturating_sub(origin.horizon_days);
            let late = known.repeats.len() - known.repeats.partition_point(|day| *day <= since);
            recent.push((late as u32, known.age.min(origin.horizon_days)));
            then.push(known);
            places.push(place);
        }
        Known { evidence: Evidence::of(then), actual, recent, places }
    }

    /// The same customers with their pasts on another clock.
    pub(crate) fn on_clock<'c>(self, evidence: Evidence<'c>) -> Known<'c> {
        let Known { actual, recent, places, .. } = self;
        Known { evidence, actual, recent, places }
    }
}

/// Runs the back-test of a base and weighs the members of its blend.
pub fn backtest(paths: &[Path<'_>], horizon_days: u32) -> Backtest {
    backtest_with(paths, None, horizon_days)
}

/// The same, looking at spend, too, where the histories that the paths are of tell amounts; in units of the currency of so
/// many minor ones.
pub(crate) fn backtest_with(
    paths: &[Path<'_>],
    amounts: Option<(&Histories, f64)>,
    horizon_days: u32,
) -> Backtest {
    let oldest = paths.iter().map(|path| path.age).max().unwrap_or(0);
    let places: Vec<usize> = sampled(paths.len()).collect();
    let few: Vec<Path<'_>> = places.iter().map(|at| paths[*at]).collect();
    let amounts = amounts.and_then(|(base, minor)| Amounts::of(base, &places, minor, false));
    roll(&few, amounts.as_ref(), &origins(oldest, horizon_days), &[], |_| {})
}

/// Places of at most [`MOST_CUSTOMERS`] of so many customers, evenly spread.
fn sampled(customers: usize) -> impl Iterator<Item = usize> {
    let stride = (customers as f64 / MOST_CUSTOMERS as f64).max(1.0);
    (0..).map(move |i| (f64::from(i) * stride) as usize).take_while(move |at| *at < customers)
}

/// One origin once the blend is fitted to what was known.
struct Stage<'s, 'a> {
    known: &'s Known<'a>,
    origin: Origin,
    blend: &'s Blend,
    /// What the blend says of each customer.
    foretold: &'s [lifetime::Forecast],
    /// The trials of spend, where amounts are known.
    spend: &'s [SpendTrial],
}

/// The back-test from the given origins. The models `besides` the members of the blend are tried, too, and weigh
/// nothing; `look` gets each origin with the blend of then.
fn roll(
    few: &[Path<'_>],
    amounts: Option<&Amounts<'_>>,
    origins: &[Origin],
    besides: &[Kind],
    mut look: impl FnMut(Stage<'_, '_>),
) -> Backtest {
    let mut trials = Vec::new();
    let mut scores: Vec<(Kind, f64, u32)> = Vec::new();
    let (mut errors, mut spend_errors) = (Vec::new(), Vec::new());
    let mut with_few = Gain::default();
    for &origin in origins {
        let known = Known::at(few, origin);
        if known.evidence.customers() < 50 || known.evidence.repeaters() < 10 {
            continue;
        }
        let weeks = f64::from(origin.horizon_days) / 7.0;
        // Also forms that count nothing here beside their kin: later the kin may fail, and they would be untried.
        let members = fit_forms(&known.evidence, weeks, |_| true).fitted;
        let mut here: Vec<(Kind, f64, f64)> = Vec::new();
        for member in &members {
            let kind = member.model.kind();
            let alone = Blend::single(member.model.clone());
            let trial = foretell(Forecast::Model(kind), &alone, &known, origin);
            if let Some(distribution) = trial.distribution {
                here.push((kind, distribution.log_score, member.weight));
            }
            trials.push(trial);
        }
        for &kind in besides.iter().filter(|kind| members.iter().all(|one| one.model.kind() != **kind)) {
            let model = fit_kind(kind, &known.evidence, weeks, MOST_CUSTOMERS);
            if model.fit().converged {
                trials.push(foretell(Forecast::Model(kind), &Blend::single(model), &known, origin));
            }
        }
        let best = here.iter().map(|(_, score, _)| *score).fold(f64::NEG_INFINITY, f64::max);
        for &(kind, score, _) in &here {
            match scores.iter_mut().find(|(known, ..)| *known == kind) {
                Some((_, sum, origins)) => {
                    *sum += best - score;
                    *origins += 1;
                }
                None => scores.push((kind, best - score, 1)),
            }
        }
        let plain = weigh(members, &[], 0.0, USUAL_SHOCK);
        let found = Few::of(&known.evidence);
        // What earlier origins said of the few is known here; what came of this one is not.
        let blend = Blend { few: found.filter(|_| with_few.is_clear()), ..plain.clone() };
        let mut foretold: Vec<lifetime::Forecast> = Vec::with_capacity(known.actual.len());
        let trial =
            foretell_each(Forecast::Blend, &blend, &known, origin, |tail| foretold.push(tail.forecast()));
        errors.extend(miss(&trial));
        trials.push(trial);
        let spend = amounts
            .map_or(Vec::new(), |amounts| spend::trials(&known, &blend, origin, few, amounts, &foretold));
        spend_errors.extend(spend.first().and_then(|one| miss(&one.trial)));
        if found.is_some() {
            let other = Blend { few: found.filter(|_| blend.few.is_none()), ..plain };
            let mut otherwise = Vec::with_capacity(foretold.len());
            foretell_each(Forecast::Blend, &other, &known, origin, |tail| otherwise.push(tail.mean()));
            let sign = if blend.few.is_none() { 1.0 } else { -1.0 };
            for ((here, other), came) in foretold.iter().zip(&otherwise).zip(&known.actual) {
                let came = f64::from(*came);
                with_few.add(sign * ((here.mean - came).powi(2) - (other - came).powi(2)));
            }
        }
        look(Stage { known: &known, origin, blend: &blend, foretold: &foretold, spend: &spend });
        let said: Vec<f64> = foretold.iter().map(|forecast| forecast.mean).collect();
        for naive in [Forecast::RecentWindow, Forecast::OwnRate, Forecast::EverybodysRate] {
            trials.push(follow(naive, &known, origin, &said));
        }
    }
    let evidence = EVIDENCE * (few.len() as f64).sqrt();
    let deficits = scores.into_iter().map(|(kind, sum, origins)| (kind, sum / f64::from(origins))).collect();
    let shock = shock(&errors);
    let spend_shock = amounts.map(|_| self::shock(&spend_errors).max(shock));
    Backtest { trials, deficits, evidence, shock, spend_shock, favours_few: with_few.is_clear() }
}

/// By how much squared errors are smaller, customer by customer.
#[derive(Default)]
struct Gain {
    sum: f64,
    squares: f64,
}

impl Gain {
    fn add(&mut self, gain: f64) {
        self.sum += gain;
        self.squares += gain * gain;
    }

    /// Whether there is one, by more than its standard error (Breiman et al. 1984, "Classification and Regression Trees",
    /// section 3.4.3).
    fn is_clear(&self) -> bool {
        self.sum > self.squares.sqrt()
    }
}

/// The logarithm of what came over what was foretold in all, where there was either.
fn miss(trial: &Trial) -> Option<f64> {
    (trial.actual > 0.0 && trial.predicted > 0.0).then(|| (trial.actual / trial.predicted).ln())
}

/// Standard deviation of the next such miss where a standard deviation is known from so many of them: that of a Student
/// variable, which has the doubt about its scale in it (Gelman et al., "Bayesian Data Analysis", 3rd ed., section 3.2).
pub(crate) fn of_next(shock: f64, misses: usize) -> f64 {
    let freedom = USUAL_ORIGINS + misses as f64;
    shock * (freedom / (freedom - 2.0)).sqrt()
}

/// Standard deviation of such misses, drawn towards the usual one. What chance explains of them is left in: of a small base
/// it widens the total twice.
fn shock(misses: &[f64]) -> f64 {
    let squares: f64 = misses.iter().map(|miss| miss * miss).sum();
    let origins = USUAL_ORIGINS + misses.len() as f64;
    ((USUAL_ORIGINS * USUAL_SHOCK * USUAL_SHOCK + squares) / origins).sqrt().min(0.5)
}

/// The blend of members weighed by what the back-test found.
///
/// Each member's weight is its prior (see [`fit_members`]) times e^(−n d), with d by how much its mean log score
/// falls behind the best one over all origins, and n the `evidence`: three quarters of the square root of the number
/// of customers. Among 2,500 customers, a member that tells each one's purchases worse by a fortieth of a nat counts
/// four tenths. Bases too small or too short for a back-test are weighed by the prior alone.
///
/// A member that none of the deficits is of could be fitted at no origin, and has foretold nothing: its share goes to the
/// other form of the same model, drifting or steady, where that was tried, and to nobody else.
///
/// ```
/// use value::backtest::weigh;
/// use value::blend::Member;
/// use value::lifetime::{Kind, Model};
/// let nbd = Model::restored(Kind::Nbd, &[("r", 0.9), ("alpha", 12.0)]).unwrap();
/// let bg = Model::restored(Kind::BgNbd, &[("r", 0.3), ("alpha", 5.0), ("a", 0.8), ("b", 2.5)]).unwrap();
/// let members = || vec![Member { weight: 0.6, model: nbd.clone() }, Member { weight: 0.4, model: bg.clone() }];
/// // Before any back-test both count as they are said to.
/// assert_eq!(weigh(members(), &[], 0.0, 0.1).members.len(), 2);
/// // Who was tried and fell a little behind counts; who was never tried does not gain on him.
/// let blend = weigh(members(), &[(Kind::BgNbd, 0.1)], 40.0, 0.1);
/// assert_eq!((blend.members.len(), blend.members[0].model.kind()), (1, Kind::BgNbd));
/// ```
pub fn weigh(mut members: Vec<Member>, deficits: &[(Kind, f64)], evidence: f64, shock: f64) -> Blend {
    let deficit = |kind: Kind| deficits.iter().find(|(known, _)| *known == kind).map(|(_, deficit)| *deficit);
    let is_tried = |member: &Member| deficit(member.model.kind()).is_some();
    if members.iter().any(is_tried) {
        let (mut tried, untried): (Vec<Member>, Vec<Member>) = members.into_iter().partition(is_tried);
        for member in untried {
            let kin = kin(member.model.kind());
            if let Some(heir) = tried.iter_mut().find(|tried| Some(tried.model.kind()) == kin) {
                heir.weight += member.weight;
            }
        }
        members = tried;
    }
    // Only what is left over the best of them counts: so far behind that all powers are nothing, one still counts.
    let least =
        members.iter().filter_map(|member| deficit(member.model.kind())).fold(f64::INFINITY, f64::min);
    for member in &mut members {
        let behind = deficit(member.model.kind()).map_or(0.0, |deficit| deficit - least);
        member.weight *= (-evidence * behind).exp();
    }
    let sum: f64 = members.iter().map(|member| member.weight).sum();
    for member in &mut members {
        member.weight /= sum;
    }
    members.retain(|member| member.weight >= 0.01);
    let sum: f64 = members.iter().map(|member| member.weight).sum();
    for member in &mut members {
        member.weight /= sum;
    }
    members.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    Blend { members, shock, few: None }
}

/// The trial of a blend whose members were fitted on what was known.
pub fn foretell(forecast: Forecast, blend: &Blend, known: &Known<'_>, origin: Origin) -> Trial {
    foretell_each(forecast, blend, known, origin, |_| {})
}

/// The same, giving each customer's distribution, in order.
fn foretell_each(
    forecast: Forecast,
    blend: &Blend,
    known: &Known<'_>,
    origin: Origin,
    mut each: impl FnMut(&Tail),
) -> Trial {
    let weeks = f64::from(origin.horizon_days) / 7.0;
    let customers = known.evidence.customers();
    let forecaster = blend.forecaster(customers, known.evidence.most(), weeks);
    let ready = forecaster.ready();
    let mut tail = Tail::default();
    let mut predicted = Vec::with_capacity(customers);
    let (mut log_score, mut covered80, mut covered95, mut variance) = (0.0, 0.0, 0.0, 0.0);
    for (i, (path, &actual)) in known.evidence.paths.iter().zip(&known.actual).enumerate() {
        ready.forecast(path, &mut tail);
        each(&tail);
        predicted.push(tail.mean());
        variance += tail.variance();
        let chance = tail.exactly(actual as usize);
        log_score += chance.max(1e-9).ln();
        let reached = if actual == 0 { 1.0 } else { tail.more_than(actual as usize - 1) };
        // A place between the two ends, spread evenly over customers and the same every time.
        let place = ((i + 1) as f64 * 0.618_033_988_749_895).fract();
        let transform = 1.0 - reached + place * chance;
        covered80 += f64::from((0.1..0.9).contains(&transform));
        covered95 += f64::from((0.025..0.975).contains(&transform));
    }
    let n = customers.max(1) as f64;
    let total: f64 = predicted.iter().sum();
    let spread = (variance + (total * of_next(blend.shock, 0)).powi(2)).sqrt();
    let distribution = Distribution {
        log_score: log_score / n,
        covered80: covered80 / n,
        covered95: covered95 / n,
        total95: ((total - 1.96 * spread).max(0.0), total + 1.96 * spread),
    };
    Trial { distribution: Some(distribution), ..score(forecast, origin, &predicted, &counted(&known.actual)) }
}

/// The trial of a naive rule, beside what the blend `said` of each customer.
fn follow(naive: Forecast, known: &Known<'_>, origin: Origin, said: &[f64]) -> Trial {
    let ahead = f64::from(origin.horizon_days);
    let per_day = |count: f64, days: u32| if days > 0 { count / f64::from(days) } else { 0.0 };
    let paths = &known.evidence.paths;
    let purchases: f64 = paths.iter().map(|path| path.repeats.len() as f64).sum();
    let days: f64 = paths.iter().map(|path| f64::from(path.age)).sum();
    let predicted: Vec<f64> = match naive {
        Forecast::RecentWindow => {
            known.recent.iter().map(|(count, days)| per_day(f64::from(*count), *days) * ahead).collect()
        }
        Forecast::OwnRate => {
            paths.iter().map(|path| per_day(path.repeats.len() as f64, path.age) * ahead).collect()
        }
        _ => vec![if days > 0.0 { purchases / days * ahead } else { 0.0 }; paths.len()],
    };
    let actual = counted(&known.actual);
    let beside_blend = Some(Paired::of(&predicted, said, &actual));
    Trial { beside_blend, ..score(naive, origin, &predicted, &actual) }
}

fn counted(numbers: &[u32]) -> Vec<f64> {
    numbers.iter().map(|number| f64::from(*number)).collect()
}

fn score(forecast: Forecast, origin: Origin, predicted: &[f64], actual: &[f64]) -> Trial {
    let n = predicted.len().max(1) as f64;
    let differences = || predicted.iter().zip(actual).map(|(p, a)| p - a);
    let total: f64 = actual.iter().sum();
    let mut order: Vec<usize> = (0..predicted.len()).collect();
    order.sort_by(|one, other| predicted[*other].total_cmp(&predicted[*one]));
    let tenth: f64 = order.iter().take(predicted.len().div_ceil(10)).map(|i| actual[*i]).sum();
    Trial {
        forecast,
        origin,
        customers: predicted.len() as u32,
        predicted: predicted.iter().sum(),
        actual: total,
        rmse: (differences().map(|d| d * d).sum::<f64>() / n).sqrt(),
        mae: differences().map(f64::abs).sum::<f64>() / n,
        rank_correlation: correlation(&ranks(predicted), &ranks(actual)),
        top_tenth: if total > 0.0 { tenth / total } else { 0.0 },
        distribution: None,
        beside_blend: None,
    }
}

/// Ranks from one up, equal numbers sharing the mean of theirs.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut passed = 0;
    for same in order.chunk_by(|one, next| numbers[*one] == numbers[*next]) {
        let rank = passed as f64 + (same.len() as f64 + 1.0) / 2.0;
        for i in same {
            ranks[*i] = rank;
        }
        passed += same.len();
    }
    ranks
}

/// Pearson's correlation; `None` where one side is constant.
fn correlation(one: &[f64], other: &[f64]) -> Option<f64> {
    let n = one.len() as f64;
    let (mean_one, mean_other) = (one.iter().sum::<f64>() / n, other.iter().sum::<f64>() / n);
    let (mut both, mut square_one, mut square_other) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(other) {
        both += (a - mean_one) * (b - mean_other);
        square_one += (a - mean_one).powi(2);
        square_other += (b - mean_other).powi(2);
    }
    (square_one > 0.0 && square_other > 0.0).then(|| both / (square_one * square_other).sqrt())
}
