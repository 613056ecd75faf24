//! What serving customers will cost, and what remains of their equity: computed once the accounts are closed, kept by customer
//! and in sum.
//!
//! Takes the costs of the twelve months from the accounts, purchases and years expected from the statements of equity; rates
//! and credibility come from `value::serve`. Equity itself stays what it is, margin before the costs to serve.

use crate::accounts::{CostsByKind, read_catalogue};
use crate::commands::counted;
use crate::customers::one::{Measure, number};
use crate::equity::futures::MILLION;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Path};
use crate::identity::stoppable;
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use crate::value::Summary;
use access::Reader;
use axum::extract::State;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ops::Range;
use store::MonthEndMeasure as Kept;
use store::{ExpectedServing, SavedValuation, Store};
use utoipa::ToSchema;
use value::cost::{Catalogue, CostKind, Line, month_of};
use value::serve::{Cause, Credibility, Expected, OwnRate, Rates, Served, cause, rates};

/// How much one's own rate swings is learnt from so many customers at the most.
const MOST_REPEATED: usize = 600;
/// Days in a year.
const YEAR: f64 = 365.25;
/// Under which the sums are kept.
const SERVING: &str = "serving";
/// Opens those who are expected to cost more than they bring.
pub const LOSING: &str = "expected_contribution < 0";

/// What is kept of all customers together. Amounts in minor units.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptServing {
    /// The valuation's day, of all that is expected here.
    pub until: Day,
    currency: Currency,
    measure: Measure,
    /// Per year.
    discount_rate: f64,
    purchase: KeptRate,
    year: KeptRate,
    /// Those of whom anything is expected.
    customers: u64,
    by_purchase: i64,
    by_time: i64,
    /// Equity less the cost, of those whose equity counts margin.
    contribution: Option<i64>,
    /// Those below zero, and their sum.
    losing: (u64, i64),
    /// What serving cost in the twelve months before.
    last_year: i64,
}

/// As [`Credibility`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct KeptRate {
    mean: f64,
    within: f64,
    between: f64,
    customers: u64,
    repeated: u64,
}

impl From<Credibility> for KeptRate {
    fn from(of: Credibility) -> KeptRate {
        let Credibility { mean, within, between, customers, repeated } = of;
        KeptRate { mean, within, between, customers, repeated }
    }
}

impl From<KeptRate> for Credibility {
    fn from(of: KeptRate) -> Credibility {
        let KeptRate { mean, within, between, customers, repeated } = of;
        Credibility { mean, within, between, customers, repeated }
    }
}

impl KeptServing {
    /// What stands; `None` before the first time, and a line in the log where it cannot be read.
    pub fn of(store: &Store) -> store::Result<Option<KeptServing>> {
        let Some(text) = store.coherence(SERVING)? else { return Ok(None) };
        let read = serde_json::from_str::<Option<KeptServing>>(&text).inspect_err(|error| {
            tracing::error!(%error, "what serving is expected to cost cannot be read: value the base again");
        });
        Ok(read.ok().flatten())
    }

    /// What serving all customers is expected to cost, in minor units.
    pub fn cost(&self) -> i64 {
        self.by_purchase + self.by_time
    }

    /// What is left of their equity; `None` where that does not count margin.
    pub fn contribution(&self) -> Option<i64> {
        self.contribution
    }

    /// For pages.
    pub fn shown(&self) -> EquityServing {
        let money = |minor: i64| Money::from(ledger::Money::new(minor, self.currency));
        let rate = |of: &KeptRate| money(super::minor(of.mean));
        EquityServing {
            as_of: wire::day(self.until),
            discount_rate: self.discount_rate,
            expected_cost: money(self.cost()),
            by_purchase: money(self.by_purchase),
            by_time: money(self.by_time),
            net_equity: self.contribution.map(money),
            customers: self.customers,
            last_year: money(self.last_year),
            cost_per_purchase: rate(&self.purchase),
            cost_per_year: rate(&self.year),
            losing: self.contribution.map(|_| LosingCustomers {
                customers: self.losing.0,
                expected_contribution: money(self.losing.1),
                filter: LOSING.to_string(),
            }),
        }
    }
}

/// What serving today's customers is expected to cost, beside what they are worth before it. Of all the future, discounted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityServing {
    /// The day of the valuation.
    pub as_of: String,
    /// Per year.
    pub discount_rate: f64,
    pub expected_cost: Money,
    /// The part that purchases will cause: orders, service, delivery, returns, late payment.
    pub by_purchase: Money,
    /// The part that comes with time: upkeep.
    pub by_time: Money,
    /// The closing less the expected cost; no line of the statement. Null where sources state no margins.
    pub net_equity: Option<Money>,
    pub customers: u64,
    /// What serving cost in the twelve months up to the day.
    pub last_year: Money,
    /// Everybody's rates.
    pub cost_per_purchase: Money,
    pub cost_per_year: Money,
    /// Those who are expected to cost more than they bring; null where sources state no margins.
    pub losing: Option<LosingCustomers>,
}

/// Customers who are expected to cost more than they bring.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LosingCustomers {
    pub customers: u64,
    /// Together, below zero.
    pub expected_contribution: Money,
    /// Opens them in the list.
    pub filter: String,
}

/// Whether what is kept in sum is what customers' columns add up to: what is wrong and what to do, or nothing.
pub fn check(store: &Store) -> store::Result<Option<String>> {
    let sums = store.serving_sums()?;
    let Some(kept) = KeptServing::of(store)? else {
        let told = (sums.customers > 0).then(|| {
            format!(
                "a cost is expected of {} and of none in sum: run `clientela value`",
                counted(sums.customers, "customer", "customers")
            )
        });
        return Ok(told);
    };
    let (cost, contribution) = (kept.cost() - sums.cost, kept.contribution.unwrap_or(0) - sums.contribution);
    Ok((cost != 0 || contribution != 0 || kept.customers != sums.customers).then(|| {
        format!(
            "{cost} minor units of the expected cost and {contribution} of the expected contribution are missing ({} in sum, {} \
             one by one): run `clientela value`",
            counted(kept.customers, "customer", "customers"),
            sums.customers
        )
    }))
}

/// Computes and keeps what serving everybody is expected to cost; the result tells what came of it.
pub fn expect(
    store: &Store,
    costs: Option<&CostsByKind>,
    progress: &Progress,
) -> Result<serde_json::Value, JobError> {
    progress.expect(None, "customers");
    let Some(run) = store.newest_valuation()? else { return Ok(json!({ "skipped": "not_valued" })) };
    // What was expected before does not fit the equity of today: without accounts nothing is known.
    let Some(costs) = costs else {
        forget(store)?;
        return Ok(json!({ "skipped": "not_closed" }));
    };
    let Some(ground) = Ground::of(store, run.until, costs)? else {
        forget(store)?;
        return Ok(json!({ "skipped": "no_expectations" }));
    };
    progress.check()?;
    let repeated = ground.repeated(store, &run)?;
    progress.check()?;
    let found = rates(&ground.served, &repeated);
    let measure = Summary::of(&run).map_or(Measure::Margin, |summary| summary.measure);
    let discount_rate = store.equity_statements()?.last().map_or(0.0, |month| month.discount_rate);
    let mut kept = KeptServing {
        until: run.until,
        currency: run.currency,
        measure,
        discount_rate,
        purchase: found.purchase.into(),
        year: found.year.into(),
        customers: 0,
        by_purchase: 0,
        by_time: 0,
        contribution: (measure == Measure::Margin).then_some(0),
        losing: (0, 0),
        last_year: ground.served.iter().map(|served| served.by_purchase + served.by_time).sum(),
    };
    let of = |customer: u32, equity: Option<i64>| {
        let place = customer as usize;
        // Who is gone since the day has no equity any more.
        let (Some(expected), Some(equity)) = (ground.expected.get(place).copied().flatten(), equity) else {
            return ExpectedServing::default();
        };
        let serving = found.serving(&ground.served[place], &expected);
        let contribution = (measure == Measure::Margin).then(|| equity - serving.cost());
        kept.customers += 1;
        kept.by_purchase += serving.by_purchase;
        kept.by_time += serving.by_time;
        if let (Some(sum), Some(contribution)) = (&mut kept.contribution, contribution) {
            *sum += contribution;
            if contribution < 0 {
                kept.losing = (kept.losing.0 + 1, kept.losing.1 + contribution);
            }
        }
        ExpectedServing { cost: Some(serving.cost()), contribution }
    };
    let changed = stoppable(|stop| store.save_serving(of, |done| stop(progress.reach(done))))?;
    store.put_coherence(SERVING, &serde_json::to_string(&kept).expect("what is kept is plain data"))?;
    let mut told = serde_json::to_value(kept.shown()).expect("sums are plain data");
    told["changed"] = changed.into();
    Ok(told)
}

/// Nothing is expected any more.
fn forget(store: &Store) -> Result<(), JobError> {
    store.put_coherence(SERVING, "null")?;
    store.save_serving(|_, _| ExpectedServing::default(), |_| Ok(()))?;
    Ok(())
}

/// What everybody cost and did in the twelve months, and what is expected; by customer number.
struct Ground {
    served: Vec<Served>,
    expected: Vec<Option<Expected>>,
}

impl Ground {
    /// `None` where nothing is kept of the day; what serving cost is kept beside it, for the customers' pages.
    fn of(store: &Store, day: Day, costs: &CostsByKind) -> Result<Option<Ground>, JobError> {
        let column = |measure: Kept| store.month_end(day, measure);
        let Some(purchases) = column(Kept::PurchasesAhead)? else { return Ok(None) };
        let mut served = vec![Served::default(); purchases.len()];
        let mut expected: Vec<Option<Expected>> = purchases
            .into_iter()
            .map(|parts| parts.map(|parts| Expected { purchases: parts as f64 / MILLION, years: 0.0 }))
            .collect();
        for (expected, parts) in expected.iter_mut().zip(column(Kept::YearsAhead)?.unwrap_or_default()) {
            if let (Some(expected), Some(parts)) = (expected, parts) {
                expected.years = parts as f64 / MILLION;
            }
        }
        for (served, bought) in served.iter_mut().zip(column(Kept::Bought)?.unwrap_or_default()) {
            served.purchases = bought.unwrap_or(0) as f64;
        }
        for (served, parts) in served.iter_mut().zip(column(Kept::Active)?.unwrap_or_default()) {
            served.years = parts.unwrap_or(0) as f64 / MILLION;
        }
        let causes: Vec<Option<Cause>> =
            costs.kinds.iter().map(|kind| CostKind::from_name(kind).and_then(cause)).collect();
        if !causes.is_empty() {
            for (served, costs) in served.iter_mut().zip(costs.costs.chunks_exact(causes.len())) {
                let of = |wanted: Cause| -> i64 {
                    causes
                        .iter()
                        .zip(costs)
                        .filter(|(cause, _)| **cause == Some(wanted))
                        .map(|(_, cost)| cost)
                        .sum()
                };
                (served.by_purchase, served.by_time) = (of(Cause::Purchase), of(Cause::Time));
            }
        }
        // Who never bought is no customer of whom anything is expected: what he cost is no cost of serving.
        for (served, expected) in served.iter_mut().zip(&expected) {
            if expected.is_none() {
                *served = Served::default();
            }
        }
        let put = |measure: Kept, of: fn(&Served) -> i64| {
            let known = served.iter().zip(&expected).map(|(served, expected)| expected.map(|_| of(served)));
            store.put_month_end(day, measure, &known.collect::<Vec<_>>())
        };
        put(Kept::CostOfPurchases, |served| served.by_purchase)?;
        put(Kept::CostOfTime, |served| served.by_time)?;
        Ok(Some(Ground { served, expected }))
    }

    /// What serving some of them cost in each half of the last twelve whole months.
    fn repeated(&self, store: &Store, run: &SavedValuation) -> Result<Vec<[Served; 2]>, JobError> {
        let version = store.catalogue_of_accounts()?;
        let saved = version.map(|version| store.catalogue_version(version)).transpose()?.flatten();
        let Some(saved) = saved else { return Ok(Vec::new()) };
        let catalogue = read_catalogue(&saved, run.currency)?;
        let halves = halves(run.until);
        let told: Vec<u32> =
            (0..).zip(&self.served).filter(|(_, served)| served.years > 0.0).map(|(id, _)| id).collect();
        let step = told.len().div_ceil(MOST_REPEATED).max(1);
        let some: Vec<u32> = told.into_iter().step_by(step).collect();
        let read = |ids: &[u32]| -> store::Result<Vec<[Served; 2]>> {
            let read = ids.iter().map(|id| in_halves(store, &catalogue, *id, run.until, &halves));
            read.filter_map(Result::transpose).collect()
        };
        let (first, second) = some.split_at(some.len() / 2);
        let (first, second) = std::thread::scope(|threads| {
            let second = threads.spawn(|| read(second));
            (read(first), second.join().expect("statements are read without panicking"))
        });
        let mut repeated = first?;
        repeated.extend(second?);
        Ok(repeated)
    }
}

/// The halves of the last twelve whole months up to a day.
fn halves(until: Day) -> [Range<Day>; 2] {
    let end = month_of(Day(until.0 + 1)).start;
    let before = |months: usize| (0..months).fold(end, |day, _| month_of(Day(day.0 - 1)).start);
    [before(12)..before(6), before(6)..end]
}

/// What serving a customer cost in each half; `None` of one whose purchases are gone.
fn in_halves(
    store: &Store,
    catalogue: &Catalogue,
    id: u32,
    until: Day,
    halves: &[Range<Day>; 2],
) -> store::Result<Option<[Served; 2]>> {
    let reader = Reader::house();
    let (Some(months), Some(bought)) = (store.account(&reader, id)?, store.purchases(&reader, id, until)?)
    else {
        return Ok(None);
    };
    let alive = bought.figures.p_alive.unwrap_or(0.0);
    let histories = value::histories(bought.lines, until);
    let (Some(history), Some(path)) = (histories.rows.first(), histories.paths().next()) else {
        return Ok(None);
    };
    let days =
        || std::iter::once(0).chain(path.repeats.iter().copied()).map(|day| history.first_day + day as i32);
    Ok(Some(halves.clone().map(|half| {
        let mut served = Served::default();
        for (line, amount) in
            months.iter().filter(|month| half.contains(&month.month)).flat_map(|month| &month.lines)
        {
            let Line::Activity(place) = line else { continue };
            match catalogue.activities().get(*place).and_then(|activity| cause(activity.cost_kind)) {
                Some(Cause::Purchase) => served.by_purchase += amount,
                Some(Cause::Time) => served.by_time += amount,
                None => {}
            }
        }
        served.purchases = days().filter(|day| half.contains(&Day(*day))).count() as f64;
        let between =
            |from: i32, to: i32| f64::from((to.min(half.end.0) - from.max(half.start.0)).max(0)) / YEAR;
        served.years =
            between(history.first_day, history.last_day) + alive * between(history.last_day, until.0);
        served
    })))
}

/// What serving a customer is expected to cost, and what remains of what he is worth.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerServing {
    /// Null until it is computed, and for who never bought.
    pub serving: Option<ServingAhead>,
}

/// What is expected of a customer in all the future, discounted.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ServingAhead {
    /// The day of the valuation.
    pub as_of: String,
    /// Per year.
    pub discount_rate: f64,
    pub measure: Measure,
    /// Expected margin, before the costs to serve; expected spend where sources state no margins.
    pub expected_margin: Option<Money>,
    pub expected_cost: Money,
    /// The one less the other; null where sources state no margins.
    pub expected_contribution: Option<Money>,
    /// What purchases will cause: orders, service, delivery, returns, late payment.
    pub purchases: ServingPart,
    /// What comes with time: upkeep.
    pub years: ServingPart,
}

/// A part of the expected cost to serve: how much of what causes it is expected, times its rate.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ServingPart {
    pub expected_cost: Money,
    /// Purchases, or years of being active, discounted.
    pub expected: f64,
    /// What one of them costs: his own rate by its credibility, everybody's by the rest.
    pub rate: Money,
    /// What one of them cost in the twelve months before; null where there was none.
    pub own_rate: Option<Money>,
    /// Everybody's.
    pub base_rate: Money,
    /// How much of his own rate is believed, 0 to 1.
    pub credibility: f64,
    /// What it cost in the twelve months before, and how many purchases or years of being active it comes from.
    pub past_cost: Money,
    pub past: f64,
}

/// What serving a customer is expected to cost, and by which rates.
#[utoipa::path(get, path = "/api/customers/{id}/serving", tag = "customers", operation_id = "customer_serving",
    params(("id" = i64, Path)),
    responses((status = 200, body = CustomerServing), (status = 403), (status = 404)))]
pub async fn customer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Answer<Json<CustomerServing>> {
    let id = number(id)?;
    let answer = app.ask(move |store| serving_of(store, &caller.reader, id)).await?;
    answer.map(Json).ok_or_else(|| Failure::unknown("customer"))
}

/// The answer for one customer; `None` where the reader sees no such customer.
pub fn serving_of(store: &Store, reader: &Reader, id: u32) -> store::Result<Option<CustomerServing>> {
    let Some(row) = store.customer_rows(reader, &[id])?.pop() else { return Ok(None) };
    let none = Ok(Some(CustomerServing { serving: None }));
    let (Some(kept), Some(cost)) = (KeptServing::of(store)?, row.expected_cost) else { return none };
    let at = |measure: Kept| store.month_end_of(kept.until, measure, id);
    let (Some(purchases), Some(years)) = (at(Kept::PurchasesAhead)?, at(Kept::YearsAhead)?) else {
        return none;
    };
    let expected = Expected { purchases: purchases as f64 / MILLION, years: years as f64 / MILLION };
    let served = Served {
        by_purchase: at(Kept::CostOfPurchases)?.unwrap_or(0),
        by_time: at(Kept::CostOfTime)?.unwrap_or(0),
        purchases: at(Kept::Bought)?.unwrap_or(0) as f64,
        years: at(Kept::Active)?.unwrap_or(0) as f64 / MILLION,
    };
    let rates = Rates { purchase: kept.purchase.into(), year: kept.year.into() };
    let serving = rates.serving(&served, &expected);
    let served = served.settled();
    let money = |minor: i64| Money::from(ledger::Money::new(minor, kept.currency));
    let rate = |rate: f64| money(super::minor(rate));
    let part =
        |cost: i64, expected: f64, own: &OwnRate, base: &KeptRate, past_cost: i64, past: f64| ServingPart {
            expected_cost: money(cost),
            expected,
            rate: rate(own.rate),
            own_rate: own.own.map(rate),
            base_rate: rate(base.mean),
            credibility: own.weight,
            past_cost: money(past_cost),
            past,
        };
    // The two parts are the whole that lists show, to the cent.
    let by_time = cost.minor - serving.by_purchase;
    Ok(Some(CustomerServing {
        serving: Some(ServingAhead {
            as_of: wire::day(kept.until),
            discount_rate: kept.discount_rate,
            measure: kept.measure,
            expected_margin: wire::money(row.equity),
            expected_cost: cost.into(),
            expected_contribution: wire::money(row.expected_contribution),
            purchases: part(
                serving.by_purchase,
                expected.purchases,
                &serving.purchase,
                &kept.purchase,
                served.by_purchase,
                served.purchases,
            ),
            years: part(by_time, expected.years, &serving.year, &kept.year, served.by_time, served.years),
        }),
    }))
}
