//! What customers borrow from those who are like them, newcomers most of all: how often and for how much those bought after their
//! first purchase, beside all others.
//!
//! Takes histories and a [`Likeness`]: the group of each customer in each dimension (source, kind, country, line of business:
//! any). The year of the first purchase, the cohort, is a dimension of its own; so is its quarter, where that is asked for
//! ([`Likeness::of_cohorts`]). Gives [`Newcomers`]: for each group that
//! earned its place, by how much its members bought more often than everybody, and for how much more a purchase, drawn
//! towards everybody by [`crate::equivalents`].
//!
//! Whether a dimension earns its place, customers decide who came later than those it was learnt from: it must foretell their
//! purchases clearly better than everybody's mean does. Where none does, nothing is borrowed and every figure is what
//! the models say alone. Nobody comes later into a cohort that is over: what it says of purchases is held against what its own
//! young customers bought since, each half of them foretold by the other half, so that nobody foretells himself.
//!
//! A factor on the rate is one on the scale of its gamma distribution: with prior exposure α (time) and t observed, one from
//! a group that buys F times as often has the rate of (r + x) / (α / F + t) beside (r + x) / (α + t) (Fader & Hardie 2007,
//! "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models": covariates multiply the
//! scale). The quotient of the two is what a customer borrows: all of it at the first purchase, less with every week since.
//! It is the same for any number of purchases x, which count by themselves: another one never lowers what is expected, and
//! over a group what is expected stays right on average. What it leaves out: the chance of being active, the share of margin.
//!
//! Purchases are compared within a window after the first one; amounts are those of all repeat purchases known today, however
//! late they came. Nobody is learnt from whose first purchase falls in the first three months of the log (or its first
//! quarter, where that is shorter): many of those had bought before it began. No dimension is learnt from that is told of the
//! newest more seldom than of others: it is then told of those who proved themselves.

use crate::equivalents::{self, Equivalents, Known};
use crate::history::{Histories, History};
use crate::lifetime::{self, Path};
use crate::valuation::{Interval, Models};
use ledger::Day;
use maths::student_quantile;
use std::collections::HashMap;

/// Fewer newcomers, to learn from or to be foretold, tell nothing.
pub const LEAST_NEWCOMERS: usize = 60;
/// Groups of a dimension that are told apart; rarer ones count as unknown.
const MOST_GROUPS: usize = 20;
/// Customers that are learnt from at most.
const ENOUGH: usize = 20_000;
/// Time after a first purchase below which it tells nothing, in days.
const LEAST_DAYS: u32 = 14;
/// By so many standard deviations the gain on those who came later must exceed zero.
const CLEARLY: f64 = 2.0;
/// Customers whose first purchase falls in so many days from the first of the log may have bought before it, and are not
/// learnt from.
const UNCERTAIN_DAYS: u32 = 91;
/// What a cohort says is held against what its customers bought in the last so many days, or in half of the window, where
/// that is shorter.
const LATELY: u32 = 91;
/// A dimension of which less than this share is known among the newest quarter, beside what is known of the others, is told
/// late.
const AS_KNOWN: f64 = 0.9;
/// What groups say is believed within these bounds.
const LEAST_FACTOR: f64 = 0.2;
const MOST_FACTOR: f64 = 5.0;
/// The dimension that histories tell themselves: the year of the first purchase.
pub const COHORT: &str = "cohort";
/// The other one: the quarter of the first purchase.
pub const QUARTER: &str = "quarter";

/// Who is like whom: the group of each customer in each dimension.
///
/// ```
/// use value::newcomers::Likeness;
/// let mut likeness = Likeness::new(["source", "country"]);
/// likeness.put(7, [Some("Fair"), None]);
/// assert_eq!((likeness.of(7, 0), likeness.of(7, 1), likeness.of(8, 0)), (Some("Fair"), None, None));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Likeness {
    dimensions: Vec<Groups>,
    by_quarter: bool,
}

#[derive(Clone, Debug, Default)]
struct Groups {
    name: String,
    labels: Vec<String>,
    place_of: HashMap<String, u32>,
    /// By number of the customer; 0 where not known, else one more than the place of the label.
    of: Vec<u32>,
}

impl Likeness {
    /// Nobody is like anybody.
    pub fn nobody() -> &'static Likeness {
        static NOBODY: Likeness = Likeness { dimensions: Vec::new(), by_quarter: false };
        &NOBODY
    }

    /// Who first came in the same quarter, or year, is like each other: all that purchases tell themselves.
    ///
    /// ```
    /// use value::newcomers::Likeness;
    /// assert!(Likeness::nobody().is_empty() && !Likeness::of_cohorts().is_empty());
    /// ```
    pub fn of_cohorts() -> &'static Likeness {
        static COHORTS: Likeness = Likeness { dimensions: Vec::new(), by_quarter: true };
        &COHORTS
    }

    /// There is no dimension.
    pub fn is_empty(&self) -> bool {
        self.dimensions.is_empty() && !self.by_quarter
    }

    /// Nobody yet, in these dimensions.
    pub fn new<const N: usize>(dimensions: [&str; N]) -> Likeness {
        let groups = |name: &str| Groups { name: name.to_string(), ..Groups::default() };
        Likeness { dimensions: dimensions.into_iter().map(groups).collect(), by_quarter: false }
    }

    /// The groups of a customer, in the order of the dimensions; `None` where a group is not known.
    pub fn put<'a>(&mut self, customer: u32, groups: impl IntoIterator<Item = Option<&'a str>>) {
        for (dimension, label) in self.dimensions.iter_mut().zip(groups) {
            dimension.put(customer as usize, label);
        }
    }

    /// The label of a customer's group in the dimension at a place.
    pub fn of(&self, customer: u32, dimension: usize) -> Option<&str> {
        let groups = self.dimensions.get(dimension)?;
        Some(&groups.labels[groups.number(customer)?])
    }
}

impl Groups {
    fn put(&mut self, customer: usize, label: Option<&str>) {
        if customer >= self.of.len() {
            self.of.resize(customer + 1, 0);
        }
        self.of[customer] = label.map_or(0, |label| {
            if let Some(place) = self.place_of.get(label) {
                return place + 1;
            }
            let place = self.labels.len() as u32;
            self.place_of.insert(label.to_string(), place);
            self.labels.push(label.to_string());
            place + 1
        });
    }

    fn number(&self, customer: u32) -> Option<usize> {
        self.of.get(customer as usize).and_then(|number| number.checked_sub(1)).map(|place| place as usize)
    }
}

/// What was learnt of newcomers.
#[derive(Clone, Debug, PartialEq)]
pub struct Newcomers {
    /// Weeks without a purchase after which a newcomer's own past counts as much as what is known of all: the scale of the
    /// models' rates, α.
    pub exposure: f64,
    /// How long after the first purchase groups were compared, in days.
    pub window_days: u32,
    /// The groups by which newcomers buy more or less often.
    pub purchases: Vec<Dimension>,
    /// The groups by which a purchase is worth more or less.
    pub amounts: Vec<Dimension>,
}

/// A dimension that earned its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// Its name, as in the [`Likeness`], or [`COHORT`].
    pub name: String,
    /// Standard deviation between its groups: what is uncertain of a group that was never seen.
    pub between: f64,
    /// What it brought where it earned its place; `None` where that was not kept.
    pub gain: Option<Gain>,
    /// Its groups.
    pub groups: Vec<Effect>,
}

/// By how much nearer customers were foretold with a dimension than without it: learnt from the first two thirds to come, held
/// against what the last third did; for the purchases of a cohort, which nobody joins any more, each half of its young customers
/// by what the other half did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// Customers foretold.
    pub customers: u64,
    /// Part of their squared error that it took away, of what the dimensions before it had left; above 0 and at most 1.
    pub share: f64,
    /// The same in standard errors of the difference, customer by customer; 2 or more.
    pub standard_errors: f64,
}

/// By how much a group differs from everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The label of the group.
    pub label: String,
    /// Customers who were learnt from.
    pub customers: u64,
    /// What it adds to a factor of one, drawn towards zero: 0.2 for a fifth more.
    pub effect: f64,
    /// Standard deviation of what is uncertain of it.
    pub deviation: f64,
    /// How much of what its own customers did is believed, 0 to 1.
    pub weight: f64,
}

/// A number with the standard deviation of what is uncertain of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// One for what everybody is.
    pub times: f64,
    /// Standard deviation of it.
    pub deviation: f64,
    /// Degrees of freedom of that deviation, 1 or more: few where few groups tell how much groups differ.
    pub freedom: f64,
}

impl Factor {
    /// What everybody is.
    pub const ONE: Factor = Factor { times: 1.0, deviation: 0.0, freedom: f64::INFINITY };

    /// Where it lies: Student's distribution, not below zero.
    ///
    /// ```
    /// use value::newcomers::Factor;
    /// let of_two = Factor { times: 1.5, deviation: 0.1, freedom: 1.0 }.interval();
    /// let of_many = Factor { times: 1.5, deviation: 0.1, freedom: f64::INFINITY }.interval();
    /// assert!((of_two.hi80 - 1.807_8).abs() < 1e-4 && (of_many.hi80 - 1.628_2).abs() < 1e-4);
    /// ```
    pub fn interval(&self) -> Interval {
        let at = |level: f64| {
            let off = if self.deviation > 0.0 { student_quantile(level, self.freedom) } else { 0.0 };
            (self.times + off * self.deviation).max(0.0)
        };
        Interval { lo95: at(0.025), lo80: at(0.1), hi80: at(0.9), hi95: at(0.975) }
    }

    /// It says nothing.
    pub(crate) fn is_one(&self) -> bool {
        self.times == 1.0 && self.deviation == 0.0
    }
}

/// What the equivalents of one customer say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kin {
    /// How much oftener than everybody those like him buy after a first purchase.
    pub purchases: Factor,
    /// How much more a purchase of theirs is worth.
    pub amounts: Factor,
    /// See [`Newcomers::exposure`].
    exposure: f64,
}

impl Kin {
    /// Nobody's: every figure is what the models say.
    pub const NONE: Kin = Kin { purchases: Factor::ONE, amounts: Factor::ONE, exposure: 1.0 };

    /// What the expected number of purchases is multiplied by, so many weeks after the first one: (α + t) / (α / F + t), see
    /// the module.
    ///
    /// ```
    /// use value::newcomers::Kin;
    /// assert_eq!(Kin::NONE.of_purchases(3.0).times, 1.0);
    /// ```
    pub fn of_purchases(&self, weeks: f64) -> Factor {
        let Factor { times, deviation, freedom } = self.purchases;
        if self.purchases.is_one() {
            return Factor::ONE;
        }
        let own = self.exposure / times;
        let factor = (self.exposure + weeks) / (own + weeks);
        Factor { times: factor, deviation: factor * own / (own + weeks) * deviation / times, freedom }
    }

    /// What the models' word for a purchase is multiplied by: `word` is the mean that they expect, `borrowed` what they would
    /// expect of as many purchases that brought nothing, which is everybody's part of the word.
    ///
    /// With w of the word the customer's own mean m and the rest everybody's A, the word w m + (1 − w) A becomes
    /// w m + (1 − w) g A for a group that spends g times as much. Nothing changes where either is not above zero.
    ///
    /// ```
    /// use value::newcomers::Kin;
    /// assert_eq!(Kin::NONE.of_amounts(40.0, 10.0).times, 1.0);
    /// ```
    pub fn of_amounts(&self, word: f64, borrowed: f64) -> Factor {
        if self.amounts.is_one() || !(word > 0.0 && borrowed > 0.0) {
            return Factor::ONE;
        }
        let share = borrowed / word;
        let Factor { times, deviation, freedom } = self.amounts;
        Factor { times: (1.0 + (times - 1.0) * share).max(0.0), deviation: deviation * share, freedom }
    }
}

impl Newcomers {
    /// What the equivalents of a customer say, by his groups.
    ///
    /// The groups that were never seen, or are not known, differ from everybody as groups do: the factor stays, its deviation
    /// grows.
    pub fn kin(&self, history: &History, likeness: &Likeness) -> Kin {
        self.ready(likeness).kin(history.customer, history.first_day)
    }

    /// Made ready for many customers.
    pub(crate) fn ready<'a>(&'a self, likeness: &'a Likeness) -> Ready<'a> {
        let of = |dimensions: &'a [Dimension]| -> Vec<ReadyDimension<'a>> {
            dimensions.iter().map(|dimension| dimension.ready(likeness)).collect()
        };
        Ready { newcomers: self, purchases: of(&self.purchases), amounts: of(&self.amounts) }
    }
}

impl Dimension {
    /// What is known of the group of a customer.
    pub fn group_of(&self, history: &History, likeness: &Likeness) -> Option<&Effect> {
        if is_cohort(&self.name) {
            let label = label_of_cohort(&self.name, cohort(&self.name, history.first_day)?);
            return self.groups.iter().find(|effect| effect.label == label);
        }
        let place = likeness.dimensions.iter().position(|groups| groups.name == self.name)?;
        let label = likeness.of(history.customer, place)?;
        self.groups.iter().find(|effect| effect.label == label)
    }

    /// What that group says: the factor of everybody, as uncertain as groups differ, where it is not known.
    pub fn factor_of(&self, history: &History, likeness: &Likeness) -> Factor {
        self.factor(self.group_of(history, likeness))
    }

    /// How much groups differ is known from their number less one. What is uncertain of a group rests on it as far as its own
    /// customers are not believed: by the share 1 − w of its logarithm, so that the freedom grows by the square of that.
    fn factor(&self, effect: Option<&Effect>) -> Factor {
        let freedom = self.groups.len().saturating_sub(1).max(1) as f64;
        let unseen = Factor { times: 1.0, deviation: self.between, freedom };
        effect.map_or(unseen, |effect| Factor {
            times: 1.0 + effect.effect,
            deviation: effect.deviation,
            freedom: freedom / (1.0 - effect.weight).powi(2),
        })
    }

    fn ready<'a>(&'a self, likeness: &'a Likeness) -> ReadyDimension<'a> {
        let groups = likeness.dimensions.iter().find(|groups| groups.name == self.name);
        let of_label = groups.map_or_else(Vec::new, |groups| {
            let found = |label: &String| self.groups.iter().find(|effect| effect.label == *label);
            groups.labels.iter().map(found).collect()
        });
        let mut of_cohort = HashMap::new();
        if is_cohort(&self.name) {
            of_cohort.extend(
                self.groups.iter().filter_map(|effect| Some((cohort_of_label(&effect.label)?, effect))),
            );
        }
        ReadyDimension { dimension: self, groups, of_label, of_cohort }
    }
}

/// [`Newcomers`] with a look-up by number instead of by label.
pub(crate) struct Ready<'a> {
    newcomers: &'a Newcomers,
    purchases: Vec<ReadyDimension<'a>>,
    amounts: Vec<ReadyDimension<'a>>,
}

struct ReadyDimension<'a> {
    dimension: &'a Dimension,
    groups: Option<&'a Groups>,
    of_label: Vec<Option<&'a Effect>>,
    of_cohort: HashMap<usize, &'a Effect>,
}

impl Ready<'_> {
    /// See [`Newcomers::kin`].
    pub fn kin(&self, customer: u32, first_day: i32) -> Kin {
        let of = |dimensions: &[ReadyDimension<'_>]| {
            let (mut times, mut variance, mut squares) = (1.0, 0.0, 0.0);
            for dimension in dimensions {
                let effect = match dimension.groups {
                    Some(groups) => groups.number(customer).and_then(|place| dimension.of_label[place]),
                    None => cohort(&dimension.dimension.name, first_day)
                        .and_then(|cohort| dimension.of_cohort.get(&cohort).copied()),
                };
                let factor = dimension.dimension.factor(effect);
                let of_this = factor.deviation * factor.deviation;
                times += factor.times - 1.0;
                variance += of_this;
                squares += of_this * of_this / factor.freedom;
            }
            // Satterthwaite (1946), "An Approximate Distribution of Estimates of Variance Components": the freedom of their sum.
            let freedom = if squares > 0.0 { variance * variance / squares } else { f64::INFINITY };
            let times = times.clamp(LEAST_FACTOR, MOST_FACTOR);
            Factor { times, deviation: f64::sqrt(variance), freedom }
        };
        let exposure = self.newcomers.exposure;
        Kin { purchases: of(&self.purchases), amounts: of(&self.amounts), exposure }
    }
}

/// Groups by the time of the first purchase, which nobody joins once it is over.
fn is_cohort(dimension: &str) -> bool {
    matches!(dimension, COHORT | QUARTER)
}

/// The year of a first purchase, or its quarter counted from the year 0, by what the dimension is of.
fn cohort(dimension: &str, first_day: i32) -> Option<usize> {
    let date = Day(first_day).civil()?;
    let year = usize::try_from(date.year()).ok()?;
    match dimension {
        COHORT => Some(year),
        QUARTER => Some(4 * year + (usize::from(date.month().unsigned_abs()) - 1) / 3),
        _ => None,
    }
}

/// `2024` for a year, `2024-Q3` for a quarter.
fn label_of_cohort(dimension: &str, cohort: usize) -> String {
    match dimension {
        QUARTER => format!("{}-Q{}", cohort / 4, cohort % 4 + 1),
        _ => cohort.to_string(),
    }
}

/// The cohort of such a label.
fn cohort_of_label(label: &str) -> Option<usize> {
    match label.split_once("-Q") {
        Some((year, quarter)) => {
            let quarter = quarter.parse::<usize>().ok().filter(|quarter| (1..=4).contains(quarter))?;
            year.parse::<usize>().ok().map(|year| 4 * year + quarter - 1)
        }
        None => label.parse().ok(),
    }
}

/// Learns what newcomers borrow, or `None` where nothing earns its place: where customers or their past are too few, or where
/// groups do not differ so that it would show on those who came later.
///
/// The window is the horizon, or half of the log where that is shorter. Seen are purchases within it after each first one,
/// also of those whose window is not over, beside what all had bought by then; and amounts of all repeat purchases that are
/// known today.
///
/// ```
/// use ledger::Day;
/// use value::newcomers::{self, Likeness};
/// use value::{Choice, Margin, PurchaseLine, Question, fit_models, histories};
/// // Every second customer came from a fair and hardly comes back.
/// let mut likeness = Likeness::new(["source"]);
/// let mut lines = Vec::new();
/// for customer in 0..600_u32 {
///     let from_fair = customer % 2 == 0;
///     likeness.put(customer, [Some(if from_fair { "Fair" } else { "Shop" })]);
///     let first = (customer * 7 % 500) as i32;
///     let count = if from_fair { u32::from(customer % 10 == 0) } else { 1 + customer % 6 };
///     let days = (0..=count as i32).map(|n| first + n * (9 + customer as i32 % 40));
///     lines.extend(days.filter(|day| *day <= 700).map(|day| PurchaseLine {
///         customer, day, amount: 900 + i64::from(customer % 50), margin: Margin::UNKNOWN,
///     }));
/// }
/// let base = histories(lines, Day(700));
/// let question = Question { horizon: "6m".parse().unwrap(), minor_digits: Some(2), choice: Choice::Blend };
/// let learnt = newcomers::learn(&fit_models(&base, &question), &base, &likeness, 182).unwrap();
/// let fair = learnt.kin(&base.rows[0], &likeness).of_purchases(1.0);
/// let shop = learnt.kin(&base.rows[1], &likeness).of_purchases(1.0);
/// assert!(fair.times < 0.5 && shop.times > 1.3, "{fair:?} {shop:?}");
/// ```
pub fn learn(
    models: &Models,
    histories: &Histories,
    likeness: &Likeness,
    horizon_days: u32,
) -> Option<Newcomers> {
    let members = &models.lifetime.blend.members;
    if members.iter().all(|member| member.model.kind() == lifetime::Kind::PooledRate) {
        return None;
    }
    let first_day = histories.rows.iter().map(|row| row.first_day).min()?;
    let window = (histories.until.0.abs_diff(first_day) / 2).min(horizon_days);
    let first = Path { repeats: &[], age: 0 };
    let exposure: f64 = members
        .iter()
        .map(|member| member.weight * member.model.forecaster(0, 1.0).prospect(&first).exposure)
        .sum();
    if window < LEAST_DAYS || !(exposure.is_finite() && exposure > 0.0) {
        return None;
    }
    let seen = Seen::of(histories, likeness, window);
    let purchases = seen.chosen(&Rates);
    let amounts = models.spend.as_ref().map_or_else(Vec::new, |_| seen.chosen(&Amounts));
    let is_any = !(purchases.is_empty() && amounts.is_empty());
    is_any.then_some(Newcomers { exposure, window_days: window, purchases, amounts })
}

/// The newcomers of a base, early ones and late ones.
struct Seen<'a> {
    /// Their dimensions, with the labels of their groups.
    dimensions: Vec<(String, Vec<String>)>,
    newcomers: Vec<Newcomer<'a>>,
    /// The day that parts those who came early from those who came late.
    parting: i32,
    until: i32,
    window: u32,
}

struct Newcomer<'a> {
    first_day: i32,
    repeats: &'a [u32],
    /// Mean of the repeat purchases, in minor units, and the sum of the squares of their distances from it.
    mean: f64,
    squares: f64,
    keys: Vec<Option<u32>>,
}

/// A part of what is seen: those who came up to a day, as known on another.
struct Part {
    came: std::ops::RangeInclusive<i32>,
    known: i32,
}

/// By how many standard deviations the squared errors of the same customers fall from one forecast to the other.
fn gain(one: &[f64], other: &[f64]) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for (one, other) in one.iter().zip(other) {
        sum += one - other;
        squares += (one - other).powi(2);
    }
    if squares > 0.0 { sum / squares.sqrt() } else { 0.0 }
}

/// What groups may differ in.
trait Outcome {
    /// Each newcomer of a part.
    fn seen(&self, seen: &Seen<'_>, part: &Part) -> Vec<Row>;

    /// Those who were young on a day, and what they did since; `None` where that is not known.
    fn since(&self, seen: &Seen<'_>, day: i32) -> Option<Vec<Row>>;
}

/// A newcomer: who, the outcome beside everybody's, its variance as an estimate, and how much it counts in the comparison of
/// forecasts.
type Row = (usize, f64, f64, f64);

/// Purchases after the first, beside what all had bought by then.
struct Rates;
/// The mean amount of all purchases after the first that are known today.
struct Amounts;

impl<'a> Seen<'a> {
    fn of(histories: &'a Histories, likeness: &Likeness, window: u32) -> Seen<'a> {
        // Whether who came first had come before is not known.
        let first = histories.rows.iter().map(|row| row.first_day).min().unwrap_or(histories.until.0);
        let uncertain = (histories.until.0.abs_diff(first) / 4).min(UNCERTAIN_DAYS);
        let is_newcomer = |row: &History| row.first_day.abs_diff(first) >= uncertain;
        // The same ones every time, spread over the base.
        let count = histories.rows.iter().filter(|row| is_newcomer(row)).count();
        let stride = count.div_ceil(ENOUGH).max(1);
        let all = || histories.rows.iter().zip(histories.paths());
        let chosen = || all().filter(|(row, _)| is_newcomer(row)).step_by(stride);
        let mut came: Vec<i32> = chosen().map(|(row, _)| row.first_day).collect();
        came.sort_unstable();
        let newest = came.get(came.len() * 3 / 4).copied().unwrap_or(histories.until.0);
        // What is told of customers who proved themselves says nothing of those who did not have the time to.
        let is_told_late = |numbers: &[Option<usize>]| {
            let (mut known, mut customers) = ([0.0; 2], [0.0; 2]);
            for ((row, _), number) in chosen().zip(numbers) {
                let part = usize::from(row.first_day >= newest);
                customers[part] += 1.0;
                known[part] += f64::from(u8::from(number.is_some()));
            }
            known[1] * customers[0] < AS_KNOWN * known[0] * customers[1]
        };
        let mut dimensions: Vec<(String, Vec<String>)> = Vec::new();
        let mut keys: Vec<Vec<Option<u32>>> = vec![Vec::new(); chosen().count()];
        let mut take = |name: &str,
                        number: &dyn Fn(&History) -> Option<usize>,
                        label: &dyn Fn(usize) -> String| {
            let numbers: Vec<Option<usize>> = chosen().map(|(row, _)| number(row)).collect();
            let mut counts: HashMap<usize, usize> = HashMap::new();
            for number in numbers.iter().flatten() {
                *counts.entry(*number).or_default() += 1;
            }
            let mut common: Vec<usize> = counts.keys().copied().collect();
            // Of cohorts the newest count: who came long ago speaks for himself.
            match is_cohort(name) {
                true => common.sort_unstable_by_key(|number| std::cmp::Reverse(*number)),
                false => common.sort_unstable_by_key(|number| (std::cmp::Reverse(counts[number]), *number)),
            }
            common.truncate(MOST_GROUPS);
            // Everybody of one group is everybody.
            let known = counts.values().sum::<usize>();
            if common.is_empty() || (common.len() == 1 && known == numbers.len()) || is_told_late(&numbers) {
                return;
            }
            let key_of: HashMap<usize, u32> =
                common.iter().enumerate().map(|(key, number)| (*number, key as u32)).collect();
            for (keys, number) in keys.iter_mut().zip(&numbers) {
                keys.push(number.and_then(|number| key_of.get(&number).copied()));
            }
            dimensions.push((name.to_string(), common.into_iter().map(label).collect()));
        };
        for groups in &likeness.dimensions {
            let label = |number: usize| groups.labels[number].clone();
            take(&groups.name, &|row| groups.number(row.customer), &label);
        }
        let cohorts: &[&str] = if likeness.by_quarter { &[COHORT, QUARTER] } else { &[COHORT] };
        for name in cohorts {
            take(name, &|row| cohort(name, row.first_day), &|number| label_of_cohort(name, number));
        }
        let newcomers: Vec<Newcomer<'_>> = chosen()
            .zip(keys)
            .map(|((row, path), keys)| Newcomer {
                first_day: row.first_day,
                repeats: path.repeats,
                mean: row.mean_repeat_spend().unwrap_or(0.0),
                squares: row.variation.squares,
                keys,
            })
            .collect();
        let mut days: Vec<i32> = newcomers.iter().map(|newcomer| newcomer.first_day).collect();
        days.sort_unstable();
        // Those of the last third are foretold, but for who came too late to be seen.
        let last = histories.until.0 - LEAST_DAYS as i32;
        let seen = days.partition_point(|day| *day <= last);
        let parting = days.get(seen * 2 / 3).copied().unwrap_or(histories.until.0);
        Seen { dimensions, newcomers, parting, until: histories.until.0, window }
    }

    /// The dimensions that foretell those who came late, learnt anew from all.
    fn chosen(&self, outcome: &dyn Outcome) -> Vec<Dimension> {
        let early = Part { came: i32::MIN..=self.parting - 1, known: self.parting };
        let late = Part { came: self.parting..=self.until, known: self.until };
        let all = Part { came: i32::MIN..=self.until, known: self.until };
        let (learnt_from, foretold) = (outcome.seen(self, &early), outcome.seen(self, &late));
        if learnt_from.len() < LEAST_NEWCOMERS || foretold.len() < LEAST_NEWCOMERS / 2 {
            return Vec::new();
        }
        let errors = |wanted: &[usize]| -> Option<Vec<f64>> {
            let effects = match wanted {
                [] => Vec::new(),
                _ => self.effects(&self.learnt(&learnt_from, wanted)?, wanted, &learnt_from),
            };
            Some(self.errors(&effects, wanted, &foretold))
        };
        let Some(mut best) = errors(&[]) else { return Vec::new() };
        let day = self.until - (self.window / 2).min(LATELY) as i32;
        let since = outcome.since(self, day);
        let is_later = |dimension: usize| since.is_some() && is_cohort(&self.dimensions[dimension].0);
        let alone: Vec<Option<Vec<f64>>> = (0..self.dimensions.len())
            .map(|dimension| if is_later(dimension) { None } else { errors(&[dimension]) })
            .collect();
        let gains: Vec<f64> =
            alone.iter().map(|errors| errors.as_ref().map_or(0.0, |errors| gain(&best, errors))).collect();
        let mut order: Vec<usize> = (0..alone.len()).filter(|dimension| gains[*dimension] > 0.0).collect();
        order.sort_by(|one, other| gains[*other].total_cmp(&gains[*one]));
        // One at a time, the best first, each where it makes those before it clearly better.
        let (mut wanted, mut brought) = (Vec::new(), Vec::new());
        for dimension in order {
            let mut more = wanted.clone();
            more.push(dimension);
            let of_more = if more.len() == 1 { alone[dimension].clone() } else { errors(&more) };
            if let Some(of_more) = of_more.filter(|of_more| gain(&best, of_more) >= CLEARLY) {
                brought.push(Gain {
                    customers: of_more.len() as u64,
                    share: 1.0 - of_more.iter().sum::<f64>() / best.iter().sum::<f64>(),
                    standard_errors: gain(&best, &of_more),
                });
                (wanted, best) = (more, of_more);
            }
        }
        // Then the one kind of cohort that adds most, where it does.
        let known_then = outcome.seen(self, &Part { came: i32::MIN..=day - 1, known: day });
        let of_cohorts =
            (0..self.dimensions.len()).filter(|dimension| is_later(*dimension)).filter_map(|dimension| {
                let gain = self.gain_of_cohort(&known_then, since.as_deref()?, &wanted, dimension)?;
                (gain.standard_errors >= CLEARLY).then_some((dimension, gain))
            });
        if let Some((dimension, gain)) =
            of_cohorts.max_by(|one, other| one.1.standard_errors.total_cmp(&other.1.standard_errors))
        {
            wanted.push(dimension);
            brought.push(gain);
        }
        if wanted.is_empty() {
            return Vec::new();
        }
        let everybody = outcome.seen(self, &all);
        let learnt = self.learnt(&everybody, &wanted);
        let effects = learnt.map_or_else(Vec::new, |learnt| self.effects(&learnt, &wanted, &everybody));
        let told = |(dimension, gain)| Dimension { gain: Some(gain), ..dimension };
        effects.into_iter().zip(brought).map(told).collect()
    }

    /// What cohorts add to the dimensions before them: each half of the customers foretold by the other.
    fn gain_of_cohort(&self, early: &[Row], since: &[Row], wanted: &[usize], cohort: usize) -> Option<Gain> {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        let half_of = |rows: &[Row], half: usize| -> Vec<Row> {
            rows.iter().filter(|(newcomer, ..)| newcomer % 2 == half).copied().collect()
        };
        for half in [0, 1] {
            let (learnt_from, foretold) = (half_of(early, half), half_of(since, 1 - half));
            if learnt_from.len() < LEAST_NEWCOMERS || foretold.len() < LEAST_NEWCOMERS / 2 {
                return None;
            }
            let errors = |wanted: &[usize]| -> Option<Vec<f64>> {
                let effects = match wanted {
                    [] => Vec::new(),
                    _ => self.effects(&self.learnt(&learnt_from, wanted)?, wanted, &learnt_from),
                };
                Some(self.errors(&effects, wanted, &foretold))
            };
            without.extend(errors(wanted)?);
            with.extend(errors(&[wanted, &[cohort]].concat())?);
        }
        Some(Gain {
            customers: with.len() as u64,
            share: 1.0 - with.iter().sum::<f64>() / without.iter().sum::<f64>(),
            standard_errors: gain(&without, &with),
        })
    }

    fn keys(&self, newcomer: usize, wanted: &[usize]) -> Vec<Option<u32>> {
        wanted.iter().map(|dimension| self.newcomers[newcomer].keys[*dimension]).collect()
    }

    fn learnt(&self, rows: &[Row], wanted: &[usize]) -> Option<Equivalents> {
        let known: Vec<Known> = rows
            .iter()
            .map(|&(newcomer, outcome, variance, _)| Known {
                keys: self.keys(newcomer, wanted),
                outcome,
                variance,
                customers: 1,
            })
            .collect();
        equivalents::learn_additive(&known, f64::NEG_INFINITY).ok()
    }

    /// The squared error of each one foretold, as much as it counts; the forecast is right in sum.
    fn errors(&self, effects: &[Dimension], wanted: &[usize], foretold: &[Row]) -> Vec<f64> {
        let factor = |newcomer: usize| -> f64 {
            let effect = |(dimension, place): (&Dimension, &usize)| {
                let key = self.newcomers[newcomer].keys[*place]?;
                let label = &self.dimensions[*place].1[key as usize];
                dimension.groups.iter().find(|effect| effect.label == *label).map(|effect| effect.effect)
            };
            let sum: f64 = effects.iter().zip(wanted).filter_map(effect).sum();
            (1.0 + sum).clamp(LEAST_FACTOR, MOST_FACTOR)
        };
        let (mut seen, mut expected) = (0.0, 0.0);
        for &(newcomer, outcome, _, counts) in foretold {
            seen += counts * outcome;
            expected += counts * factor(newcomer);
        }
        let level = seen / expected;
        let error =
            |&(newcomer, outcome, _, counts): &Row| counts * (outcome - level * factor(newcomer)).powi(2);
        foretold.iter().map(error).collect()
    }

    /// Effects beside the mean of all who were learnt from, in parts of what these are expected to do.
    fn effects(&self, learnt: &Equivalents, wanted: &[usize], rows: &[Row]) -> Vec<Dimension> {
        let (between, within) = (learnt.between(), learnt.within().powi(2));
        let unknown = vec![None; wanted.len()];
        let Ok(unseen) = learnt.expect(&unknown) else { return Vec::new() };
        let everybody = unseen.equivalents[0].effect;
        // Of each group: its effect, its customers, and how much these know of it.
        let mut told: Vec<Vec<(f64, u64, f64)>> = Vec::with_capacity(wanted.len());
        for (at, place) in wanted.iter().enumerate() {
            let effect = |key: usize| {
                let mut keys = unknown.clone();
                keys[at] = Some(key as u32);
                let of_key = |one: &&equivalents::Equivalent| {
                    one.dimension == Some(at) && one.group == equivalents::Group::Key(key as u32)
                };
                let expected = learnt.expect(&keys).ok()?;
                expected.equivalents.iter().find(of_key).map(|one| one.effect)
            };
            let labels = &self.dimensions[*place].1;
            told.push((0..labels.len()).map(|key| (effect(key).unwrap_or(0.0), 0, 0.0)).collect());
        }
        let mut all = 0.0;
        for &(newcomer, _, variance, _) in rows {
            let precision = 1.0 / (variance + within).max(f64::MIN_POSITIVE);
            all += precision;
            for (told, place) in told.iter_mut().zip(wanted) {
                let Some(key) = self.newcomers[newcomer].keys[*place] else { continue };
                let (_, customers, known) = &mut told[key as usize];
                (*customers, *known) = (*customers + 1, *known + precision);
            }
        }
        let count = rows.len().max(1) as f64;
        let mean_of = |told: &Vec<(f64, u64, f64)>| {
            told.iter().map(|(effect, customers, _)| effect * *customers as f64).sum::<f64>() / count
        };
        let means: Vec<f64> = told.iter().map(mean_of).collect();
        let mean = everybody + means.iter().sum::<f64>();
        if mean <= 0.0 || all <= 0.0 {
            return Vec::new();
        }
        let parts = told.into_iter().zip(&means).zip(wanted.iter().zip(&between));
        parts
            .map(|((told, mean_effect), (place, between))| {
                let (name, labels) = &self.dimensions[*place];
                let of = |(label, (effect, customers, known)): (&String, (f64, u64, f64))| {
                    let weight = between * between * known / (1.0 + between * between * known);
                    let variance = between * between * (1.0 - weight) + 1.0 / all;
                    Effect {
                        label: label.clone(),
                        customers,
                        effect: (effect - mean_effect) / mean,
                        deviation: variance.sqrt() / mean,
                        weight,
                    }
                };
                let seen = labels.iter().zip(told).filter(|(_, (_, customers, _))| *customers > 0);
                let groups = seen.map(of).collect();
                Dimension { name: name.clone(), between: between / mean, gain: None, groups }
            })
            .collect()
    }

    /// The newcomers of a part with the days that each was seen for after the first purchase.
    fn of_part(&self, part: &Part) -> impl Iterator<Item = (usize, &Newcomer<'a>, u32)> {
        self.newcomers.iter().enumerate().filter(|(_, one)| part.came.contains(&one.first_day)).filter_map(
            |(place, one)| {
                let days = u32::try_from(part.known - one.first_day).ok()?.min(self.window);
                (days >= LEAST_DAYS).then_some((place, one, days))
            },
        )
    }
}

impl Outcome for Rates {
    fn seen(&self, seen: &Seen<'_>, part: &Part) -> Vec<Row> {
        let expected = Rates::by_day(seen, part);
        seen.of_part(part).filter_map(|(place, one, days)| one.row(place, &expected, 0, days)).collect()
    }

    fn since(&self, seen: &Seen<'_>, day: i32) -> Option<Vec<Row>> {
        let all = Part { came: i32::MIN..=seen.until, known: seen.until };
        let expected = Rates::by_day(seen, &all);
        let young = seen.of_part(&all).filter_map(|(place, one, days)| {
            let known = u32::try_from(day - one.first_day).ok()?;
            let is_long = known >= LEAST_DAYS && days >= known + LEAST_DAYS;
            is_long.then(|| one.row(place, &expected, known, days)).flatten()
        });
        Some(young.collect())
    }
}

impl Rates {
    /// Purchases that everybody of a part had made by each day after the first one.
    fn by_day(seen: &Seen<'_>, part: &Part) -> Vec<f64> {
        // Purchases on each day, of those who were seen so long: the mean number by a day is their sum.
        let window = seen.window as usize;
        let (mut bought, mut watched) = (vec![0_u32; window + 1], vec![0_u32; window + 2]);
        for (_, one, days) in seen.of_part(part) {
            watched[days as usize] += 1;
            for day in one.repeats.iter().take_while(|day| **day <= days) {
                bought[*day as usize] += 1;
            }
        }
        for day in (0..=window).rev() {
            watched[day] += watched[day + 1];
        }
        let mut mean = 0.0;
        (0..=window)
            .map(|day| {
                mean += f64::from(bought[day]) / f64::from(watched[day].max(1));
                mean
            })
            .collect()
    }
}

impl Newcomer<'_> {
    /// What was bought after one day and up to another beside everybody's, who `expected` so much by each day.
    fn row(&self, place: usize, expected: &[f64], after: u32, days: u32) -> Option<Row> {
        let expected = expected[days as usize] - expected[after as usize];
        let is_within = |day: &&u32| (after + 1..=days).contains(*day);
        let bought = self.repeats.iter().filter(is_within).count() as f64;
        (expected > 0.0).then(|| (place, bought / expected, 1.0 / expected, expected * expected))
    }
}

impl Outcome for Amounts {
    /// Amounts are not told by their day.
    fn since(&self, _: &Seen<'_>, _: i32) -> Option<Vec<Row>> {
        None
    }

    fn seen(&self, seen: &Seen<'_>, part: &Part) -> Vec<Row> {
        // Amounts are of all that a customer bought since; who came when is what parts them.
        let some: Vec<(usize, &Newcomer<'_>, f64)> = seen
            .of_part(part)
            .filter(|(_, one, _)| !one.repeats.is_empty())
            .map(|(place, one, _)| (place, one, one.repeats.len() as f64))
            .collect();
        let mean = some.iter().map(|(_, one, _)| one.mean).sum::<f64>() / some.len().max(1) as f64;
        if mean <= 0.0 {
            return Vec::new();
        }
        let freedom: f64 = some.iter().map(|(_, _, purchases)| purchases - 1.0).sum();
        let squares: f64 = some.iter().map(|(_, one, _)| one.squares).sum();
        let single = if freedom > 0.0 { squares / freedom / (mean * mean) } else { 1.0 };
        some.into_iter()
            .map(|(place, one, purchases)| {
                (place, one.mean / mean, single / purchases, purchases / (1.0 + purchases))
            })
            .collect()
    }
}
