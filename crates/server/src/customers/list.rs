//! The list of customers: any filter, any order, any place.

use super::one::proportional;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Query};
use access::{Context, Field, Filter, Reader, Sort};
use axum::extract::State;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::ListQuery;
use utoipa::{IntoParams, ToSchema};

/// Which customers, in which order, which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomersQuery {
    /// In the filter grammar: `level = strategic and last_purchase < -90d`; of a customer's facts `count(sale where text ~ "lamp"
    /// and day >= -90d) >= 2` and `sum(sale where day >= -1y) > 500`.
    #[serde(default)]
    #[param(required = false)]
    pub filter: String,
    /// Words to look for.
    #[serde(default)]
    #[param(required = false)]
    pub q: String,
    /// Fields in order, `-` for largest first: `-expected_value,name`.
    #[serde(default)]
    #[param(required = false)]
    pub sort: String,
    /// Customers passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
    /// Customers at the most, 100 unless said, 500 at most.
    pub limit: Option<u32>,
}

/// A part of the list, with what holds for the whole of it.
#[derive(Serialize, ToSchema)]
pub struct CustomerList {
    /// Customers that pass.
    pub total: u64,
    /// The first row's place.
    pub offset: u64,
    /// The state of the base that the list shows; another number, another state.
    pub version: i64,
    /// Sums over all customers that pass, by field.
    pub sums: BTreeMap<String, Money>,
    /// The part asked for.
    pub rows: Vec<CustomerRow>,
}

/// One customer on the list. What nobody knows, or who asks may not see, is null.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerRow {
    pub id: i64,
    pub name: String,
    pub kind: Option<CustomerKind>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub owner: Option<String>,
    pub level: Option<Level>,
    /// Expected margin over the horizon; expected spend for those who may not see margins.
    pub expected_value: Option<Money>,
    /// The same with its 80 % interval.
    pub expected_value_lo80: Option<Money>,
    pub expected_value_hi80: Option<Money>,
    pub expected_spend: Option<Money>,
    pub expected_transactions: Option<f64>,
    /// The level of what is invested in the customer; null for those who may not see margins, as all from costs.
    pub investment_level: Option<Level>,
    /// Score of investment less score of value, -4 to 4.
    pub delta: Option<i64>,
    /// By contribution net of cost.
    pub class: Option<CustomerClass>,
    pub p_alive: Option<f64>,
    pub past_revenue: Option<Money>,
    pub past_margin: Option<Money>,
    /// Margin less all costs of the last twelve months.
    pub contribution: Option<Money>,
    /// All costs of the last twelve months.
    pub cost: Option<Money>,
    /// Acquisition and upkeep of the last twelve months.
    pub invested: Option<Money>,
    /// Expected margin of all the future, discounted, before the costs to serve; expected spend where sources state no
    /// margins. For those who may see margins.
    pub equity: Option<Money>,
    /// What serving him is expected to cost in all the future, discounted. For those who may see margins.
    pub expected_cost: Option<Money>,
    /// Equity less the expected cost to serve; null where sources state no margins.
    pub expected_contribution: Option<Money>,
    pub returns: Option<Money>,
    pub transactions: i64,
    /// ISO 8601 day.
    pub first_purchase: Option<String>,
    /// ISO 8601 day.
    pub last_purchase: Option<String>,
    pub interactions: i64,
    /// ISO 8601 day.
    pub last_interaction: Option<String>,
    pub open_requests: i64,
    pub records: i64,
    pub sources: Vec<String>,
    /// ISO 8601 day.
    pub created_at: String,
}

/// Person or organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum CustomerKind {
    Person,
    Organisation,
}

/// One of the five levels.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Level {
    Strategic,
    High,
    Median,
    Low,
    Negligible,
}

/// One of the four classes.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum CustomerClass {
    D1,
    D2,
    D3,
    D4,
}

const MOST_ROWS: u32 = 500;

/// The list of customers.
#[utoipa::path(get, path = "/api/customers", tag = "customers", operation_id = "customers", params(CustomersQuery),
    responses((status = 200, body = CustomerList), (status = 422)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<CustomersQuery>,
) -> Answer<Json<CustomerList>> {
    let limit = query.limit.unwrap_or(100);
    if limit > MOST_ROWS {
        return Err(Failure::invalid("too_many", "limit", format!("at most {MOST_ROWS} customers at once")));
    }
    let wanted = Wanted::parse(&app, &caller.reader, &query.filter, &query.q, &query.sort).await?;
    let (shown_to, reader, offset) = (caller.reader.clone(), caller.reader, query.offset);
    let page = app.ask(move |store| store.customers(&reader, &wanted.page(offset, limit))).await?;
    Ok(Json(CustomerList {
        total: page.total,
        offset,
        version: page.change,
        sums: sums(page.sums, &shown_to),
        rows: page.rows.into_iter().map(CustomerRow::from).collect(),
    }))
}

/// Sums by the names under which who asks sees the fields.
fn sums(sums: Vec<(Field, ledger::Money)>, reader: &Reader) -> BTreeMap<String, Money> {
    let shown =
        |field: Field| sums.iter().find(|(summed, _)| *summed == reader.shown(field)).map(|(_, sum)| *sum);
    let fields = reader.fields().filter(|field| field.summed());
    fields.filter_map(|field| Some((field.name().to_string(), shown(field)?.into()))).collect()
}

/// A list as it was asked for, read and checked for who asks.
pub struct Wanted {
    filter: Filter,
    text: String,
    sort: Sort,
}

impl Wanted {
    /// Reads filter, words and order.
    pub async fn parse(app: &App, reader: &Reader, filter: &str, text: &str, sort: &str) -> Answer<Wanted> {
        let currency =
            app.ask(|store| store.company()).await?.map_or(Currency::EUR, |company| company.currency);
        let filter = Filter::parse(filter, &Context { reader, today: app.today(), currency })?;
        let sort =
            Sort::parse(sort, reader).map_err(|error| Failure::refused("invalid_sort", "sort", error))?;
        if text.chars().count() > 200 {
            return Err(Failure::invalid("too_long", "q", "look for at most 200 characters"));
        }
        Ok(Wanted { filter, text: words(text), sort })
    }

    /// A part of it, as the store takes it.
    pub fn page(&self, offset: u64, limit: u32) -> ListQuery<'_> {
        let text = (!self.text.is_empty()).then_some(self.text.as_str());
        ListQuery { filter: &self.filter, text, sort: &self.sort, offset, limit }
    }
}

/// What somebody typed to look for, without what no keyboard writes: a NUL would stop PostgreSQL.
pub fn words(typed: &str) -> String {
    typed.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The level with this number, 5 for strategic.
pub fn level(number: i64) -> Option<Level> {
    match number {
        5 => Some(Level::Strategic),
        4 => Some(Level::High),
        3 => Some(Level::Median),
        2 => Some(Level::Low),
        1 => Some(Level::Negligible),
        _ => None,
    }
}

/// The class with this number, 4 for D1.
pub fn class(number: i64) -> Option<CustomerClass> {
    match number {
        4 => Some(CustomerClass::D1),
        3 => Some(CustomerClass::D2),
        2 => Some(CustomerClass::D3),
        1 => Some(CustomerClass::D4),
        _ => None,
    }
}

/// The kind with this number.
pub fn kind(number: i64) -> Option<CustomerKind> {
    match number {
        1 => Some(CustomerKind::Person),
        2 => Some(CustomerKind::Organisation),
        _ => None,
    }
}

impl From<store::CustomerRow> for CustomerRow {
    fn from(row: store::CustomerRow) -> CustomerRow {
        let day = |day: Option<Day>| wire::day_or_null(day);
        let (value, spend) = (row.expected_value, row.expected_spend);
        let bound = |bound: Option<ledger::Money>| {
            let bound =
                bound.zip(spend).zip(value).map(|((bound, spend), value)| proportional(bound, spend, value));
            wire::money(bound)
        };
        CustomerRow {
            id: row.id.into(),
            name: row.name,
            kind: row.kind.and_then(kind),
            email: row.email,
            phone: row.phone,
            postcode: row.postcode,
            city: row.city,
            country: row.country,
            owner: row.owner,
            level: row.level.and_then(level),
            expected_value: wire::money(row.expected_value),
            expected_value_lo80: bound(row.expected_spend_lo80),
            expected_value_hi80: bound(row.expected_spend_hi80),
            expected_spend: wire::money(row.expected_spend),
            expected_transactions: row.expected_transactions,
            investment_level: row.investment_level.and_then(level),
            delta: row.delta,
            class: row.class.and_then(class),
            p_alive: row.p_alive,
            past_revenue: Some(row.past_revenue.into()),
            past_margin: wire::money(row.past_margin),
            contribution: wire::money(row.contribution),
            cost: wire::money(row.cost),
            invested: wire::money(row.invested),
            equity: wire::money(row.equity),
            expected_cost: wire::money(row.expected_cost),
            expected_contribution: wire::money(row.expected_contribution),
            returns: Some(row.returns.into()),
            transactions: row.transactions,
            first_purchase: day(row.first_purchase),
            last_purchase: day(row.last_purchase),
            interactions: row.interactions,
            last_interaction: day(row.last_interaction),
            open_requests: row.open_requests,
            records: row.records,
            sources: row.sources,
            created_at: wire::day(row.created_at),
        }
    }
}

impl CustomerRow {
    /// What a field of the row says as plain text, for files.
    pub fn text(&self, field: Field) -> String {
        let money =
            |money: &Option<Money>| money.as_ref().map(|money| money.amount.clone()).unwrap_or_default();
        let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let word = |word: Option<serde_json::Value>| match word {
            Some(serde_json::Value::String(word)) => word,
            _ => String::new(),
        };
        match field {
            Field::Name => self.name.clone(),
            Field::Kind => word(serde_json::to_value(&self.kind).ok()),
            Field::Level => word(serde_json::to_value(self.level).ok()),
            Field::ExpectedValue => money(&self.expected_value),
            Field::ExpectedSpend => money(&self.expected_spend),
            Field::ExpectedTransactions => number(self.expected_transactions),
            Field::InvestmentLevel => word(serde_json::to_value(self.investment_level).ok()),
            Field::Delta => self.delta.map(|delta| delta.to_string()).unwrap_or_default(),
            Field::Class => word(serde_json::to_value(self.class).ok()),
            Field::PAlive => number(self.p_alive),
            Field::PastRevenue => money(&self.past_revenue),
            Field::PastMargin => money(&self.past_margin),
            Field::Contribution => money(&self.contribution),
            Field::Cost => money(&self.cost),
            Field::Invested => money(&self.invested),
            Field::Equity => money(&self.equity),
            Field::ExpectedCost => money(&self.expected_cost),
            Field::ExpectedContribution => money(&self.expected_contribution),
            Field::Returns => money(&self.returns),
            Field::Transactions => self.transactions.to_string(),
            Field::FirstPurchase => text(&self.first_purchase),
            Field::LastPurchase => text(&self.last_purchase),
            Field::OpenRequests => self.open_requests.to_string(),
            Field::Interactions => self.interactions.to_string(),
            Field::LastInteraction => text(&self.last_interaction),
            Field::City => text(&self.city),
            Field::Country => text(&self.country),
            Field::Postcode => text(&self.postcode),
            Field::Owner => text(&self.owner),
            Field::Email => text(&self.email),
            Field::Phone => text(&self.phone),
            Field::Source => self.sources.join(", "),
            Field::Records => self.records.to_string(),
            Field::CreatedAt => self.created_at.clone(),
        }
    }
}
