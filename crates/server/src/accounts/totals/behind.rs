//! The rows behind the figures of all customers' accounts: the customers who make a line, the facts that name nobody, and the
//! facts that an activity should have priced and could not.
//!
//! Customers are read from their statements as they are kept; facts from the ledger as pricing sees them: those of the months asked
//! for, and all payments, since money may be late for months. Leaves out the facts of one customer, which his own account opens.

use super::{Kept, MonthContent, Span, month_name, named_lines, not_closed, span, statement};
use crate::accounts::customer::{Part, Wanted, parts_of, wanted};
use crate::accounts::written::decimal;
use crate::customers::parts::{CustomerPart, parts};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Query};
use access::Reader;
use axum::extract::State;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{AccountFact, FactId, Store};
use utoipa::{IntoParams, ToSchema};
use value::cost::{ArithmeticError, Catalogue, CostKind, Line, Statement, Told, Unpriced};

/// Which line over which months.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineQuery {
    /// A line of the accounts (`gross`, `net`, `margin`, `upkeep`, `cost`, `contribution`, …) or `activity:` and its name; all
    /// costs unless said.
    #[serde(default)]
    #[param(required = false, example = "upkeep")]
    pub line: String,
    /// First month; the twelfth before the last unless said.
    #[param(example = "2025-01")]
    pub from: Option<String>,
    /// Last month, with it; the last of the accounts unless said.
    #[param(example = "2025-12")]
    pub until: Option<String>,
    /// Customers at the most, 100 unless said, 500 at most.
    pub limit: Option<u32>,
    /// Customers passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
}

/// The customers behind a line of the accounts.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountCustomers {
    /// ISO 4217.
    pub currency: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// As asked for.
    pub line: String,
    /// What all customers together make of the line: the rows add up to it.
    pub amount: Money,
    /// Customers for whom the line is not zero.
    pub total_rows: u64,
    pub offset: u64,
    /// Those who matter most first, whatever the sign.
    pub rows: Vec<CustomerPart>,
}

/// The customers behind a line of the accounts.
#[utoipa::path(get, path = "/api/accounts/customers", tag = "accounts", operation_id = "customers_behind_accounts",
    params(LineQuery),
    responses((status = 200, body = AccountCustomers), (status = 403), (status = 409), (status = 422)))]
pub async fn customers(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<LineQuery>,
) -> Answer<Json<AccountCustomers>> {
    app.off_thread({
        let app = app.clone();
        move || customers_of(app.blocking_store(), &caller.reader, &query)
    })
    .await
    .map(Json)
}

fn customers_of(store: &Store, reader: &Reader, query: &LineQuery) -> Answer<AccountCustomers> {
    let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
    let span = months(query.from.as_deref(), query.until.as_deref(), &kept)?;
    let limit = at_most(query.limit)?;
    let line = query.line.trim();
    let signs = signs(&kept.catalogue, line).ok_or_else(|| unknown_line(line))?;
    let sign = |line: Line| signs.get(line.number() as usize).copied().unwrap_or(0);
    let take = |found: &mut Vec<(u32, i64)>, customer, lines: &[(Line, i64)]| {
        let amount: i64 = lines.iter().map(|(line, amount)| sign(*line) * amount).sum();
        if amount != 0 {
            found.push((customer, amount));
        }
    };
    let (mut found, more) = store.accounts_within(&span, Vec::new, take).map_err(Failure::from)?;
    found.extend(more);
    let amount: i64 = found.iter().map(|(_, amount)| amount).sum();
    let from = usize::try_from(query.offset).unwrap_or(usize::MAX).min(found.len());
    let page = (from, limit as usize);
    let rows = parts(store, reader, &mut found, page, amount, kept.currency).map_err(Failure::from)?;
    Ok(AccountCustomers {
        currency: kept.currency.code().to_string(),
        from: wire::day(span.start),
        until: wire::day(Day(span.end.0 - 1)),
        line: line.to_string(),
        amount: money(amount, kept.currency),
        total_rows: found.len() as u64,
        offset: from as u64,
        rows,
    })
}

fn money(minor: i64, currency: Currency) -> Money {
    ledger::Money::new(minor, currency).into()
}

fn months(from: Option<&str>, until: Option<&str>, kept: &Kept) -> Answer<Span> {
    span(from, until, kept).map_err(|(field, message)| Failure::invalid("bad_month", field, message))
}

/// How many rows to show, or that it is too many.
fn at_most(limit: Option<u32>) -> Answer<u32> {
    const USUAL: u32 = 100;
    const MOST: u32 = 500;
    match limit.unwrap_or(USUAL) {
        many if many > MOST => {
            Err(Failure::invalid("too_many", "limit", format!("at most {MOST} rows at once")))
        }
        limit => Ok(limit),
    }
}

fn unknown_line(line: &str) -> Failure {
    Failure::invalid("unknown_line", "line", format!("no line {line:?} in the accounts"))
}

/// By number of a statement's line with which sign it counts in a line of the accounts; `None` where there is no such line.
fn signs(catalogue: &Catalogue, line: &str) -> Option<Vec<i64>> {
    let activities = catalogue.activities();
    let of = |sales: &[(Line, i64)], activity: &dyn Fn(usize) -> i64| {
        let mut signs = vec![0; Line::Activity(activities.len()).number() as usize];
        for (line, sign) in sales {
            signs[line.number() as usize] = *sign;
        }
        for place in 0..activities.len() {
            signs[Line::Activity(place).number() as usize] = activity(place);
        }
        signs
    };
    let sales = |sales: &[(Line, i64)]| of(sales, &|_| 0);
    Some(match line {
        "gross" => sales(&[(Line::Gross, 1)]),
        "discounts" => sales(&[(Line::Discounts, 1)]),
        "returns" => sales(&[(Line::Returns, 1)]),
        "net" => sales(&[(Line::Gross, 1), (Line::Discounts, -1), (Line::Returns, -1)]),
        "margin" => sales(&[(Line::Margin, 1)]),
        "net_without_margin" => sales(&[(Line::NetWithoutMargin, 1)]),
        "" | "cost" => of(&[], &|_| 1),
        "contribution" => of(&[(Line::Margin, 1)], &|_| -1),
        name => match name.strip_prefix("activity:") {
            Some(name) => {
                let wanted = activities.iter().position(|activity| activity.name == name)?;
                of(&[], &|place| i64::from(place == wanted))
            }
            None => {
                let kind = CostKind::from_name(name)?;
                of(&[], &|place| i64::from(activities[place].cost_kind == kind))
            }
        },
    })
}

/// Which facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountFactsOf {
    /// Facts that name nobody.
    Nobody,
    /// Facts that an activity should have priced and could not.
    Unpriced,
}

/// Which facts over which months.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountFactsQuery {
    /// `nobody` or `unpriced`.
    #[param(inline)]
    pub of: AccountFactsOf,
    /// A line of the accounts (of sales or costs) or `activity:` and its name; all costs unless said.
    #[serde(default)]
    #[param(required = false, example = "service")]
    pub line: String,
    /// First month; the twelfth before the last unless said.
    pub from: Option<String>,
    /// Last month, with it; the last of the accounts unless said.
    pub until: Option<String>,
    /// Rows at the most, 100 unless said, 500 at most.
    pub limit: Option<u32>,
    /// Rows passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
}

/// Facts behind a figure of the accounts.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountFacts {
    /// ISO 4217.
    pub currency: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    pub of: AccountFactsOf,
    /// As asked for.
    pub line: String,
    /// What the accounts say belongs to nobody; null of facts without a price.
    pub amount: Option<Money>,
    /// What the facts add up to, exactly: cents are shared out at the end of a month. Null of facts without a price.
    pub exact: Option<String>,
    /// Why facts have no price, by activity, the most facts first; empty of facts that name nobody.
    pub causes: Vec<UnpricedCause>,
    /// How many there are in all.
    pub total_facts: u64,
    /// How many rows they make: one for each activity and month.
    pub total_rows: u64,
    pub offset: u64,
    /// Those of nobody by amount, the largest first; those without a price by day, the latest first.
    pub facts: Vec<AccountFactRow>,
}

/// Why facts have no price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct UnpricedCause {
    pub activity: String,
    /// `no_unit_cost` holds on their day, the driver divides by zero (`division_by_zero`), or gives `too_large` a number.
    #[schema(example = "no_unit_cost")]
    pub cause: String,
    pub facts: u64,
    /// The first and the last day on which it happened.
    pub first: String,
    pub last: String,
}

/// A fact behind a figure of the accounts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct AccountFactRow {
    /// Its number, by which the timeline of its customer finds it; null where it names nobody.
    pub id: Option<i64>,
    /// The day it belongs to.
    pub day: String,
    /// The month whose accounts bear it.
    #[schema(example = "2025-03")]
    pub month: String,
    /// `sale`, `payment`, `interaction`, `request` or `cost`.
    pub kind: String,
    pub customer: Option<i64>,
    pub customer_name: Option<String>,
    /// Order or invoice.
    pub document: Option<String>,
    /// Product, subject or activity, whichever it tells.
    pub about: Option<String>,
    pub channel: Option<String>,
    /// The source that told it.
    pub source: String,
    /// The activity that prices it, or should; null on lines of sales.
    pub activity: Option<String>,
    /// Why it has no price; see `causes`.
    pub cause: Option<String>,
    /// Units of the activity's driver.
    pub units: Option<String>,
    /// What the driver counts.
    pub driver: Option<String>,
    /// What it adds to the line, exactly; null without a price.
    pub amount: Option<String>,
}

/// The facts behind a figure of the accounts: of nobody, or without a price.
#[utoipa::path(get, path = "/api/accounts/facts", tag = "accounts", operation_id = "facts_behind_accounts",
    params(AccountFactsQuery),
    responses((status = 200, body = AccountFacts), (status = 403), (status = 409), (status = 422)))]
pub async fn facts(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<AccountFactsQuery>,
) -> Answer<Json<AccountFacts>> {
    app.off_thread({
        let app = app.clone();
        move || facts_of(app.blocking_store(), &caller.reader, &query)
    })
    .await
    .map(Json)
}

fn facts_of(store: &Store, reader: &Reader, query: &AccountFactsQuery) -> Answer<AccountFacts> {
    let limit = at_most(query.limit)? as usize;
    let search = Search::of(store, query.of, &query.line, query.from.as_deref(), query.until.as_deref())?;
    let from = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let found = search.found(store, from.saturating_add(limit)).map_err(Failure::from)?;
    let places = found.places.get(from..).unwrap_or_default();
    let facts = search.rows(store, reader, places).map_err(Failure::from)?;
    let Search { kept, span, of, line, .. } = &search;
    let digits = kept.currency.minor_digits();
    let is_nobodys = *of == AccountFactsOf::Nobody;
    Ok(AccountFacts {
        currency: kept.currency.code().to_string(),
        from: wire::day(span.start),
        until: wire::day(Day(span.end.0 - 1)),
        of: *of,
        line: line.clone(),
        amount: match is_nobodys {
            true => Some(money(nobodys(store, kept, span, line)?, kept.currency)),
            false => None,
        },
        exact: is_nobodys.then(|| decimal(found.exact, 6 + digits, digits)),
        causes: found.causes(),
        total_facts: found.facts,
        total_rows: found.rows,
        offset: query.offset.min(found.rows),
        facts,
    })
}

/// What the accounts say of a line belongs to nobody.
fn nobodys(store: &Store, kept: &Kept, span: &Span, line: &str) -> Answer<i64> {
    let mut nobody = Statement::default();
    for month in store.account_months(span.start, span.end).map_err(Failure::from)? {
        let content = MonthContent::read(&month.content).ok_or_else(not_closed)?;
        nobody.plus(&statement(&content.unallocated));
    }
    if let Some(name) = line.strip_prefix("activity:") {
        let place = kept.catalogue.activities().iter().position(|activity| activity.name == name);
        return Ok(place.and_then(|place| nobody.costs.get(place).copied()).unwrap_or(0));
    }
    let line = if line.is_empty() { "cost" } else { line };
    let lines = named_lines(&nobody, &kept.catalogue);
    Ok(lines.into_iter().find(|(name, _)| *name == line).map_or(0, |(_, amount)| amount))
}

/// Where a row stands among all: the higher rank first, then the older fact, then its parts one after the other. No two rows
/// stand in one place, so that page after page tells each row once.
pub(super) type Place = (Reverse<(i128, Reverse<Day>)>, FactId, u32);

/// What a scan found.
pub(super) struct Found {
    facts: u64,
    rows: u64,
    exact: i128,
    /// By activity and cause: facts, first and last day.
    causes: BTreeMap<(String, &'static str), (u64, Day, Day)>,
    /// So many places are kept, the first ones.
    most: usize,
    /// In order, once settled.
    pub(super) places: Vec<Place>,
    /// Places from here on do not matter.
    floor: Option<Place>,
}

impl Found {
    fn of(most: usize) -> Found {
        let places = Vec::new();
        Found { facts: 0, rows: 0, exact: 0, causes: BTreeMap::new(), most, places, floor: None }
    }

    fn offer(&mut self, place: Place) {
        self.rows += 1;
        if self.floor.is_some_and(|floor| place >= floor) {
            return;
        }
        self.places.push(place);
        if self.places.len() >= self.most.saturating_mul(2).max(64) {
            self.settle();
        }
    }

    /// Keeps the first places only.
    fn settle(&mut self) {
        self.places.sort_unstable();
        if self.places.len() > self.most {
            self.places.truncate(self.most);
            self.floor = self.places.last().copied();
        }
    }

    fn blame(&mut self, activity: &str, cause: &'static str, day: Day) {
        let of = self.causes.entry((activity.to_string(), cause)).or_insert((0, day, day));
        *of = (of.0 + 1, of.1.min(day), of.2.max(day));
    }

    fn merge(&mut self, other: Found) {
        self.facts += other.facts;
        self.rows += other.rows;
        self.exact += other.exact;
        for (key, (facts, first, last)) in other.causes {
            let of = self.causes.entry(key).or_insert((0, first, last));
            *of = (of.0 + facts, of.1.min(first), of.2.max(last));
        }
        self.places.extend(other.places);
    }

    fn causes(&self) -> Vec<UnpricedCause> {
        let cause =
            |((activity, cause), (facts, first, last)): (&(String, &'static str), &(u64, Day, Day))| {
                UnpricedCause {
                    activity: activity.clone(),
                    cause: cause.to_string(),
                    facts: *facts,
                    first: wire::day(*first),
                    last: wire::day(*last),
                }
            };
        let mut causes: Vec<UnpricedCause> = self.causes.iter().map(cause).collect();
        causes.sort_by_key(|cause| Reverse(cause.facts));
        causes
    }
}

/// What is looked for.
pub(super) struct Search {
    pub(super) kept: Kept,
    span: Span,
    wanted: Wanted,
    of: AccountFactsOf,
    line: String,
}

impl Search {
    pub(super) fn of(
        store: &Store,
        of: AccountFactsOf,
        line: &str,
        from: Option<&str>,
        until: Option<&str>,
    ) -> Answer<Search> {
        let kept = Kept::of(store).map_err(Failure::from)?.ok_or_else(not_closed)?;
        let span = months(from, until, &kept)?;
        let line = line.trim().to_string();
        let wanted = wanted(&kept, &line).ok_or_else(|| unknown_line(&line))?;
        if of == AccountFactsOf::Unpriced && matches!(wanted, Wanted::Sales(_)) {
            let message =
                format!("{line:?} is no line of costs: facts go without a price by an activity only");
            return Err(Failure::invalid("unknown_line", "line", message));
        }
        Ok(Search { kept, span, wanted, of, line })
    }

    /// Looks through the facts; the first `most` places are kept.
    pub(super) fn found(&self, store: &Store, most: usize) -> store::Result<Found> {
        let mut all = Found::of(most);
        match self.of {
            AccountFactsOf::Nobody => {
                store.tell_facts_of_nobody(&self.span, |id, told| self.take(&mut all, id, told))?;
            }
            AccountFactsOf::Unpriced => {
                let take = |found: &mut Found, id, told: &Told<'_>| self.take(found, id, told);
                let days = std::slice::from_ref(&self.span);
                for hand in store.teller()?.within(days, || Found::of(most), take, |_| Ok(()))? {
                    all.merge(hand);
                }
            }
        }
        all.settle();
        Ok(all)
    }

    fn take(&self, found: &mut Found, id: FactId, told: &Told<'_>) {
        let mut parts = 0;
        self.each_part(told, |part| {
            if let (Some(activity), Some(cause)) = (part.activity, part.cause) {
                found.blame(&self.kept.catalogue.activities()[activity].name, code(cause), part.day);
            }
            let amount = part.amount.map_or(0, |(_, amount)| amount);
            found.exact += amount;
            let first = match self.of {
                AccountFactsOf::Nobody => amount.abs(),
                AccountFactsOf::Unpriced => i128::from(part.day.0),
            };
            found.offer((Reverse((first, Reverse(part.day))), id, parts));
            parts += 1;
        });
        found.facts += u64::from(parts > 0);
    }

    /// The parts of a fact that are looked for, always in the same order.
    fn each_part(&self, told: &Told<'_>, mut take: impl FnMut(&Part)) {
        parts_of(&self.kept, &self.wanted, &self.span, told, |part| {
            let counts = match self.of {
                AccountFactsOf::Nobody => part.amount.is_some_and(|(_, amount)| amount != 0),
                AccountFactsOf::Unpriced => part.cause.is_some(),
            };
            if counts {
                take(&part);
            }
        });
    }

    /// The rows that stand in some places, in their order; what was withdrawn meanwhile is left out.
    pub(super) fn rows(
        &self,
        store: &Store,
        reader: &Reader,
        places: &[Place],
    ) -> store::Result<Vec<AccountFactRow>> {
        let facts: BTreeSet<FactId> = places.iter().map(|(_, fact, _)| *fact).collect();
        let (mut rows, mut customers) = (HashMap::new(), BTreeSet::new());
        store.tell_facts(&facts.into_iter().collect::<Vec<_>>(), |fact, told| {
            customers.extend(told.event.customer);
            let mut parts = 0;
            self.each_part(told, |part| {
                rows.insert((fact.id, parts), (self.row(fact, told, part), told.event.customer));
                parts += 1;
            });
        })?;
        let customers: Vec<u32> = customers.into_iter().collect();
        let known = store.customer_rows(reader, &customers)?.into_iter();
        let names: HashMap<u32, String> = known.map(|row| (row.id, row.name)).collect();
        let named = |(row, customer): (AccountFactRow, Option<u32>)| AccountFactRow {
            customer_name: customer.and_then(|customer| names.get(&customer).cloned()),
            ..row
        };
        Ok(places.iter().filter_map(|(_, fact, part)| rows.remove(&(*fact, *part))).map(named).collect())
    }

    fn row(&self, fact: AccountFact<'_>, told: &Told<'_>, part: &Part) -> AccountFactRow {
        let activity = part.activity.map(|place| &self.kept.catalogue.activities()[place]);
        let text = |text: &str| (!text.is_empty()).then(|| text.to_string());
        let event = &told.event;
        let about = [event.product, event.subject, event.activity].into_iter().find(|text| !text.is_empty());
        let digits = self.kept.currency.minor_digits();
        AccountFactRow {
            id: event.customer.map(|_| fact.id),
            day: wire::day(event.day),
            month: month_name(part.month),
            kind: event.kind.name().to_string(),
            customer: event.customer.map(i64::from),
            customer_name: None,
            document: text(fact.document),
            about: about.and_then(text),
            channel: text(event.channel),
            source: event.source.to_string(),
            activity: activity.map(|activity| activity.name.clone()),
            cause: part.cause.map(|cause| code(cause).to_string()),
            units: activity.and(part.amount).map(|(units, _)| decimal(units.into(), 6, 0)),
            driver: activity.map(|activity| activity.driver.name().to_string()),
            amount: part.amount.map(|(_, amount)| decimal(amount, 6 + digits, digits)),
        }
    }
}

/// The word for a cause.
fn code(cause: Unpriced) -> &'static str {
    match cause {
        Unpriced::NoRate => "no_unit_cost",
        Unpriced::Arithmetic(ArithmeticError::DivisionByZero) => "division_by_zero",
        Unpriced::Arithmetic(ArithmeticError::Overflow) => "too_large",
    }
}
