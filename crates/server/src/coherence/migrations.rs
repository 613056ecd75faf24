//! Who moved from which class or level to which, between any two kept month ends, by today's rules.
//!
//! Classes come from the contributions of the twelve months before each day, value levels from what customers were
//! worth on it. Each number opens its customers.

use super::classes::names;
use super::rules::{self, LevelRule};
use crate::customers::one::Measure;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Failure, Json, Query};
use crate::value::Summary;
use ::portfolio::{Class, Level, Passage, Place, migration};
use axum::extract::State;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::cmp::Reverse;
use store::{MonthEndMeasure, Store};
use utoipa::{IntoParams, ToSchema};

/// Of what, between which days.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MigrationsQuery {
    /// Of classes unless said.
    #[serde(default)]
    #[param(required = false)]
    pub of: MigrationOf,
    /// A kept day; the last one at least a year before `until` unless said.
    pub from: Option<String>,
    /// A later kept day; the last one unless said.
    pub until: Option<String>,
}

/// Which of the customers who moved.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MovedQuery {
    /// Of classes unless said.
    #[serde(default)]
    #[param(required = false)]
    pub of: MigrationOf,
    /// As for the matrix.
    pub from: Option<String>,
    /// As for the matrix.
    pub until: Option<String>,
    /// Where they were: a class or a level, `none` for no customer yet.
    pub before: String,
    /// Where they are: a class or a level, `none` for no customer any more.
    pub after: String,
    /// Customers at the most, 100 unless said, 500 at most.
    pub limit: Option<u32>,
    /// Customers passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
}

/// What customers move between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum MigrationOf {
    /// D1 to D4, by contribution.
    #[default]
    Class,
    /// The five levels, by what customers are worth.
    ValueLevel,
}

/// Who moved where.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Migrations {
    pub of: MigrationOf,
    /// Every kept day, the earliest first; fewer than two have nothing to compare.
    pub days: Vec<String>,
    pub from: Option<String>,
    pub until: Option<String>,
    pub currency: String,
    /// The classes or levels, the best first.
    pub places: Vec<String>,
    /// Today's rule, by which both days were read.
    pub rule: LevelRule,
    /// Customers on the first day.
    pub heads_before: u64,
    /// Customers on the second day.
    pub heads_after: u64,
    pub rose: u64,
    pub fell: u64,
    pub stayed: u64,
    pub new: u64,
    pub lost: u64,
    /// Every way, those nobody went too; `none` stands for being no customer.
    pub cells: Vec<MigrationCell>,
    /// What the figures are, in words.
    pub definition: String,
}

/// Customers who went one way.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct MigrationCell {
    pub from: String,
    pub until: String,
    pub customers: u64,
    /// Contribution or worth on the first day.
    pub before: Money,
    /// The same on the second.
    pub after: Money,
    /// After less before.
    pub change: Money,
}

/// Customers who went one way, the largest change first.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct MovedCustomers {
    pub total: u64,
    pub offset: u64,
    pub rows: Vec<MovedCustomer>,
}

/// A customer who went one way.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct MovedCustomer {
    pub customer: i64,
    pub name: String,
    /// Contribution or worth on the first day; null where he was no customer.
    pub before: Option<Money>,
    /// The same on the second.
    pub after: Option<Money>,
}

/// The word for being no customer.
pub const NONE: &str = "none";

/// Who moved from which class or level to which between two days.
#[utoipa::path(get, path = "/api/migrations", tag = "coherence", operation_id = "migrations",
    params(MigrationsQuery), responses((status = 200, body = Migrations), (status = 403), (status = 422)))]
pub async fn read(State(app): State<App>, Query(query): Query<MigrationsQuery>) -> Answer<Json<Migrations>> {
    let work = app.clone();
    app.off_thread(move || migrations_of(work.blocking_store(), &query)).await.map(Json)
}

/// Who moved from where to where between two kept days.
pub fn migrations_of(store: &Store, query: &MigrationsQuery) -> Answer<Migrations> {
    let span = Span::of(store, query.of, query.from.as_deref(), query.until.as_deref())?;
    match query.of {
        MigrationOf::Class => span.migrations::<Class>(store),
        MigrationOf::ValueLevel => span.migrations::<Level>(store),
    }
}

/// The customers who went one way between two days.
#[utoipa::path(get, path = "/api/migrations/customers", tag = "coherence", operation_id = "migrated_customers",
    params(MovedQuery), responses((status = 200, body = MovedCustomers), (status = 403), (status = 422)))]
pub async fn customers(
    State(app): State<App>,
    Query(query): Query<MovedQuery>,
) -> Answer<Json<MovedCustomers>> {
    let limit = super::at_most(query.limit, 100)?;
    let work = app.clone();
    app.off_thread(move || {
        let store = work.blocking_store();
        let span = Span::of(store, query.of, query.from.as_deref(), query.until.as_deref())?;
        match query.of {
            MigrationOf::Class => span.moved::<Class>(store, &query, limit),
            MigrationOf::ValueLevel => span.moved::<Level>(store, &query, limit),
        }
    })
    .await
    .map(Json)
}

/// A class or a level with its words and its rule.
trait Ranked: Place + 'static {
    const ALL: &'static [Self];
    fn word(self) -> String;
    /// The place of each amount, by the rule in force.
    fn of(amounts: &[i64], rules: &rules::Rules) -> Vec<Self>;
}

impl Ranked for Class {
    const ALL: &'static [Class] = &Class::ALL;
    fn word(self) -> String {
        self.name().to_lowercase()
    }
    fn of(amounts: &[i64], rules: &rules::Rules) -> Vec<Class> {
        ::portfolio::classes(amounts, &rules.class)
    }
}

impl Ranked for Level {
    const ALL: &'static [Level] = &Level::ALL;
    fn word(self) -> String {
        self.name().to_string()
    }
    fn of(amounts: &[i64], rules: &rules::Rules) -> Vec<Level> {
        ::portfolio::levels(amounts, &rules.value)
    }
}

/// What is compared.
struct Span {
    of: MigrationOf,
    days: Vec<Day>,
    /// None where fewer than two days are kept.
    between: Option<(Day, Day)>,
    currency: Currency,
    rules: rules::LevelRules,
}

impl Span {
    fn of(store: &Store, of: MigrationOf, from: Option<&str>, until: Option<&str>) -> Answer<Span> {
        let run = store.newest_valuation()?;
        let has_margins =
            run.and_then(|run| Summary::of(&run)).is_none_or(|told| told.measure == Measure::Margin);
        let days = match of {
            MigrationOf::Class if !has_margins => Vec::new(),
            _ => store.month_ends(of.measure())?,
        };
        let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
        let rules = rules::in_force(store)?.1;
        let asked_from = from.map(|text| kept_day(&days, "from", text)).transpose()?;
        let asked_until = until.map(|text| kept_day(&days, "until", text)).transpose()?;
        let last = asked_until.or(days.last().copied());
        let between = last.and_then(|until| Some((asked_from.or_else(|| earlier(&days, until))?, until)));
        if let Some((from, until)) = between
            && from >= until
        {
            return Err(Failure::invalid("days_reversed", "from", "the first day lies before the second"));
        }
        Ok(Span { of, days, between, currency, rules })
    }

    fn rules(&self) -> rules::Rules {
        self.rules.read(self.currency).unwrap_or_default()
    }

    fn money(&self, minor: i64) -> Money {
        ledger::Money::new(minor, self.currency).into()
    }

    /// Every customer's way, by his number.
    fn passages<P: Ranked>(&self, store: &Store) -> store::Result<Vec<Passage<P>>> {
        let Some((from, until)) = self.between else { return Ok(Vec::new()) };
        let rules = self.rules();
        let ranked = |day: Day| -> store::Result<Vec<Option<(P, i64)>>> {
            let column = store.month_end(day, self.of.measure())?.unwrap_or_default();
            let amounts: Vec<i64> = column.iter().copied().flatten().collect();
            let mut places = P::of(&amounts, &rules).into_iter();
            // Places come for those who have an amount, in their order.
            let ranked = |amount: Option<i64>| amount.and_then(|amount| Some((places.next()?, amount)));
            Ok(column.into_iter().map(ranked).collect())
        };
        let (before, after) = (ranked(from)?, ranked(until)?);
        let at = |column: &[Option<(P, i64)>], customer: usize| column.get(customer).copied().flatten();
        let customers = 0..before.len().max(after.len());
        Ok(customers
            .map(|customer| Passage { before: at(&before, customer), after: at(&after, customer) })
            .collect())
    }

    fn migrations<P: Ranked>(&self, store: &Store) -> Answer<Migrations> {
        let moved = migration(self.passages::<P>(store)?);
        let sides = || P::ALL.iter().copied().map(Some).chain([None]);
        let cell = |from: Option<P>, until: Option<P>| {
            let flow = moved.flow(from, until);
            MigrationCell {
                from: word(from),
                until: word(until),
                customers: flow.customers,
                before: self.money(flow.value_before),
                after: self.money(flow.value_after),
                change: self.money(flow.value_after - flow.value_before),
            }
        };
        let is_way = |from: Option<P>, until: Option<P>| from.is_some() || until.is_some();
        let heads = |is_counted: &dyn Fn(&::portfolio::Flow) -> bool| {
            moved.flows().filter(|flow| is_counted(flow)).map(|flow| flow.customers).sum::<u64>()
        };
        let (rose, fell, stayed) = moved.up_down_same();
        let ways = sides().flat_map(|from| sides().map(move |until| (from, until)));
        Ok(Migrations {
            of: self.of,
            days: self.days.iter().copied().map(wire::day).collect(),
            from: self.between.map(|(from, _)| wire::day(from)),
            until: self.between.map(|(_, until)| wire::day(until)),
            currency: self.currency.code().to_string(),
            places: P::ALL.iter().map(|place| place.word()).collect(),
            rule: match self.of {
                MigrationOf::Class => self.rules.class.clone(),
                MigrationOf::ValueLevel => self.rules.value.clone(),
            },
            heads_before: heads(&|flow| flow.from < P::COUNT),
            heads_after: heads(&|flow| flow.to < P::COUNT),
            rose,
            fell,
            stayed,
            new: heads(&|flow| flow.from == P::COUNT),
            lost: heads(&|flow| flow.to == P::COUNT),
            cells: ways
                .filter(|(from, until)| self.between.is_some() && is_way(*from, *until))
                .map(|(from, until)| cell(from, until))
                .collect(),
            definition: self.of.definition().to_string(),
        })
    }

    fn moved<P: Ranked>(&self, store: &Store, query: &MovedQuery, limit: u32) -> Answer<MovedCustomers> {
        let (before, after) = (place::<P>("before", &query.before)?, place::<P>("after", &query.after)?);
        let is = |at: Option<(P, i64)>, wanted: Option<P>| {
            at.map(|(place, _)| place.place()) == wanted.map(Place::place)
        };
        let mut found: Vec<(u32, Option<i64>, Option<i64>)> = (0..)
            .zip(self.passages::<P>(store)?)
            .filter(|(_, passage)| passage.before.is_some() || passage.after.is_some())
            .filter(|(_, passage)| is(passage.before, before) && is(passage.after, after))
            .map(|(id, passage)| (id, passage.before.map(|(_, n)| n), passage.after.map(|(_, n)| n)))
            .collect();
        let change = |(_, before, after): &(u32, Option<i64>, Option<i64>)| {
            (after.unwrap_or(0) - before.unwrap_or(0)).unsigned_abs()
        };
        found.sort_unstable_by_key(|row| (Reverse(change(row)), row.0));
        let from = usize::try_from(query.offset).unwrap_or(usize::MAX).min(found.len());
        let rows = &found[from..found.len().min(from + limit as usize)];
        let names = names(store, rows.iter().map(|(id, ..)| *id))?;
        let money = |amount: &Option<i64>| amount.map(|minor| self.money(minor));
        Ok(MovedCustomers {
            total: found.len() as u64,
            offset: query.offset,
            rows: rows
                .iter()
                .map(|(id, before, after)| MovedCustomer {
                    customer: (*id).into(),
                    name: names.get(id).cloned().unwrap_or_default(),
                    before: money(before),
                    after: money(after),
                })
                .collect(),
        })
    }
}

impl MigrationOf {
    fn measure(self) -> MonthEndMeasure {
        match self {
            MigrationOf::Class => MonthEndMeasure::Contribution,
            MigrationOf::ValueLevel => MonthEndMeasure::Equity,
        }
    }

    fn definition(self) -> &'static str {
        match self {
            MigrationOf::Class => {
                "classes by the contribution of the twelve months before each day, both days by today's rule"
            }
            MigrationOf::ValueLevel => {
                "levels by what customers were worth on each day as known then, both days by today's rule"
            }
        }
    }
}

fn word<P: Ranked>(place: Option<P>) -> String {
    place.map_or_else(|| NONE.to_string(), Ranked::word)
}

fn place<P: Ranked>(field: &'static str, word: &str) -> Answer<Option<P>> {
    if word == NONE {
        return Ok(None);
    }
    let found = P::ALL.iter().copied().find(|place| place.word() == word);
    found.map(Some).ok_or_else(|| {
        let words: Vec<String> = P::ALL.iter().map(|place| place.word()).collect();
        let message = format!("{word:?} is none of {} or {NONE}", words.join(", "));
        Failure::invalid("unknown_place", field, message)
    })
}

/// The kept day that is meant, or which ones are near.
fn kept_day(days: &[Day], field: &'static str, text: &str) -> Answer<Day> {
    let date = text.trim().parse::<jiff::civil::Date>();
    let day =
        Day::of(date.map_err(|_| {
            Failure::invalid("bad_day", field, format!("{text:?} is no day such as 2026-01-31"))
        })?);
    if days.contains(&day) {
        return Ok(day);
    }
    let mut near = days.to_vec();
    near.sort_by_key(|kept| (kept.0 - day.0).unsigned_abs());
    let near: Vec<String> = near.into_iter().take(2).map(wire::day).collect();
    let message = match near.as_slice() {
        [] => "no month ends are kept yet; value the base".to_string(),
        near => format!("{} is no kept month end; near are {}", wire::day(day), near.join(" and ")),
    };
    Err(Failure::invalid("no_month_end", field, message).with_details(json!({ "nearest": near })))
}

/// The kept day to compare with: the last one at least a year before, or the first one.
fn earlier(days: &[Day], until: Day) -> Option<Day> {
    let year_before = Day(super::year_before(until).0 - 1);
    let mut before = days.iter().copied().filter(|day| *day < until);
    days.iter().copied().rfind(|day| *day <= year_before).or_else(|| before.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_to_compare_with_lies_a_year_before() {
        let day = |year, month, day| Day::of(jiff::civil::date(year, month, day));
        let days = [day(2024, 12, 31), day(2025, 5, 31), day(2025, 6, 30), day(2026, 5, 31)];
        assert_eq!(earlier(&days, day(2026, 6, 30)), Some(days[2]));
        assert_eq!(earlier(&days, day(2026, 5, 31)), Some(days[1]));
        assert_eq!(earlier(&days[2..], day(2026, 5, 31)), Some(days[2]), "the first one is all there is");
        assert_eq!(earlier(&days[..1], days[0]), None);
    }
}
