//! Activities with their drivers and unit costs, teams with their capacity, and the price of one fact.

use super::condition::Condition;
use super::event::{Event, NumberField};
use super::expression::{ArithmeticError, Expression, ONE};
use ledger::{Day, FactKind, Quantity};
use maths::round_half_away;
use std::fmt;

/// Something we do for a customer, what drives its cost, and which facts say that we did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The word for it; unique in a catalogue.
    pub name: String,
    /// What the cost is for.
    pub cost_kind: CostKind,
    /// The kind of fact that it prices.
    pub prices: FactKind,
    /// Which facts of that kind.
    pub condition: Condition,
    /// How much of the activity one fact stands for.
    pub driver: Driver,
    /// What one unit of the driver costs.
    pub rate: Rate,
    /// Whether a person has said that the numbers are right.
    pub standing: Standing,
}

/// What a cost is for. Statements show acquisition, upkeep and credit apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostKind {
    /// Winning a customer: advertising, prospecting, welcome gifts, the first visits.
    Acquisition,
    /// Keeping the relation: visits, calls, mailings, loyalty gifts.
    Upkeep,
    /// Taking and handling orders.
    Order,
    /// Help, complaints, repairs.
    Service,
    /// Packing and carrying.
    Delivery,
    /// Taking goods back.
    Return,
    /// Money lent by being paid late.
    Credit,
    /// Anything else.
    Other,
}

impl CostKind {
    /// Every kind, in the order in which statements show them.
    pub const ALL: [CostKind; 8] = [
        CostKind::Acquisition,
        CostKind::Upkeep,
        CostKind::Order,
        CostKind::Service,
        CostKind::Delivery,
        CostKind::Return,
        CostKind::Credit,
        CostKind::Other,
    ];

    /// The word for it in files and the API.
    pub fn name(self) -> &'static str {
        match self {
            CostKind::Acquisition => "acquisition",
            CostKind::Upkeep => "upkeep",
            CostKind::Order => "order",
            CostKind::Service => "service",
            CostKind::Delivery => "delivery",
            CostKind::Return => "return",
            CostKind::Credit => "credit",
            CostKind::Other => "other",
        }
    }

    /// The kind with this word.
    pub fn from_name(name: &str) -> Option<CostKind> {
        CostKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How much of an activity one fact stands for.
///
/// The simple drivers take magnitudes: three pieces that come back are three pieces to handle. A stated expression and
/// [`Driver::Amount`] keep their sign, so a correction takes cost away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Driver {
    /// One per fact.
    Count,
    /// Pieces.
    Quantity,
    /// Minutes.
    Minutes,
    /// Kilometres.
    Km,
    /// Kilograms.
    Kg,
    /// Units of the currency.
    Amount,
    /// Units of the currency times days late: what a late payment has lent. Zero when in time.
    AmountDays,
    /// Any arithmetic over the fact's fields; a time equation when the rate is a team's.
    Stated(Expression),
}

impl Driver {
    /// The word for it, or the expression as written.
    pub fn name(&self) -> &str {
        match self {
            Driver::Count => "count",
            Driver::Quantity => "quantity",
            Driver::Minutes => "minutes",
            Driver::Km => "km",
            Driver::Kg => "kg",
            Driver::Amount => "amount",
            Driver::AmountDays => "amount × days",
            Driver::Stated(expression) => expression.as_str(),
        }
    }

    /// The driver with this word; any other text is read as an expression.
    ///
    /// ```
    /// use value::cost::Driver;
    /// assert_eq!(Driver::parse("km").unwrap(), Driver::Km);
    /// assert_eq!(Driver::parse("40 + 5 * quantity").unwrap().name(), "40 + 5 * quantity");
    /// ```
    pub fn parse(text: &str) -> Result<Driver, super::ParseError> {
        Ok(match text.trim() {
            "count" => Driver::Count,
            "quantity" => Driver::Quantity,
            "minutes" => Driver::Minutes,
            "km" => Driver::Km,
            "kg" => Driver::Kg,
            "amount" => Driver::Amount,
            "amount × days" | "amount * days" => Driver::AmountDays,
            other => Driver::Stated(Expression::parse(other)?),
        })
    }

    /// Whether no fact ever has a value by it: it divides by zero as written.
    ///
    /// ```
    /// use value::cost::Driver;
    /// assert!(Driver::parse("minutes / 0").unwrap().divides_by_zero());
    /// ```
    pub fn divides_by_zero(&self) -> bool {
        matches!(self, Driver::Stated(expression) if expression.divides_by_zero())
    }

    /// Units for one fact, in millionths.
    fn units(&self, event: &Event<'_>, digits: u32) -> Result<i128, ArithmeticError> {
        let field = |field: NumberField| field.of(event, digits);
        Ok(match self {
            Driver::Count => ONE,
            Driver::Quantity => field(NumberField::Quantity).abs(),
            Driver::Minutes => field(NumberField::Minutes).abs(),
            Driver::Km => field(NumberField::Km).abs(),
            Driver::Kg => field(NumberField::Kg).abs(),
            Driver::Amount => field(NumberField::Amount),
            Driver::AmountDays => field(NumberField::Amount).max(0) * i128::from(event.days_late.max(0)),
            Driver::Stated(expression) => expression.millionths(event, digits)?,
        })
    }
}

/// Whether a number was confirmed by a person or stands until one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A preset or a guess.
    Assumed,
    /// Somebody answers for it.
    Confirmed,
}

/// What one unit of a driver costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rate {
    /// A unit cost that holds for spans of days; by rising day, never two at once.
    Unit(Vec<UnitSpan>),
    /// The cost of a team's minute, from its cost and practical capacity; the driver then counts minutes.
    Team(String),
}

/// A unit cost and the days on which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitSpan {
    /// First day.
    pub from: Day,
    /// First day on which it holds no longer; `None` for ever.
    pub until: Option<Day>,
    /// What a unit costs.
    pub cost: UnitCost,
}

/// An exact unit cost: so many minor units for so many units of the driver. No decimal is lost, whatever the ratio.
///
/// ```
/// use ledger::Quantity;
/// use value::cost::UnitCost;
/// // 560 000 dollars for 700 000 minutes: 80 cents a minute; 40 minutes are 32 dollars.
/// let minute = UnitCost { minor: 56_000_000, per: Quantity(700_000_000) };
/// assert_eq!(minute.of(40_000_000), Some(3_200_000_000)); // millionths of a cent
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// Minor units of the company's currency.
    pub minor: i64,
    /// For this much of the driver, in thousandths; positive.
    pub per: Quantity,
}

impl UnitCost {
    /// So many minor units for one unit of the driver.
    pub fn each(minor: i64) -> UnitCost {
        UnitCost { minor, per: Quantity(1_000) }
    }

    /// The cost of lending one unit of the currency for one day, at a yearly rate in hundredths of a percent
    /// (800 for 8 %): for [`Driver::AmountDays`], so that cost = amount × days late × rate / 365.
    ///
    /// ```
    /// use value::cost::UnitCost;
    /// // 1 000 euros, 73 days late, 8 % a year: 16 euros.
    /// let cost = UnitCost::credit(800, 2).of(73_000 * 1_000_000).unwrap();
    /// assert_eq!(cost, 1_600 * 1_000_000);
    /// ```
    pub fn credit(basis_points: i64, minor_digits: u32) -> UnitCost {
        // A unit of the currency has 10^digits minor units; 10 000 basis points are the whole of it.
        let scale = 10_i64.pow(minor_digits.min(6));
        UnitCost { minor: basis_points.saturating_mul(scale), per: Quantity(365 * 10_000 * 1_000) }
    }

    /// The cost of so many millionths of a unit, in millionths of a minor unit, rounded half away from zero; `None`
    /// beyond what 128 bits hold, or when `per` is not positive.
    pub fn of(self, units: i128) -> Option<i128> {
        if self.per.0 <= 0 {
            return None;
        }
        let small =
            i64::try_from(units).ok().and_then(|units| units.checked_mul(self.minor)?.checked_mul(1_000));
        let product = match small {
            Some(product) => i128::from(product),
            None => units.checked_mul(i128::from(self.minor))?.checked_mul(1_000)?,
        };
        Some(round_half_away(product, i128::from(self.per.0)))
    }
}

/// People who work for customers: what they cost and for how many minutes they can, over spans of days.
///
/// Kaplan & Anderson (2004), "Time-Driven Activity-Based Costing", Harvard Business Review 82(11): the cost of a minute is
/// cost over *practical* capacity, about 80 % of the minutes paid for, so that the rate does not hang on how busy a period
/// was, and what nobody used is shown apart and never charged to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// The word for it; unique in a catalogue.
    pub name: String,
    /// By rising day, never two at once.
    pub spans: Vec<TeamSpan>,
}

/// What a team costs and can do over a span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamSpan {
    /// First day.
    pub from: Day,
    /// First day after the span.
    pub until: Day,
    /// All it costs over the span, in minor units: wages, rooms, tools.
    pub cost: i64,
    /// Practical minutes over the span, in thousandths; positive.
    pub minutes: Quantity,
}

impl TeamSpan {
    /// What a minute costs.
    pub fn rate(&self) -> UnitCost {
        UnitCost { minor: self.cost, per: self.minutes }
    }

    /// Cost and practical minutes of the part of the span between two days (the second excluded), by the number of
    /// days. Neighbouring parts add up to the whole exactly.
    pub fn part(&self, from: Day, until: Day) -> (i64, Quantity) {
        let (from, until) = (from.max(self.from), until.min(self.until));
        if until <= from {
            return (0, Quantity(0));
        }
        let days = i128::from(self.until.0) - i128::from(self.from.0);
        let up_to = |whole: i64, day: Day| {
            let passed = i128::from(day.0) - i128::from(self.from.0);
            round_half_away(i128::from(whole) * passed, days) as i64
        };
        let between = |whole: i64| up_to(whole, until) - up_to(whole, from);
        (between(self.cost), Quantity(between(self.minutes.0)))
    }
}

/// The practical minutes in minutes paid for, at a share in percent; 80 is the usual one (Kaplan & Anderson 2004).
///
/// ```
/// use ledger::Quantity;
/// assert_eq!(value::cost::practical(Quantity(875_000_000), 80), Quantity(700_000_000));
/// ```
pub fn practical(paid: Quantity, percent: u32) -> Quantity {
    Quantity(round_half_away(i128::from(paid.0) * i128::from(percent.min(100)), 100) as i64)
}

/// The activities and teams of a company, checked once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    activities: Vec<Activity>,
    teams: Vec<Team>,
    minor_digits: u32,
    /// For each activity the place of its team.
    team_of: Vec<Option<usize>>,
    /// For each kind of fact the places of the activities that price it.
    by_kind: [Vec<usize>; FactKind::ALL.len()],
}

/// Why activities and teams make no catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CatalogueError {
    /// Two activities, or two teams, of one name.
    Twice(String),
    /// An activity without a name.
    Nameless,
    /// An activity is done by a team that is not there.
    NoTeam { activity: String, team: String },
    /// Spans that end before they begin, are not in order or overlap.
    Spans(String),
    /// A unit cost for nothing, or a capacity of nothing.
    NoUnits(String),
    /// A cost below zero, or one so large that no fact could be priced by it.
    Cost(String),
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CatalogueError::Twice(name) => write!(f, "the name {name:?} is taken"),
            CatalogueError::Nameless => f.write_str("an activity has no name"),
            CatalogueError::NoTeam { activity, team } => {
                write!(f, "{activity:?} is done by the team {team:?}, which is not there")
            }
            CatalogueError::Spans(name) => {
                write!(f, "the dates of {name:?} overlap, run backwards or are not in order")
            }
            CatalogueError::NoUnits(name) => {
                write!(f, "{name:?} needs a positive number of units for its cost")
            }
            CatalogueError::Cost(name) => {
                write!(f, "what {name:?} costs must be zero or more, and less than a billion a unit")
            }
        }
    }
}

impl std::error::Error for CatalogueError {}

/// What one fact costs by one activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Place of the activity in the catalogue.
    pub activity: usize,
    /// Units of its driver, in millionths.
    pub units: i64,
    /// Cost in millionths of a minor unit.
    pub cost: i64,
}

/// Why an activity could not price a fact that is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unpriced {
    /// No unit cost holds on that day.
    NoRate,
    /// The driver has no value for it.
    Arithmetic(ArithmeticError),
}

impl Catalogue {
    /// Checks activities and teams; amounts are in a currency whose minor unit has `minor_digits` decimals.
    pub fn new(
        activities: Vec<Activity>,
        teams: Vec<Team>,
        minor_digits: u32,
    ) -> Result<Catalogue, CatalogueError> {
        for (place, team) in teams.iter().enumerate() {
            if teams[..place].iter().any(|other| other.name == team.name) {
                return Err(CatalogueError::Twice(team.name.clone()));
            }
            let spans = team.spans.iter().map(|span| (span.from, Some(span.until)));
            check_spans(&team.name, spans, team.spans.iter().map(|span| span.minutes))?;
            check_costs(&team.name, team.spans.iter().map(TeamSpan::rate), minor_digits)?;
        }
        let mut team_of = Vec::with_capacity(activities.len());
        let mut by_kind: [Vec<usize>; FactKind::ALL.len()] = Default::default();
        for (place, activity) in activities.iter().enumerate() {
            if activity.name.trim().is_empty() {
                return Err(CatalogueError::Nameless);
            }
            if activities[..place].iter().any(|other| other.name == activity.name) {
                return Err(CatalogueError::Twice(activity.name.clone()));
            }
            team_of.push(match &activity.rate {
                Rate::Unit(spans) => {
                    let days = spans.iter().map(|span| (span.from, span.until));
                    check_spans(&activity.name, days, spans.iter().map(|span| span.cost.per))?;
                    check_costs(&activity.name, spans.iter().map(|span| span.cost), minor_digits)?;
                    None
                }
                Rate::Team(team) => {
                    Some(teams.iter().position(|one| one.name == *team).ok_or_else(|| {
                        CatalogueError::NoTeam { activity: activity.name.clone(), team: team.clone() }
                    })?)
                }
            });
            by_kind[activity.prices as usize].push(place);
        }
        Ok(Catalogue { activities, teams, minor_digits, team_of, by_kind })
    }

    /// The activities, in the order in which charges name them.
    pub fn activities(&self) -> &[Activity] {
        &self.activities
    }

    /// The teams.
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// The place of the team that does an activity.
    pub fn team_of(&self, activity: usize) -> Option<usize> {
        self.team_of[activity]
    }

    /// Decimals of the minor unit.
    pub fn minor_digits(&self) -> u32 {
        self.minor_digits
    }

    /// Whether any number in it is still a guess.
    pub fn is_assumed(&self) -> bool {
        self.activities.iter().any(|activity| activity.standing == Standing::Assumed)
    }

    /// Tells what a fact costs, once for each activity that prices it, or why an activity could not.
    ///
    /// Activities add up: a visit may cost minutes and kilometres. About 100 nanoseconds for a fact that three
    /// activities look at.
    pub fn price(&self, event: &Event<'_>, mut tell: impl FnMut(Result<Charge, (usize, Unpriced)>)) {
        for &place in &self.by_kind[event.kind as usize] {
            let activity = &self.activities[place];
            if activity.condition.passes(event, self.minor_digits) {
                tell(self.charge(place, activity, event).map_err(|cause| (place, cause)));
            }
        }
    }

    fn charge(&self, place: usize, activity: &Activity, event: &Event<'_>) -> Result<Charge, Unpriced> {
        let unit_cost = match &activity.rate {
            Rate::Unit(spans) => spans
                .iter()
                .find(|span| span.from <= event.day && span.until.is_none_or(|until| event.day < until))
                .map(|span| span.cost),
            Rate::Team(_) => self.team_of[place].and_then(|team| {
                let spans = &self.teams[team].spans;
                spans.iter().find(|span| span.from <= event.day && event.day < span.until).map(TeamSpan::rate)
            }),
        };
        let unit_cost = unit_cost.ok_or(Unpriced::NoRate)?;
        let units = activity.driver.units(event, self.minor_digits).map_err(Unpriced::Arithmetic)?;
        let overflow = Unpriced::Arithmetic(ArithmeticError::Overflow);
        let cost = unit_cost.of(units).and_then(|cost| i64::try_from(cost).ok()).ok_or(overflow)?;
        let units = i64::try_from(units).map_err(|_| overflow)?;
        Ok(Charge { activity: place, units, cost })
    }
}

/// A unit costs something between nothing and a billion: what lies beyond is a slip of the pen, and sums would run over.
fn check_costs(
    name: &str,
    mut costs: impl Iterator<Item = UnitCost>,
    minor_digits: u32,
) -> Result<(), CatalogueError> {
    let most = 1_000_000_000 * 10_i128.pow(minor_digits);
    let is_sound =
        |cost: UnitCost| cost.minor >= 0 && i128::from(cost.minor) * 1_000 < most * i128::from(cost.per.0);
    if costs.all(is_sound) { Ok(()) } else { Err(CatalogueError::Cost(name.to_string())) }
}

fn check_spans(
    name: &str,
    spans: impl Iterator<Item = (Day, Option<Day>)>,
    mut units: impl Iterator<Item = Quantity>,
) -> Result<(), CatalogueError> {
    // The first day on which the next span may begin; `None` once one never ends.
    let mut free = Some(Day(i32::MIN));
    for (from, until) in spans {
        let is_after = free.is_some_and(|free| from >= free);
        if !is_after || until.is_some_and(|until| until <= from) {
            return Err(CatalogueError::Spans(name.to_string()));
        }
        free = until;
    }
    if units.any(|per| per.0 <= 0) { Err(CatalogueError::NoUnits(name.to_string())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(name: &str, spans: Vec<UnitSpan>) -> Activity {
        Activity {
            name: name.into(),
            cost_kind: CostKind::Upkeep,
            prices: FactKind::Interaction,
            condition: Condition::parse("").unwrap(),
            driver: Driver::Minutes,
            rate: Rate::Unit(spans),
            standing: Standing::Confirmed,
        }
    }

    fn span(from: i32, until: Option<i32>, minor: i64) -> UnitSpan {
        UnitSpan { from: Day(from), until: until.map(Day), cost: UnitCost::each(minor) }
    }

    #[test]
    fn a_unit_cost_holds_on_its_days_only() {
        let rates = vec![span(10, Some(20), 80), span(20, None, 90)];
        let catalogue = Catalogue::new(vec![activity("call", rates)], vec![], 2).unwrap();
        let at = |day| {
            let call = Event { minutes: Quantity(-2_000), ..Event::of(FactKind::Interaction, Day(day)) };
            let mut told = Vec::new();
            catalogue.price(&call, |charge| told.push(charge.map(|charge| charge.cost)));
            told
        };
        assert_eq!(at(9), [Err((0, Unpriced::NoRate))]);
        assert_eq!(at(19), [Ok(160_000_000)]);
        assert_eq!(at(20), [Ok(180_000_000)]);
        assert_eq!(at(i32::MAX), [Ok(180_000_000)]);
    }

    #[test]
    fn what_is_no_catalogue_is_refused() {
        let refused = |activities| Catalogue::new(activities, vec![], 2).unwrap_err().to_string();
        let calls = |spans| vec![activity("call", spans)];
        for spans in [
            vec![span(5, Some(5), 1)],
            vec![span(5, None, 1), span(9, None, 1)],
            vec![span(5, Some(9), 1), span(8, None, 1)],
        ] {
            assert_eq!(
                refused(calls(spans)),
                "the dates of \"call\" overlap, run backwards or are not in order"
            );
        }
        assert_eq!(refused([calls(vec![]), calls(vec![])].concat()), "the name \"call\" is taken");
        let mut done_by = activity("visit", vec![]);
        done_by.rate = Rate::Team("Sales".into());
        assert_eq!(refused(vec![done_by]), "\"visit\" is done by the team \"Sales\", which is not there");
    }

    #[test]
    fn parts_of_a_team_s_span_add_up() {
        let year = TeamSpan { from: Day(0), until: Day(365), cost: 1_000_003, minutes: Quantity(77_777_777) };
        let months: Vec<(i64, Quantity)> =
            (0..13).map(|month| year.part(Day(month * 30), Day(month * 30 + 30))).collect();
        assert_eq!(months.iter().map(|month| month.0).sum::<i64>(), year.cost);
        assert_eq!(months.iter().map(|month| month.1.0).sum::<i64>(), year.minutes.0);
        assert_eq!(year.part(Day(400), Day(500)).0, 0);
    }
}
