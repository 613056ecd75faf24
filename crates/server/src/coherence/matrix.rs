//! Value level by investment level: five by five cells, each with the customers behind it.

use super::rules::LevelRules;
use super::{Kept, MATRIX, Missing, Period, kept, twelve_months};
use crate::customers::list::{Level, level};
use crate::customers::one::Measure;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Json};
use axum::extract::State;
use ledger::{Currency, Moment};
use serde::{Deserialize, Serialize};
use store::{CaseState, Store};
use utoipa::ToSchema;

/// Sums over some customers, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Sums {
    pub customers: u64,
    pub value: i64,
    pub invested: i64,
    pub contribution: i64,
}

impl Sums {
    /// With those of more customers.
    pub fn add(&mut self, more: &Sums) {
        self.customers += more.customers;
        self.value += more.value;
        self.invested += more.invested;
        self.contribution += more.contribution;
    }
}

/// Sums by levels, as kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMatrix {
    /// By `value * 5 + investment`, each 0 (strategic) to 4 (negligible); `None` where investments are not known.
    pub cells: Option<Vec<Sums>>,
    /// By value level, from strategic.
    pub value_levels: Vec<Sums>,
    /// Of customers who have no expected value: those who never bought.
    pub not_valued: Sums,
}

/// Whether we invest where the value is.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Coherence {
    /// The valuation's day; null before the first one.
    pub as_of: Option<String>,
    pub computed_at: Option<String>,
    pub currency: String,
    /// What `value` counts.
    pub measure: Measure,
    /// The twelve months that `invested` and `contribution` are of.
    pub period: Option<Period>,
    /// What is not known and therefore not shown.
    pub missing: Vec<Missing>,
    /// All customers: those of the cells and those who are not valued.
    pub total: CoherenceSum,
    /// 25, strategic value first, strategic investment first; none where investments are not known.
    pub cells: Vec<CoherenceCell>,
    /// Five, from strategic; every customer who is valued is in one.
    pub value_levels: Vec<CoherenceLevel>,
    /// Five, from strategic; none where investments are not known.
    pub investment_levels: Vec<CoherenceLevel>,
    /// Nine, from +4 (much for nothing) to -4; none where investments are not known.
    pub deltas: Vec<CoherenceDelta>,
    /// Customers who have no expected value, because they never bought.
    pub not_valued: CoherenceSum,
    pub worklist: WorklistSum,
    /// The rules the levels were made by.
    pub rules: LevelRules,
    /// What the figures are, in words.
    pub definition: String,
}

/// Sums over some customers.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CoherenceSum {
    pub customers: u64,
    pub value: Money,
    /// Null where it is not known.
    pub invested: Option<Money>,
    /// Null where it is not known.
    pub contribution: Option<Money>,
    /// Opens these customers in the list.
    pub filter: String,
}

/// The customers of one level of value and one of investment.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CoherenceCell {
    pub value_level: Level,
    pub investment_level: Level,
    /// Score of investment less score of value.
    pub delta: i8,
    #[serde(flatten)]
    pub sum: CoherenceSum,
}

/// The customers of one level.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CoherenceLevel {
    pub level: Level,
    #[serde(flatten)]
    pub sum: CoherenceSum,
}

/// The customers of one delta.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CoherenceDelta {
    pub delta: i8,
    #[serde(flatten)]
    pub sum: CoherenceSum,
}

/// The worklist in short.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct WorklistSum {
    pub open: u64,
    pub decided: u64,
    /// The money at stake in the open cases.
    pub at_stake: Money,
}

/// Whether we invest where the value is: the matrix, its sides, its diagonals.
#[utoipa::path(get, path = "/api/coherence", tag = "coherence", operation_id = "coherence",
    responses((status = 200, body = Coherence), (status = 403)))]
pub async fn read(State(app): State<App>) -> Answer<Json<Coherence>> {
    let now = app.now();
    app.ask(move |store| coherence(store, now)).await.map(Json)
}

/// The answer of the page, from what the last scoring kept.
pub fn coherence(store: &Store, now: Moment) -> store::Result<Coherence> {
    let Some(kept) = kept::<Kept>(store, MATRIX)? else { return nothing(store) };
    let worklist = store.worklist(CaseState::Open, None, super::due(now), 0, 0)?;
    let shown = Shown { currency: kept.currency, missing: &kept.missing };
    let matrix = &kept.matrix;
    let cells = matrix.cells.as_deref().unwrap_or_default();
    let sum_of = |wanted: &dyn Fn(usize, usize) -> bool| {
        let mut sum = Sums::default();
        cells.iter().enumerate().filter(|(at, _)| wanted(at / 5, at % 5)).for_each(|(_, one)| sum.add(one));
        sum
    };
    let mut total = matrix.not_valued;
    matrix.value_levels.iter().for_each(|one| total.add(one));
    let levels = || LEVELS.iter().enumerate();
    let is_known = matrix.cells.is_some();
    Ok(Coherence {
        as_of: Some(wire::day(kept.until)),
        computed_at: Some(wire::time(Moment(kept.computed_at))),
        currency: kept.currency.code().to_string(),
        measure: kept.measure,
        period: Some(twelve_months(kept.until)),
        missing: kept.missing.clone(),
        total: shown.sum(&total, String::new()),
        cells: cells.iter().enumerate().filter_map(|(at, sum)| shown.cell(at / 5, at % 5, sum)).collect(),
        value_levels: levels()
            .zip(&matrix.value_levels)
            .filter_map(|((at, name), sum)| shown.level(at, sum, format!("level = {name}")))
            .collect(),
        investment_levels: levels()
            .filter(|_| is_known)
            .filter_map(|(at, name)| {
                let sum = sum_of(&|_, investment| investment == at);
                shown.level(at, &sum, format!("investment_level = {name}"))
            })
            .collect(),
        deltas: (-4..=4_i8)
            .rev()
            .filter(|_| is_known)
            .map(|delta| {
                let sum = sum_of(&|value, investment| value as i8 - investment as i8 == delta);
                CoherenceDelta { delta, sum: shown.sum(&sum, format!("delta = {delta}")) }
            })
            .collect(),
        not_valued: shown.sum(&matrix.not_valued, "level is empty".to_string()),
        worklist: WorklistSum {
            open: worklist.open,
            decided: worklist.decided,
            at_stake: shown.money(worklist.at_stake),
        },
        rules: kept.rules.clone(),
        definition: DEFINITION.to_string(),
    })
}

const DEFINITION: &str = "value is what the customer is expected to bring within the horizon; invested is what was spent \
                          on winning and keeping him, contribution his margin less all costs, both over twelve months; \
                          delta is the score of investment less the score of value, each 5 (strategic) to 1 (negligible)";

/// Words of the levels in filters, from strategic.
const LEVELS: [&str; 5] = ["strategic", "high", "median", "low", "negligible"];

/// How sums of the kept parts look on the wire.
pub(super) struct Shown<'k> {
    pub currency: Currency,
    pub missing: &'k [Missing],
}

impl Shown<'_> {
    pub fn money(&self, minor: i64) -> Money {
        ledger::Money::new(minor, self.currency).into()
    }

    fn sum(&self, sum: &Sums, filter: String) -> CoherenceSum {
        let known = |what: Missing, minor: i64| (!self.missing.contains(&what)).then(|| self.money(minor));
        CoherenceSum {
            customers: sum.customers,
            value: self.money(sum.value),
            invested: known(Missing::Investment, sum.invested),
            contribution: Missing::leaves_contributions(self.missing).then(|| self.money(sum.contribution)),
            filter,
        }
    }

    fn cell(&self, value: usize, investment: usize, sum: &Sums) -> Option<CoherenceCell> {
        let filter = format!("level = {} and investment_level = {}", LEVELS[value], LEVELS[investment]);
        Some(CoherenceCell {
            value_level: level(5 - value as i64)?,
            investment_level: level(5 - investment as i64)?,
            delta: value as i8 - investment as i8,
            sum: self.sum(sum, filter),
        })
    }

    fn level(&self, at: usize, sum: &Sums, filter: String) -> Option<CoherenceLevel> {
        Some(CoherenceLevel { level: level(5 - at as i64)?, sum: self.sum(sum, filter) })
    }
}

fn nothing(store: &Store) -> store::Result<Coherence> {
    let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
    let shown = Shown { currency, missing: &[Missing::Contribution, Missing::Investment] };
    let none = || shown.sum(&Sums::default(), String::new());
    Ok(Coherence {
        as_of: None,
        computed_at: None,
        currency: currency.code().to_string(),
        measure: Measure::Margin,
        period: None,
        missing: vec![Missing::Valuation],
        total: none(),
        cells: Vec::new(),
        value_levels: Vec::new(),
        investment_levels: Vec::new(),
        deltas: Vec::new(),
        not_valued: none(),
        worklist: WorklistSum { open: 0, decided: 0, at_stake: shown.money(0) },
        rules: super::rules::in_force(store)?.1,
        definition: DEFINITION.to_string(),
    })
}
