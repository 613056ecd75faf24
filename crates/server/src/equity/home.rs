//! The home page in one answer: what customers are worth and why it moved, whether we invest coherently, who comes and
//! goes, and where to look first. Everything in it is kept; nothing is computed over all customers here.

use super::book::Part;
use super::shown::{EquityStatement, Read, series};
use super::turnover::{AlarmPage, RetentionPage, TurnoverPage};
use crate::coherence::classes::{Classes, classes};
use crate::coherence::matrix::{Coherence, coherence};
use crate::coherence::worklist::{self, WorklistPage, WorklistState};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Json};
use access::Reader;
use axum::extract::State;
use ledger::{Currency, Moment};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Customers that each list of the home page names.
const NAMED: usize = 5;

/// The home page.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Home {
    /// The last day whose facts the valuation knew; null before the first one.
    pub as_of: Option<String>,
    pub currency: String,
    pub customers: u64,
    /// The twelve months up to then; null before the first valuation, as everything that follows.
    pub equity: Option<EquityStatement>,
    /// The closings of these months and the one before.
    pub series: Vec<HomePoint>,
    /// Of the newest closed month, without the months before it.
    pub alarm: Option<AlarmPage>,
    /// The same twelve months.
    pub turnover: Option<TurnoverPage>,
    /// The first of those to keep.
    pub retention: Option<RetentionPage>,
    /// Value by investment.
    pub coherence: Coherence,
    /// With the first of those who cost more than they bring.
    pub classes: Classes,
    /// The first of the open cases.
    pub worklist: WorklistPage,
}

/// What customers were worth at the end of a day.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct HomePoint {
    pub until: String,
    pub closing: Money,
    pub is_closed: bool,
}

/// Everything that the home page shows.
#[utoipa::path(get, path = "/api/home", tag = "equity", operation_id = "home",
    responses((status = 200, body = Home), (status = 403)))]
pub async fn home(State(app): State<App>, caller: Caller) -> Answer<Json<Home>> {
    let now = app.now();
    app.ask(move |store| of(store, &caller.reader, now)).await.map(Json)
}

fn of(store: &Store, reader: &Reader, now: Moment) -> store::Result<Home> {
    let currency = store.company()?.map_or(Currency::EUR, |company| company.currency);
    let empty = Home {
        as_of: None,
        currency: currency.code().to_string(),
        customers: store.customer_count(reader)?,
        equity: None,
        series: Vec::new(),
        alarm: None,
        turnover: None,
        retention: None,
        coherence: coherence(store, now)?,
        classes: classes(store, 0, NAMED as u32)?,
        worklist: worklist::page(store, now, (WorklistState::Open, None), 0, NAMED as u32)?,
    };
    let Some(read) = Read::of(store)? else { return Ok(empty) };
    let until = read.newest().day;
    let from = read.a_year_before(until);
    let first = read.statements.iter().find(|month| month.day == from);
    let points = first.into_iter().chain(series(&read, from, until));
    let point = |month: &store::PublishedStatement| HomePoint {
        until: wire::day(month.day),
        closing: read.money(month.statement.closing),
        is_closed: month.is_closed,
    };
    let mut alarm = read.alarm(store, read.newest_closed())?;
    alarm.months.clear();
    Ok(Home {
        as_of: Some(wire::day(until)),
        series: points.map(point).collect(),
        turnover: Some(read.turnover(store, Part::All, (from, until))?),
        retention: read.knows_whom().then(|| read.retention(store, reader, 0, NAMED)).transpose()?,
        equity: Some(read.statement(from, until)),
        alarm: Some(alarm),
        ..empty
    })
}
