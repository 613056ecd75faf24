//! All customers together, as who asks sees them.

use crate::customers::list::{Level, level};
use crate::customers::one::Measure;
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Json};
use crate::value::Summary;
use access::{Right, Scope};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// The portfolio page.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Portfolio {
    /// The last day whose facts the valuation knew; null before the first one.
    pub as_of: Option<String>,
    pub horizon_days: Option<i64>,
    pub currency: String,
    pub customers: u64,
    /// Customers who never bought.
    pub prospects: u64,
    /// What `expected` counts for who asks.
    pub measure: Measure,
    /// What all of them are expected to bring within the horizon.
    pub expected: Option<ExpectedTotal>,
    /// What they brought so far; never added to what is expected.
    pub past: PastTotal,
    /// The number of customers expected to be still active.
    pub active_expected: f64,
    /// From nobody to everybody, best first: the share of customers and the share of value they hold.
    pub concentration: Vec<ConcentrationPoint>,
    /// The share of value that the best fifth holds.
    pub top20_share: Option<f64>,
    /// From strategic to negligible.
    pub levels: Vec<PortfolioLevel>,
    pub model: Option<PortfolioModel>,
    /// Sales that name no customer: in no customer's value.
    pub unattributed: Option<Unattributed>,
    /// Sales in other currencies, which are not valued.
    pub other_currencies: Vec<OtherCurrency>,
    pub sources: Vec<Source>,
}

/// A total with its intervals.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ExpectedTotal {
    pub value: Money,
    pub lo80: Option<Money>,
    pub hi80: Option<Money>,
    pub lo95: Option<Money>,
    pub hi95: Option<Money>,
}

/// What was brought so far.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct PastTotal {
    pub revenue: Money,
    pub margin: Option<Money>,
    pub returns: Money,
    pub transactions: u64,
    pub first_day: Option<String>,
    pub last_day: Option<String>,
}

/// A point of the concentration curve; both shares from 0 to 1.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ConcentrationPoint {
    pub customers: f64,
    pub value: f64,
}

/// One of the five levels.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct PortfolioLevel {
    pub level: Level,
    pub customers: u64,
    pub value: Money,
    pub past_revenue: Money,
    /// Opens these customers in the list.
    pub filter: String,
}

/// How the valuation came about.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct PortfolioModel {
    pub name: String,
    pub converged: bool,
    /// Customers it was fitted on.
    pub customers: u64,
    pub fitted_at: String,
    pub notes: Vec<ModelNote>,
}

/// Something one should know about a valuation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct ModelNote {
    /// A word that stays the same; the page translates by it.
    pub code: String,
    pub message: String,
    pub count: Option<u64>,
}

/// Sales that name no customer.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Unattributed {
    pub facts: u64,
    pub amount: Money,
}

/// Sales in another currency.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct OtherCurrency {
    pub currency: String,
    pub facts: u64,
    pub amount: Money,
}

/// A source and what it has told.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct Source {
    pub id: i64,
    pub name: String,
    pub records: i64,
    pub facts: i64,
    pub last_import_at: Option<String>,
}

/// All customers that who asks sees, together.
#[utoipa::path(get, path = "/api/portfolio", tag = "portfolio", operation_id = "portfolio",
    responses((status = 200, body = Portfolio)))]
pub async fn portfolio(State(app): State<App>, caller: Caller) -> Answer<Json<Portfolio>> {
    let reader = caller.reader.clone();
    let (page, valuation, sources) = app
        .ask(move |store| Ok((store.portfolio(&reader)?, store.newest_valuation()?, store.sources()?)))
        .await?;
    let sees_all = caller.reader.scope() == Scope::All;
    let sees_margin = caller.reader.may(Right::Margin);
    let summary = valuation.as_ref().and_then(Summary::of);
    let whole = summary.as_ref().filter(|_| sees_all && sees_margin);
    Ok(Json(Portfolio {
        as_of: valuation.as_ref().map(|run| wire::day(run.until)),
        horizon_days: valuation.as_ref().map(|run| run.horizon_days),
        currency: page.currency.code().to_string(),
        customers: page.customers,
        prospects: page.prospects,
        measure: if sees_margin {
            measure(valuation.is_some(), summary.as_ref(), page.past_margin.is_some())
        } else {
            Measure::Spend
        },
        expected: page.expected.map(|value| expected(value, whole)),
        past: PastTotal {
            revenue: page.past_revenue.into(),
            margin: wire::money(page.past_margin),
            returns: page.returns.into(),
            transactions: page.transactions,
            first_day: wire::day_or_null(page.first_purchase),
            last_day: wire::day_or_null(page.last_purchase),
        },
        active_expected: page.expected_active,
        top20_share: page.top20_share,
        concentration: page
            .concentration
            .iter()
            .map(|point| ConcentrationPoint { customers: point.customers, value: point.value })
            .collect(),
        levels: page.levels.iter().filter_map(shown_level).collect(),
        model: valuation.as_ref().zip(summary.as_ref()).map(|(run, summary)| PortfolioModel {
            name: run.model.clone(),
            converged: summary.converged,
            customers: summary.customers,
            fitted_at: wire::time(run.valued_at),
            // Sales of nobody and in other currencies have their own place on the page, for those who see all.
            notes: summary
                .notes
                .iter()
                .filter(|note| !matches!(note.code.as_str(), "other_currency" | "unattributed"))
                .cloned()
                .collect(),
        }),
        unattributed: whole.map(|summary| Unattributed {
            facts: summary.unattributed.facts,
            amount: summary.unattributed.money().into(),
        }),
        other_currencies: whole.map_or_else(Vec::new, |summary| {
            let shown = |other: &crate::value::Aside| OtherCurrency {
                currency: other.currency.code().to_string(),
                facts: other.facts,
                amount: other.money().into(),
            };
            summary.other_currencies.iter().map(shown).collect()
        }),
        sources: if sees_all { sources.into_iter().map(Source::from).collect() } else { Vec::new() },
    }))
}

/// Sources and what they have told.
#[utoipa::path(get, path = "/api/sources", tag = "sources", operation_id = "sources",
    responses((status = 200, body = [Source]), (status = 403)))]
pub async fn sources(State(app): State<App>) -> Answer<Json<Vec<Source>>> {
    let sources = app.ask(|store| store.sources()).await?;
    Ok(Json(sources.into_iter().map(Source::from).collect()))
}

/// What values count; where the valuation does not say, whether margins are known at all.
pub fn measure(is_valued: bool, summary: Option<&Summary>, knows_margins: bool) -> Measure {
    match summary {
        Some(summary) => summary.measure,
        None if knows_margins || !is_valued => Measure::Margin,
        None => Measure::Spend,
    }
}

fn expected(value: ledger::Money, whole: Option<&Summary>) -> ExpectedTotal {
    let bound =
        |at: usize| whole.map(|summary| ledger::Money::new(summary.expected[at], value.currency).into());
    ExpectedTotal { value: value.into(), lo80: bound(1), hi80: bound(2), lo95: bound(3), hi95: bound(4) }
}

fn shown_level(totals: &store::LevelTotals) -> Option<PortfolioLevel> {
    let level = level(totals.level)?;
    let name = access::Field::Level.choices().iter().find(|choice| choice.number == totals.level)?.name;
    Some(PortfolioLevel {
        level,
        customers: totals.customers,
        value: totals.expected.into(),
        past_revenue: totals.past_revenue.into(),
        filter: format!("level = {name}"),
    })
}

impl From<store::SourceSummary> for Source {
    fn from(source: store::SourceSummary) -> Source {
        Source {
            id: source.id,
            name: source.name,
            records: source.records,
            facts: source.facts,
            last_import_at: wire::time_or_null(source.last_import_at),
        }
    }
}
