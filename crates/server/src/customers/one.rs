//! One customer: figures, what sources say, and everything that happened.

use super::list::{CustomerClass, CustomerKind, Level, class, kind, level, words};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Path, Query};
use access::Right;
use axum::extract::State;
use ledger::{Attributes, FactKind, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{CustomerFigures, CustomerPage, TimelineQuery};
use utoipa::{IntoParams, ToSchema};

/// One customer.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Customer {
    pub id: i64,
    pub name: String,
    pub kind: Option<CustomerKind>,
    pub level: Option<Level>,
    pub owner: Option<String>,
    /// What `expected_value` measures for who asks.
    pub measure: Measure,
    /// What the customer is expected to bring; null before the first valuation and for those who never bought.
    pub value: Option<CustomerValue>,
    pub past: CustomerPast,
    pub attributes: Vec<CustomerAttribute>,
    pub records: Vec<CustomerRecord>,
    /// Standing facts by kind.
    pub counts: BTreeMap<String, u64>,
    /// The last 24 months, oldest first.
    pub monthly: Vec<MonthlyRevenue>,
    pub open_requests: i64,
    /// When the oldest of them was opened; null where none is open.
    pub oldest_open_request: Option<String>,
    pub payment: Option<CustomerPayment>,
    /// Where he stands among all; null for those who may not see margins.
    pub asset: Option<CustomerAsset>,
}

/// Where a customer stands among all; each null until it is computed. Amounts are of the last twelve months.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerAsset {
    /// Margin less all costs.
    pub contribution: Option<Money>,
    pub cost: Option<Money>,
    /// Cost of winning and keeping him.
    pub invested: Option<Money>,
    /// Expected margin of all the future, discounted, before the costs to serve; expected spend where sources state no
    /// margins.
    pub equity: Option<Money>,
    /// What serving him is expected to cost in all the future, discounted.
    pub expected_cost: Option<Money>,
    /// Equity less the expected cost to serve; null where sources state no margins.
    pub expected_contribution: Option<Money>,
    pub investment_level: Option<Level>,
    /// Score of investment less score of value, -4 to +4.
    pub delta: Option<i64>,
    pub class: Option<CustomerClass>,
}

/// Whether a value counts margin or spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Measure {
    Margin,
    Spend,
}

/// What a customer is expected to bring within the horizon, with 80 % and 95 % intervals.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerValue {
    pub expected_value: Money,
    pub lo80: Money,
    pub hi80: Money,
    pub lo95: Money,
    pub hi95: Money,
    pub expected_transactions: f64,
    pub expected_transactions_lo80: f64,
    pub expected_transactions_hi80: f64,
    pub expected_transactions_lo95: f64,
    pub expected_transactions_hi95: f64,
    /// Probability of still being active.
    pub p_alive: Option<f64>,
    pub horizon_days: i64,
    /// The last day whose facts the valuation knew.
    pub as_of: String,
    /// The models, in words.
    pub model: String,
    /// Why a simpler model than the usual one was taken.
    pub reason: Option<String>,
}

/// What a customer brought so far.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerPast {
    pub revenue: Money,
    pub margin: Option<Money>,
    pub transactions: i64,
    pub first_purchase: Option<String>,
    pub last_purchase: Option<String>,
    pub returns: Money,
    /// He bought, but in other currencies than the company's only: nothing of it is counted, and he is not valued.
    pub is_elsewhere: bool,
}

/// A value that shows, where it comes from, and what other sources say.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerAttribute {
    #[schema(example = "email")]
    pub attribute: String,
    pub value: String,
    pub source: String,
    pub record_key: String,
    pub learned_at: String,
    pub others: Vec<OtherAttribute>,
}

/// What another record says of the same attribute.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OtherAttribute {
    pub value: String,
    pub source: String,
    pub learned_at: String,
}

/// A record of the customer, and why it is his.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerRecord {
    pub id: i64,
    pub source: String,
    pub key: String,
    /// `email`, `phone`, `vat`, `company_number` or `alone`.
    pub rule: String,
    /// The identifier that two records share.
    pub evidence: String,
    pub linked_at: Option<String>,
}

/// Net revenue of one month.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct MonthlyRevenue {
    #[schema(example = "2026-01")]
    pub month: String,
    pub revenue: Money,
}

/// How the customer pays.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CustomerPayment {
    pub open: Money,
    pub overdue: Money,
    /// Mean days late; below zero for early payers.
    pub late_days_mean: Option<f64>,
}

/// What part of a timeline is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineParameters {
    /// Only these kinds: `sale,request`.
    #[serde(default)]
    #[param(required = false)]
    pub kind: String,
    /// Only facts whose texts contain this.
    #[serde(default)]
    #[param(required = false)]
    pub q: String,
    /// Only facts before this place, as `next` gave it.
    pub before: Option<String>,
    /// Facts at the most, 50 unless said, 200 at most.
    pub limit: Option<usize>,
    /// Begin at this fact.
    pub around: Option<i64>,
}

/// A part of a timeline, newest first.
#[derive(Serialize, ToSchema)]
pub struct Timeline {
    /// The facts.
    pub facts: Vec<TimelineFact>,
    /// Where the next part begins; null at the end.
    pub next: Option<String>,
    /// The place of the first fact here.
    pub newest: Option<String>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct TimelineFact {
    pub id: i64,
    /// `sale`, `payment`, `interaction`, `request`, `review`, `referral`, `cost` or `description`.
    pub kind: String,
    pub happened_at: String,
    pub learned_at: String,
    pub source: String,
    pub record_key: String,
    pub reference: Option<String>,
    /// What it was, in parts that the page puts into words.
    pub title_parts: TitleParts,
    pub amount: Option<Money>,
    pub margin: Option<Money>,
    /// What a description says, by attribute.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// What a fact was, in parts; each kind fills its own.
#[derive(Default, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct TitleParts {
    pub order: Option<String>,
    pub product: Option<String>,
    pub description: Option<String>,
    pub quantity: Option<String>,
    pub discount: Option<Money>,
    pub channel: Option<String>,
    pub direction: Option<String>,
    pub minutes: Option<String>,
    /// What was carried, in kilograms.
    pub kg: Option<String>,
    /// How far, in kilometres.
    pub km: Option<String>,
    pub who: Option<String>,
    pub subject: Option<String>,
    pub campaign: Option<String>,
    pub outcome: Option<String>,
    pub opened: Option<String>,
    pub closed: Option<String>,
    pub due: Option<String>,
    pub paid: Option<String>,
    /// From 0 to 1.
    pub rating: Option<String>,
    pub text: Option<String>,
    pub activity: Option<String>,
    pub referred: Option<String>,
    pub invoice: Option<String>,
    pub is_return: bool,
}

/// One customer.
#[utoipa::path(get, path = "/api/customers/{id}", tag = "customers", operation_id = "customer",
    params(("id" = i64, Path)), responses((status = 200, body = Customer), (status = 404)))]
pub async fn customer(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Answer<Json<Customer>> {
    let number = number(id)?;
    let (reader, today) = (caller.reader.clone(), app.today());
    let (page, valuation) = app
        .ask(move |store| Ok((store.customer(&reader, number, today)?, store.newest_valuation()?)))
        .await?;
    let page = page.ok_or_else(|| Failure::unknown("customer"))?;
    let summary = valuation.as_ref().and_then(crate::value::Summary::of);
    let measure = if caller.reader.may(Right::Margin) {
        let knows_margins = page.figures.past_margin.is_some();
        crate::portfolio::measure(valuation.is_some(), summary.as_ref(), knows_margins)
    } else {
        Measure::Spend
    };
    let reason = summary.and_then(|summary| summary.reason());
    Ok(Json(shown(page, measure, valuation.as_ref(), reason)))
}

/// A part of everything that happened with a customer.
#[utoipa::path(get, path = "/api/customers/{id}/timeline", tag = "customers", operation_id = "timeline",
    params(("id" = i64, Path), TimelineParameters),
    responses((status = 200, body = Timeline), (status = 404), (status = 422)))]
pub async fn timeline(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    Query(wanted): Query<TimelineParameters>,
) -> Answer<Json<Timeline>> {
    let number = number(id)?;
    let query = TimelineQuery {
        kinds: kinds(&wanted.kind)?,
        text: Some(words(&wanted.q)).filter(|text| !text.is_empty()),
        before: wanted.before.as_deref().map(place).transpose()?,
        around: wanted.around,
        limit: wanted.limit.unwrap_or(50).clamp(1, 200),
    };
    let part = app.ask(move |store| store.timeline(&caller.reader, number, &query)).await?;
    let part = part.ok_or_else(|| Failure::unknown("customer"))?;
    let newest = part.facts.first().map(|fact| cursor((fact.happened_at, fact.id)));
    Ok(Json(Timeline {
        next: part.next.map(cursor),
        newest,
        facts: part.facts.into_iter().map(TimelineFact::from).collect(),
    }))
}

/// The number of a customer in an address.
pub fn number(id: i64) -> Answer<u32> {
    u32::try_from(id).map_err(|_| Failure::unknown("customer"))
}

fn kinds(text: &str) -> Answer<Vec<FactKind>> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty()).take(20);
    names
        .map(|name| {
            FactKind::from_name(name)
                .ok_or_else(|| Failure::invalid("unknown_kind", "kind", format!("no kind of fact {name:?}")))
        })
        .collect()
}

fn cursor((happened_at, fact): (Moment, i64)) -> String {
    format!("{}.{fact}", happened_at.0)
}

fn place(cursor: &str) -> Answer<(Moment, i64)> {
    let parts =
        cursor.split_once('.').and_then(|(at, fact)| Some((Moment(at.parse().ok()?), fact.parse().ok()?)));
    parts.ok_or_else(|| Failure::invalid("bad_cursor", "before", "this is no place in a timeline"))
}

impl From<store::CustomerAsset> for CustomerAsset {
    fn from(asset: store::CustomerAsset) -> CustomerAsset {
        CustomerAsset {
            contribution: wire::money(asset.contribution),
            cost: wire::money(asset.cost),
            invested: wire::money(asset.invested),
            equity: wire::money(asset.equity),
            expected_cost: wire::money(asset.expected_cost),
            expected_contribution: wire::money(asset.expected_contribution),
            investment_level: asset.investment_level.and_then(level),
            delta: asset.delta,
            class: asset.class.and_then(class),
        }
    }
}

fn shown(
    page: CustomerPage,
    measure: Measure,
    valuation: Option<&store::SavedValuation>,
    reason: Option<String>,
) -> Customer {
    let figures = &page.figures;
    let month = |of: ledger::Day| wire::day(of).chars().take(7).collect();
    Customer {
        id: page.id.into(),
        name: page.name,
        kind: page.kind.and_then(kind),
        level: figures.level.and_then(level),
        owner: page.owner,
        measure,
        value: valuation.and_then(|run| value(figures, run, reason)),
        open_requests: figures.open_requests,
        oldest_open_request: wire::day_or_null(page.oldest_open_request),
        past: CustomerPast {
            revenue: figures.past_revenue.into(),
            margin: wire::money(figures.past_margin),
            transactions: figures.transactions,
            first_purchase: wire::day_or_null(figures.first_purchase),
            last_purchase: wire::day_or_null(figures.last_purchase),
            returns: figures.returns.into(),
            is_elsewhere: page.is_elsewhere,
        },
        attributes: page.attributes.into_iter().map(CustomerAttribute::from).collect(),
        records: page.records.into_iter().map(CustomerRecord::from).collect(),
        counts: page.counts.into_iter().map(|(kind, count)| (kind.name().to_string(), count)).collect(),
        monthly: page
            .monthly
            .into_iter()
            .map(|of| MonthlyRevenue { month: month(of.month), revenue: of.revenue.into() })
            .collect(),
        payment: page.payment.map(|payment| CustomerPayment {
            open: payment.open.into(),
            overdue: payment.overdue.into(),
            late_days_mean: payment.late_days_mean,
        }),
        asset: figures.asset.clone().map(CustomerAsset::from),
    }
}

/// The expected value that who asks may see: margin where the store gave one, else spend.
fn value(
    figures: &CustomerFigures,
    run: &store::SavedValuation,
    reason: Option<String>,
) -> Option<CustomerValue> {
    let transactions = figures.expected_transactions?;
    let spend = figures.expected_spend?;
    let whole = figures.expected_margin.unwrap_or(spend[0]);
    let share = |bound: ledger::Money| Money::from(proportional(bound, spend[0], whole));
    Some(CustomerValue {
        expected_value: whole.into(),
        lo80: share(spend[1]),
        hi80: share(spend[2]),
        lo95: share(spend[3]),
        hi95: share(spend[4]),
        expected_transactions: transactions[0],
        expected_transactions_lo80: transactions[1],
        expected_transactions_hi80: transactions[2],
        expected_transactions_lo95: transactions[3],
        expected_transactions_hi95: transactions[4],
        p_alive: figures.p_alive,
        horizon_days: run.horizon_days,
        as_of: wire::day(run.until),
        model: run.model.clone(),
        reason,
    })
}

/// A bound of expected spend as a bound of expected margin: margin is a fixed share of a customer's spend.
pub fn proportional(bound: ledger::Money, spend: ledger::Money, margin: ledger::Money) -> ledger::Money {
    if spend.minor == 0 || spend == margin {
        return bound;
    }
    let scaled = i128::from(bound.minor) * i128::from(margin.minor) / i128::from(spend.minor);
    ledger::Money::new(i64::try_from(scaled).unwrap_or(bound.minor), bound.currency)
}

impl From<store::AttributeShown> for CustomerAttribute {
    fn from(shown: store::AttributeShown) -> CustomerAttribute {
        let other = |other: store::OtherValue| OtherAttribute {
            value: other.value,
            source: other.source,
            learned_at: wire::time(other.learned_at),
        };
        CustomerAttribute {
            attribute: shown.attribute.name().to_string(),
            value: shown.value,
            source: shown.source,
            record_key: shown.record_key,
            learned_at: wire::time(shown.learned_at),
            others: shown.others.into_iter().map(other).collect(),
        }
    }
}

impl From<store::LinkedRecord> for CustomerRecord {
    fn from(record: store::LinkedRecord) -> CustomerRecord {
        CustomerRecord {
            id: record.id,
            source: record.source,
            key: record.key,
            rule: record.rule,
            evidence: record.evidence,
            linked_at: wire::time_or_null(record.linked_at),
        }
    }
}

impl From<store::TimelineFact> for TimelineFact {
    fn from(fact: store::TimelineFact) -> TimelineFact {
        let mut parts = TitleParts {
            description: fact.description,
            quantity: fact.quantity.map(|quantity| quantity.decimal()),
            discount: wire::money(fact.discount),
            channel: fact.channel,
            direction: fact.direction.map(direction),
            minutes: fact.minutes.map(|minutes| minutes.decimal()),
            kg: fact.kg.map(|kg| kg.decimal()),
            km: fact.km.map(|km| km.decimal()),
            who: fact.who,
            subject: fact.subject,
            campaign: fact.campaign,
            outcome: fact.outcome,
            opened: wire::time_or_null(fact.opened),
            closed: wire::time_or_null(fact.closed),
            due: wire::day_or_null(fact.due),
            paid: wire::day_or_null(fact.paid),
            rating: fact.rating.map(|rating| rating.decimal()),
            text: fact.text,
            is_return: fact.is_return,
            ..TitleParts::default()
        };
        match fact.kind {
            FactKind::Cost => parts.activity = fact.item,
            FactKind::Referral => parts.referred = fact.item,
            _ => parts.product = fact.item,
        }
        match fact.kind {
            FactKind::Payment => parts.invoice = fact.document,
            _ => parts.order = fact.document,
        }
        TimelineFact {
            id: fact.id,
            kind: fact.kind.name().to_string(),
            happened_at: wire::time(fact.happened_at),
            learned_at: wire::time(fact.learned_at),
            source: fact.source,
            record_key: fact.record_key,
            reference: fact.reference,
            title_parts: parts,
            amount: wire::money(fact.amount),
            margin: wire::money(fact.margin),
            attributes: named(fact.attributes),
        }
    }
}

fn direction(direction: ledger::Direction) -> String {
    match direction {
        ledger::Direction::Inbound => "inbound".to_string(),
        ledger::Direction::Outbound => "outbound".to_string(),
    }
}

fn named(attributes: Attributes) -> BTreeMap<String, String> {
    attributes.into_iter().map(|(attribute, value)| (attribute.name().to_string(), value)).collect()
}
