//! Whether we invest where the value is: every customer scored when the base was valued, and what was found kept for
//! the pages.
//!
//! Takes what customers are expected to bring from the store, and what they brought and were given in the twelve months
//! up to the valuation's day from the columns of that day. Where a column is not there, what follows from it is left
//! out and said to be missing. Leaves out what things cost (`accounts`) and how values move (`equity`).

pub mod classes;
pub mod matrix;
pub mod migrations;
pub mod rules;
pub mod worklist;

use self::classes::{KeptBargains, KeptClasses, KeptDestroyers};
use self::matrix::{KeptMatrix, Sums};
use self::rules::{LevelRules, Rules};
use crate::accounts::CostsByKind;
use crate::customers::one::Measure;
use crate::http::{Failure, wire};
use crate::identity::stoppable;
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use crate::value::Summary;
use ::portfolio::{Class, Incoherence, Level, Position};
use ledger::{Currency, Day, Moment};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Case, MonthEndMeasure, SavedValuation, ScoredCustomer, Scores, Store};
use utoipa::ToSchema;

/// What the answer would need and does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nobody valued the base yet.
    Valuation,
    /// No sale tells a margin, so nobody knows what customers bring net of cost.
    Margin,
    /// What customers brought net of cost is not known on the valuation's day.
    Contribution,
    /// What was invested in customers is not known on the valuation's day.
    Investment,
}

impl Missing {
    /// Whether it is known what customers brought net of cost.
    fn leaves_contributions(missing: &[Missing]) -> bool {
        !missing.iter().any(|what| matches!(what, Missing::Margin | Missing::Contribution))
    }
}

/// The days that sums over twelve months are made of, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CoherencePeriod)]
#[allow(missing_docs)]
pub struct Period {
    pub from: String,
    pub until: String,
}

/// All that scoring works on, in the order of the customers' numbers.
struct Ground {
    run: SavedValuation,
    measure: Measure,
    customers: Vec<ScoredCustomer>,
    /// `None` where the column is not kept.
    contributions: Option<Vec<Option<i64>>>,
    investments: Option<Vec<Option<i64>>>,
}

/// What the rules make of everybody.
struct Scoring {
    scores: Vec<(u32, Scores)>,
    /// Places of the valued customers among all.
    valued: Vec<usize>,
    /// Of the valued customers, where investments are known.
    positions: Option<Vec<Position>>,
    /// Places of those who have a contribution, with it and the class.
    classed: Option<Vec<(usize, i64, Class)>>,
}

/// Scores every customer as the base stands, looks who buys bargains only, and keeps what the pages show of it.
/// `costs` tells what contributions are made of; without it, what was invested is the one kind of cost that is known.
pub fn score(
    store: &Store,
    costs: Option<&CostsByKind>,
    progress: &Progress,
) -> Result<serde_json::Value, JobError> {
    let scored = score_levels(store, progress)?;
    find_destroyers(store, costs)?;
    hunt_bargains(store, progress)?;
    Ok(scored)
}

/// The part of [`score`] that another rule changes. Sales are looked through only where the rule of bargains is another
/// one than what is kept was found by.
pub fn score_by_rules(store: &Store, progress: &Progress) -> Result<serde_json::Value, JobError> {
    let scored = score_levels(store, progress)?;
    let found_by = kept::<KeptBargains>(store, BARGAINS)?.map(|kept| kept.rule);
    if found_by != Some(rules::in_force(store)?.1.bargain) {
        hunt_bargains(store, progress)?;
    }
    Ok(scored)
}

fn score_levels(store: &Store, progress: &Progress) -> Result<serde_json::Value, JobError> {
    progress.expect(None, "customers");
    let Some(ground) = Ground::of(store)? else {
        return Ok(json!({ "missing": [Missing::Valuation] }));
    };
    let (version, in_force) = rules::in_force(store)?;
    let rules = in_force.read(ground.run.currency).unwrap_or_default();
    let scoring = ground.scored(&rules);
    progress.check()?;
    let changed: Vec<(u32, Scores)> = ground
        .customers
        .iter()
        .zip(&scoring.scores)
        .filter(|(before, (_, now))| before.scores != *now)
        .map(|(_, scores)| *scores)
        .collect();
    progress.expect(Some(changed.len() as u64), "customers");
    stoppable(|stop| store.save_scores(&changed, |done| stop(progress.reach(done))))?;
    let list =
        scoring.positions.as_ref().map(|positions| ::portfolio::worklist(positions, rules.least_delta));
    let cases: Vec<Case> =
        list.iter().flatten().map(|found| case(found, ground.valued_id(&scoring, found.customer))).collect();
    store.put_worklist(&cases)?;
    let missing = ground.missing();
    let kept = Kept {
        until: ground.run.until,
        computed_at: crate::now().0,
        currency: ground.run.currency,
        measure: ground.measure,
        rules_version: version,
        rules: in_force,
        customers: ground.customers.len() as u64,
        missing: missing.clone(),
        at_stake: cases.iter().map(|case| case.gap().abs()).sum(),
        matrix: ground.matrix(&scoring),
    };
    keep(store, MATRIX, &kept)?;
    keep(store, CLASSES, &KeptClasses::of(scoring.classed.as_deref().unwrap_or_default()))?;
    Ok(json!({
        "as_of": wire::day(ground.run.until),
        "scored": scoring.scores.len(),
        "changed": changed.len(),
        "incoherent": cases.len(),
        "missing": missing,
    }))
}

/// Keeps who costs more than he brings, and by which costs.
fn find_destroyers(store: &Store, costs: Option<&CostsByKind>) -> Result<(), JobError> {
    let Some(ground) = Ground::of(store)? else { return Ok(()) };
    let contributions: Vec<(usize, i64)> =
        (0..ground.customers.len()).filter_map(|place| Some((place, ground.contribution(place)?))).collect();
    let ids: Vec<u32> = contributions.iter().map(|(place, _)| ground.customers[*place].id).collect();
    let known = match costs {
        Some(costs) => classes::costs_of(costs, &ids),
        None => classes::investments_as_costs(
            contributions
                .iter()
                .map(|(place, contribution)| (*contribution, ground.investment(*place).unwrap_or(0))),
        ),
    };
    Ok(keep(store, DESTROYERS, &KeptDestroyers::of(known, &ids))?)
}

/// Keeps who bought promotions or loss leaders only in the twelve months up to the valuation's day.
fn hunt_bargains(store: &Store, progress: &Progress) -> Result<(), JobError> {
    let Some(run) = store.newest_valuation()? else { return Ok(()) };
    let rule = rules::rules(store, run.currency)?.bargain;
    let bargains = store.bargains(year_before(run.until), run.until, &[rule], |done, total| {
        progress.expect(Some(total), "facts");
        // The scan runs on several threads: whether it was stopped is asked again below.
        progress.reach(done).map_err(|_| store::Error::Cancelled)
    });
    progress.check()?;
    let contributions = store.month_end(run.until, MonthEndMeasure::Contribution)?;
    let contribution = |customer: u32| of(contributions.as_deref(), customer);
    Ok(keep(store, BARGAINS, &KeptBargains::of(&bargains?[0], &rule, contribution))?)
}

/// A customer with his scores and what they were made of, in minor units; `None` where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CustomerScores {
    pub id: u32,
    pub scores: Scores,
    pub value: Option<i64>,
    pub invested: Option<i64>,
    pub contribution: Option<i64>,
}

/// Every customer as the last scoring left him, by number, and the currency; `None` before the first valuation.
pub fn customer_scores(store: &Store) -> store::Result<Option<(Currency, Vec<CustomerScores>)>> {
    let Some(ground) = Ground::of(store)? else { return Ok(None) };
    let scored = |(place, customer): (usize, &ScoredCustomer)| CustomerScores {
        id: customer.id,
        scores: customer.scores,
        value: customer.value,
        invested: ground.investment(place),
        contribution: ground.contribution(place),
    };
    Ok(Some((ground.run.currency, ground.customers.iter().enumerate().map(scored).collect())))
}

/// What is kept of the last scoring beside classes and worklist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The valuation's day.
    pub until: Day,
    /// Seconds since 1970.
    pub computed_at: i64,
    /// Of every amount.
    pub currency: Currency,
    /// What values count.
    pub measure: Measure,
    /// The rules by their number; 0 for the usual ones.
    pub rules_version: i64,
    /// The rules that were in force.
    pub rules: LevelRules,
    /// Customers of the base.
    pub customers: u64,
    /// What was not there.
    pub missing: Vec<Missing>,
    /// The money at stake in the whole worklist.
    pub at_stake: i64,
    /// Sums by levels.
    pub matrix: KeptMatrix,
}

const MATRIX: &str = "matrix";
const CLASSES: &str = "classes";
const DESTROYERS: &str = "destroyers";
const BARGAINS: &str = "bargains";

fn keep(store: &Store, part: &str, what: &impl Serialize) -> store::Result<()> {
    store.put_coherence(part, &serde_json::to_string(what).expect("what is kept is plain data"))
}

/// A kept part; none, and a line in the log, where it cannot be read.
fn kept<T: serde::de::DeserializeOwned>(store: &Store, part: &str) -> store::Result<Option<T>> {
    let Some(text) = store.coherence(part)? else { return Ok(None) };
    let read = serde_json::from_str(&text).inspect_err(|error| {
        tracing::error!(part, %error, "what scoring kept cannot be read: value the base again");
    });
    Ok(read.ok())
}

/// The twelve months that end with a day.
pub fn twelve_months(until: Day) -> Period {
    Period { from: wire::day(year_before(until)), until: wire::day(until) }
}

/// The first of the twelve months' days that end with a day.
pub(crate) fn year_before(until: Day) -> Day {
    let first = until.civil().and_then(|date| date.checked_sub(jiff::Span::new().years(1)).ok());
    Day(first.map_or(until.0 - 365, |date| Day::of(date).0) + 1)
}

/// The moment before which what was put off is due again.
pub fn due(now: Moment) -> Moment {
    Moment(now.0 - LATER_SECONDS)
}

/// A case that was put off comes back after thirty days.
const LATER_SECONDS: i64 = 30 * 24 * 3600;

/// How many rows to show, or that it is too many.
fn at_most(limit: Option<u32>, usual: u32) -> Result<u32, Failure> {
    const MOST_ROWS: u32 = 500;
    match limit.unwrap_or(usual) {
        many if many > MOST_ROWS => {
            Err(Failure::invalid("too_many", "limit", format!("at most {MOST_ROWS} rows at once")))
        }
        limit => Ok(limit),
    }
}

/// The number of a level in lists: 5 strategic to 1 negligible.
pub fn level_number(level: Level) -> i64 {
    i64::from(level.score())
}

/// The number of a class in lists: 4 for D1 to 1 for D4.
pub fn class_number(class: Class) -> i64 {
    5 - class as i64
}

impl Ground {
    fn of(store: &Store) -> store::Result<Option<Ground>> {
        let Some(run) = store.newest_valuation()? else { return Ok(None) };
        let measure = Summary::of(&run).map_or(Measure::Margin, |summary| summary.measure);
        let column = |measure: MonthEndMeasure| store.month_end(run.until, measure);
        Ok(Some(Ground {
            measure,
            customers: store.scored_customers()?,
            contributions: match measure {
                Measure::Margin => column(MonthEndMeasure::Contribution)?,
                // All costs and no margin would make everybody a loss.
                Measure::Spend => None,
            },
            investments: column(MonthEndMeasure::Investment)?,
            run,
        }))
    }

    fn missing(&self) -> Vec<Missing> {
        let of = |column: &Option<_>, missing| column.is_none().then_some(missing);
        let contribution = match self.measure {
            Measure::Margin => of(&self.contributions, Missing::Contribution),
            Measure::Spend => Some(Missing::Margin),
        };
        contribution.into_iter().chain(of(&self.investments, Missing::Investment)).collect()
    }

    /// What a customer contributed; `None` where it is not known or he was none then.
    fn contribution(&self, place: usize) -> Option<i64> {
        of(self.contributions.as_deref(), self.customers[place].id)
    }

    /// What was invested in a customer; `None` where nobody knows of anybody, 0 of one in whom nobody invested.
    fn investment(&self, place: usize) -> Option<i64> {
        self.investments.as_deref().map(|column| of(Some(column), self.customers[place].id).unwrap_or(0))
    }

    fn scored(&self, rules: &Rules) -> Scoring {
        let places = 0..self.customers.len();
        let valued: Vec<usize> =
            places.clone().filter(|place| self.customers[*place].value.is_some()).collect();
        let values: Vec<i64> = valued.iter().map(|place| self.customers[*place].value.unwrap_or(0)).collect();
        let mut scores: Vec<(u32, Scores)> =
            self.customers.iter().map(|customer| (customer.id, Scores::default())).collect();
        for (place, level) in valued.iter().zip(::portfolio::levels(&values, &rules.value)) {
            scores[*place].1.level = Some(level_number(level));
        }
        let positions = self.investments.is_some().then(|| {
            let investments: Vec<i64> =
                valued.iter().map(|place| self.investment(*place).unwrap_or(0)).collect();
            ::portfolio::positions(&values, &investments, &rules.value, &rules.investment)
        });
        for (place, position) in valued.iter().zip(positions.iter().flatten()) {
            scores[*place].1.investment_level = Some(level_number(position.investment_level));
            scores[*place].1.delta = Some(i64::from(position.delta()));
        }
        let classed = self.contributions.is_some().then(|| {
            let (places, contributions): (Vec<usize>, Vec<i64>) =
                places.filter_map(|place| Some((place, self.contribution(place)?))).unzip();
            let classes = ::portfolio::classes(&contributions, &rules.class);
            places.into_iter().zip(contributions).zip(classes).map(|((p, c), class)| (p, c, class)).collect()
        });
        let classed: Option<Vec<(usize, i64, Class)>> = classed;
        for (place, _, class) in classed.iter().flatten() {
            scores[*place].1.class = Some(class_number(*class));
        }
        Scoring { scores, valued, positions, classed }
    }

    /// The number of a customer who stands at a place among the valued ones.
    fn valued_id(&self, scoring: &Scoring, place: u32) -> u32 {
        self.customers[scoring.valued[place as usize]].id
    }

    fn matrix(&self, scoring: &Scoring) -> KeptMatrix {
        let mut matrix = KeptMatrix {
            cells: scoring.positions.as_ref().map(|_| vec![Sums::default(); 25]),
            value_levels: vec![Sums::default(); 5],
            not_valued: Sums::default(),
        };
        for (place, (_, scores)) in scoring.scores.iter().enumerate() {
            let one = Sums {
                customers: 1,
                value: self.customers[place].value.unwrap_or(0),
                invested: self.investment(place).unwrap_or(0),
                contribution: self.contribution(place).unwrap_or(0),
            };
            let Some(level) = scores.level else {
                matrix.not_valued.add(&one);
                continue;
            };
            let row = (5 - level) as usize;
            matrix.value_levels[row].add(&one);
            if let (Some(cells), Some(investment)) = (&mut matrix.cells, scores.investment_level) {
                cells[row * 5 + (5 - investment) as usize].add(&one);
            }
        }
        matrix
    }
}

/// A column's number of a customer; beyond its end nobody was a customer yet.
fn of(column: Option<&[Option<i64>]>, customer: u32) -> Option<i64> {
    column?.get(customer as usize).copied().flatten()
}

fn case(found: &Incoherence, customer: u32) -> Case {
    Case {
        place: 0,
        customer,
        name: String::new(),
        reason: found.reason.code().to_string(),
        value_level: level_number(found.position.value_level),
        investment_level: level_number(found.position.investment_level),
        value: found.position.value,
        investment: found.position.investment,
        coherent_investment: found.coherent_investment,
        decisions: Vec::new(),
    }
}
