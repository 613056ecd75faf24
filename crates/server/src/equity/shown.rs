//! Statements over HTTP: one, all of them month by month, and the customers behind each line.

use super::ahead::Ahead;
use super::between::{kept, whole_months};
use super::book::LOST_BELOW;
use crate::accounts::assumed::AssumedMargin;
use crate::customers::one::Measure;
use crate::customers::parts::{CustomerPart, parts};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Query};
use crate::value::Summary;
use crate::value::serving::{EquityServing, KeptServing};
use ::portfolio::{Line, Statement, closing_band};
use access::Reader;
use axum::extract::State;
use ledger::{Currency, Day};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use store::MonthEndMeasure::Equity;
use store::{PublishedStatement, Store};
use utoipa::{IntoParams, ToSchema};

/// The share of closings that the band should hold.
const BAND: f64 = 0.9;
/// With fewer months behind it a band tells nothing.
const LEAST_MONTHS: usize = 3;

/// Between which days.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SpanQuery {
    /// The day at whose end it opens; a year before the other unless said.
    #[param(example = "2025-12-31")]
    pub from: Option<String>,
    /// The day at whose end it closes; that of the valuation unless said.
    #[param(example = "2026-05-31")]
    pub until: Option<String>,
}

/// What all customers together are worth on two days, and why it moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityStatement {
    pub currency: String,
    pub from: String,
    pub until: String,
    /// What is closed stays as it was published; what is not leads to the day of the valuation.
    pub is_closed: bool,
    /// The day of the valuation.
    pub as_of: String,
    /// Where statements begin: there was nobody before.
    pub first_day: String,
    pub opening: Money,
    /// Every line, in the order in which the statement shows them; together they lead from opening to closing.
    pub lines: Vec<EquityLine>,
    pub closing: Money,
    /// Churn variance, development, acquired and reactivated together: what customers did. The other lines are time,
    /// identity, assumptions and the model.
    pub grown_by_customers: Money,
    /// Margin that was expected in these days; it left the asset.
    pub expected_margin: Money,
    /// Margin that came: income, beside the statement.
    pub realised_margin: Money,
    pub customers_opening: u64,
    pub customers_acquired: u64,
    pub customers_closing: u64,
    /// Where the last statement's closing was expected, without who came; null while too few months are behind it.
    pub band: Option<EquityBand>,
    /// Where the next month end should close; null as `band`, or where this is not the newest statement.
    pub next: Option<EquityNext>,
    /// What serving today's customers will cost, and what is left of the closing; beside the statement, no line of it. Null where
    /// it does not close on the day of the valuation, and until it is computed.
    pub serving: Option<EquityServing>,
    /// Margins that nobody told, on which the values rest as well; null where all were, or where spend is what counts.
    pub assumed_margin: Option<AssumedMargin>,
    pub definition: EquityDefinition,
}

/// One line of a statement.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityLine {
    #[schema(example = "churn_variance")]
    pub name: String,
    pub amount: Money,
    /// Customers did it.
    pub is_customers: bool,
}

/// Where a closing was expected.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityBand {
    pub low: Money,
    pub expected: Money,
    pub high: Money,
    /// What the same customers really were worth.
    pub actual: Money,
    pub is_covered: bool,
    /// How many in a hundred closings the band should hold, 0 to 1.
    pub share: f64,
}

/// Where the next month end should close.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityNext {
    pub until: String,
    pub low: Money,
    /// Of today's customers, without who will come.
    pub expected: Money,
    pub high: Money,
    pub expected_margin: Money,
}

/// What the figures rest on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityDefinition {
    /// Per year, of the closing.
    pub discount_rate: f64,
    /// The number of the models that the closing is computed by; null for models as they would have been fitted then.
    pub models: Option<i64>,
    /// The name of the models in use.
    pub model: Option<String>,
    pub measure: Measure,
    /// When the last statement was computed.
    pub published_at: String,
    /// Who is active with a smaller chance counts as lost.
    pub lost_below: f64,
}

/// What every answer needs of the base.
pub(super) struct Read {
    pub currency: Currency,
    pub statements: Vec<PublishedStatement>,
    pub ahead: Option<Ahead>,
    serving: Option<KeptServing>,
    assumed_margin: Option<AssumedMargin>,
    model: Option<String>,
    measure: Measure,
}

impl Read {
    /// Everything that is kept of statements; `None` where there are none.
    pub fn of(store: &Store) -> store::Result<Option<Read>> {
        let statements = store.equity_statements()?;
        if statements.is_empty() {
            return Ok(None);
        }
        let run = store.newest_valuation()?;
        let summary = run.as_ref().and_then(Summary::of);
        Ok(Some(Read {
            currency: store.company()?.map_or(Currency::EUR, |company| company.currency),
            statements,
            ahead: Ahead::of(store)?,
            serving: KeptServing::of(store)?,
            assumed_margin: AssumedMargin::of_values(store)?,
            model: run.map(|run| run.model),
            measure: summary.map_or(Measure::Margin, |summary| summary.measure),
        }))
    }

    pub fn newest(&self) -> &PublishedStatement {
        self.statements.last().expect("a base that was read has statements")
    }

    pub fn begin(&self) -> Day {
        self.statements[0].opened_on
    }

    pub fn money(&self, minor: i64) -> Money {
        ledger::Money::new(minor, self.currency).into()
    }

    /// The days asked for, where statements end on them.
    pub fn span(&self, query: &SpanQuery) -> Answer<(Day, Day)> {
        let until = match &query.until {
            None => self.newest().day,
            Some(text) => self.bound(text, "until")?,
        };
        let from = match &query.from {
            None => self.a_year_before(until),
            Some(text) => self.bound(text, "from")?,
        };
        if from > until {
            let message = "the statement opens after it closes: exchange the two days";
            return Err(Failure::invalid("backwards", "from", message));
        }
        Ok((from, until))
    }

    pub fn a_year_before(&self, day: Day) -> Day {
        super::a_year_before(&self.statements, day)
    }

    /// A day on which a statement opens or closes.
    fn bound(&self, text: &str, field: &'static str) -> Answer<Day> {
        let day = text
            .parse::<jiff::civil::Date>()
            .map(Day::of)
            .map_err(|_| Failure::invalid("bad_day", field, "this is no day such as 2023-01-31"))?;
        let bounds: Vec<Day> =
            [self.begin()].into_iter().chain(self.statements.iter().map(|month| month.day)).collect();
        if bounds.contains(&day) {
            return Ok(day);
        }
        let before = bounds.iter().rfind(|bound| **bound < day);
        let after = bounds.iter().find(|bound| **bound > day);
        let nearest: Vec<String> = before.into_iter().chain(after).map(|day| wire::day(*day)).collect();
        let message = format!(
            "statements are kept from month end to month end: take {}; `clientela equity` computes any other day",
            nearest.join(" or ")
        );
        Err(Failure::invalid("no_statement", field, message).with_details(json!({ "nearest": nearest })))
    }

    /// The statement between two bounds.
    pub fn statement(&self, from: Day, until: Day) -> EquityStatement {
        let sum = kept(&self.statements, from, until);
        let at = self.statements.iter().rfind(|month| month.day <= until);
        let last = at.unwrap_or(self.newest());
        let is_newest = until == self.newest().day;
        EquityStatement {
            currency: self.currency.code().to_string(),
            from: wire::day(from),
            until: wire::day(until),
            is_closed: at.is_none_or(|month| month.is_closed),
            as_of: wire::day(self.newest().day),
            first_day: wire::day(self.begin()),
            opening: self.money(sum.opening),
            lines: Line::ALL
                .into_iter()
                .map(|line| EquityLine {
                    name: line.name().to_string(),
                    amount: self.money(sum.line(line)),
                    is_customers: line.is_customers(),
                })
                .collect(),
            closing: self.money(sum.closing),
            grown_by_customers: self.money(sum.grown_by_customers()),
            expected_margin: self.money(sum.expected_margin),
            realised_margin: self.money(sum.realised_margin),
            customers_opening: sum.customers_opening,
            customers_acquired: sum.customers_acquired,
            customers_closing: sum.customers_closing,
            band: at.filter(|_| from < until).and_then(|month| self.band(month)),
            next: self.next().filter(|_| is_newest),
            serving: self
                .serving
                .as_ref()
                .filter(|kept| is_newest && kept.until == until)
                .map(KeptServing::shown),
            assumed_margin: self.assumed_margin.clone(),
            definition: EquityDefinition {
                discount_rate: last.discount_rate,
                models: last.models,
                model: self.model.clone(),
                measure: self.measure,
                published_at: wire::time(last.published_at),
                lost_below: LOST_BELOW,
            },
        }
    }

    /// Closed statements before a day.
    fn past(&self, day: Day) -> Vec<Statement> {
        let before = self.statements.iter().filter(|month| month.is_closed && month.day <= day);
        before.map(|month| month.statement).collect()
    }

    /// Where a statement was expected to close, from those before it.
    fn band(&self, month: &PublishedStatement) -> Option<EquityBand> {
        let past = self.past(month.opened_on);
        let telling = past.iter().filter(|statement| statement.expected_closing != 0).count();
        let Statement { expected_closing, base_closing, .. } = month.statement;
        let band =
            (telling >= LEAST_MONTHS).then(|| closing_band(expected_closing, &past, BAND)).flatten()?;
        Some(EquityBand {
            low: self.money(band.low),
            expected: self.money(band.expected),
            high: self.money(band.high),
            actual: self.money(base_closing),
            is_covered: band.covers(base_closing),
            share: BAND,
        })
    }

    fn next(&self) -> Option<EquityNext> {
        let ahead = self.ahead.as_ref()?;
        let past = self.past(self.newest().day);
        let telling = past.iter().filter(|statement| statement.expected_closing != 0).count();
        let band = (telling >= LEAST_MONTHS).then(|| closing_band(ahead.expected, &past, BAND)).flatten()?;
        Some(EquityNext {
            until: wire::day(Day(ahead.until)),
            low: self.money(band.low),
            expected: self.money(band.expected),
            high: self.money(band.high),
            expected_margin: self.money(ahead.expected_margin),
        })
    }
}

/// Months of facts that models should have to learn from: the seasons come round once.
const EARLY_MONTHS: i32 = 12;

/// Whether fewer months than that lie between the month end before the first fact and another.
fn is_early(begin: Day, day: Day) -> bool {
    let month = |day: Day| day.civil().map(|date| i32::from(date.year()) * 12 + i32::from(date.month()));
    month(begin).zip(month(day)).is_some_and(|(begin, day)| day - begin < EARLY_MONTHS)
}

/// Reads what is kept, off the async threads; refuses where nothing is.
pub(super) async fn read(app: &App) -> Answer<Read> {
    app.ask(Read::of).await?.ok_or_else(not_measured)
}

pub(super) fn not_measured() -> Failure {
    Failure::conflict("not_measured", "nobody knows yet what customers are worth: value the base first")
}

/// What all customers together are worth on two days, and why it moved.
#[utoipa::path(get, path = "/api/equity", tag = "equity", operation_id = "equity", params(SpanQuery),
    responses((status = 200, body = EquityStatement), (status = 403), (status = 409), (status = 422)))]
pub async fn equity(State(app): State<App>, Query(query): Query<SpanQuery>) -> Answer<Json<EquityStatement>> {
    let read = read(&app).await?;
    let (from, until) = read.span(&query)?;
    Ok(Json(read.statement(from, until)))
}

/// Every statement, the earliest first.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityMonths {
    pub currency: String,
    pub as_of: String,
    pub months: Vec<EquityMonth>,
    pub covered: EquityCovered,
}

/// How often closings lay where they were expected.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityCovered {
    /// Months whose closing lay in the band.
    pub months: u64,
    /// Months that had a band.
    pub of: u64,
}

/// One month's statement.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityMonth {
    pub from: String,
    pub until: String,
    pub is_closed: bool,
    /// Less than a year of facts lay behind it: models had few to learn from, and values may swing for that alone.
    pub is_early: bool,
    pub opening: Money,
    pub lines: BTreeMap<String, Money>,
    pub closing: Money,
    pub grown_by_customers: Money,
    pub expected_closing: Money,
    pub base_closing: Money,
    pub band_low: Option<Money>,
    pub band_high: Option<Money>,
    pub is_covered: Option<bool>,
    pub expected_margin: Money,
    pub realised_margin: Money,
    pub customers_opening: u64,
    pub customers_acquired: u64,
    pub customers_closing: u64,
    pub published_at: String,
    pub discount_rate: f64,
    pub models: Option<i64>,
}

/// Every month's statement since the first sale.
#[utoipa::path(get, path = "/api/equity/months", tag = "equity", operation_id = "equity_months",
    responses((status = 200, body = EquityMonths), (status = 403), (status = 409)))]
pub async fn months(State(app): State<App>) -> Answer<Json<EquityMonths>> {
    let read = read(&app).await?;
    let months: Vec<EquityMonth> = read.statements.iter().map(|month| read.month(month)).collect();
    let told = months.iter().filter(|month| month.is_closed).filter_map(|month| month.is_covered);
    let covered = EquityCovered {
        months: told.clone().filter(|is_covered| *is_covered).count() as u64,
        of: told.count() as u64,
    };
    let (currency, as_of) = (read.currency.code().to_string(), wire::day(read.newest().day));
    Ok(Json(EquityMonths { currency, as_of, months, covered }))
}

impl Read {
    fn month(&self, month: &PublishedStatement) -> EquityMonth {
        let PublishedStatement { statement, .. } = month;
        let band = self.band(month);
        let lines = Line::ALL.into_iter();
        EquityMonth {
            from: wire::day(month.opened_on),
            until: wire::day(month.day),
            is_closed: month.is_closed,
            is_early: is_early(self.begin(), month.day),
            opening: self.money(statement.opening),
            lines: lines.map(|line| (line.name().to_string(), self.money(statement.line(line)))).collect(),
            closing: self.money(statement.closing),
            grown_by_customers: self.money(statement.grown_by_customers()),
            expected_closing: self.money(statement.expected_closing),
            base_closing: self.money(statement.base_closing),
            is_covered: band.as_ref().map(|band| band.is_covered),
            band_low: band.as_ref().map(|band| band.low.clone()),
            band_high: band.map(|band| band.high),
            expected_margin: self.money(statement.expected_margin),
            realised_margin: self.money(statement.realised_margin),
            customers_opening: statement.customers_opening,
            customers_acquired: statement.customers_acquired,
            customers_closing: statement.customers_closing,
            published_at: wire::time(month.published_at),
            discount_rate: month.discount_rate,
            models: month.models,
        }
    }
}

/// The customers behind a line.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineQuery {
    /// A line's name, `opening` or `closing`.
    #[param(example = "churn_variance")]
    pub line: String,
    /// The day at whose end it opens; a year before the other unless said.
    pub from: Option<String>,
    /// The day at whose end it closes; that of the valuation unless said.
    pub until: Option<String>,
    /// Customers at the most, 100 unless said, 500 at most.
    pub limit: Option<usize>,
    /// Customers passed over.
    pub offset: Option<usize>,
}

/// The customers behind a line.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct EquityCustomers {
    pub currency: String,
    pub from: String,
    pub until: String,
    pub line: String,
    /// What the statement says: all rows together and `rest`, exactly.
    pub amount: Money,
    /// Rows in all.
    pub total_rows: u64,
    /// What is not in the rows: customers who mattered less than the five hundred of each month.
    pub rest: Money,
    /// Every customer of the line is among the rows, with the whole of his amount.
    pub is_complete: bool,
    pub offset: u64,
    /// Those who matter most first, whatever the sign.
    pub rows: Vec<CustomerPart>,
}

/// The customers behind a line of a statement.
#[utoipa::path(get, path = "/api/equity/customers", tag = "equity", operation_id = "equity_customers",
    params(LineQuery), responses((status = 200, body = EquityCustomers), (status = 403), (status = 409), (status = 422)))]
pub async fn customers(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<LineQuery>,
) -> Answer<Json<EquityCustomers>> {
    let read = read(&app).await?;
    let (from, until) = read.span(&SpanQuery { from: query.from.clone(), until: query.until.clone() })?;
    let behind = match query.line.as_str() {
        "opening" => Behind::Value(from),
        "closing" => Behind::Value(until),
        name => Behind::Line(Line::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = Line::ALL.iter().map(|line| line.name()).collect();
            let message = format!("a statement has opening, {} and closing", names.join(", "));
            Failure::invalid("unknown_line", "line", message)
        })?),
    };
    app.ask(move |store| read.behind(store, &caller.reader, behind, (from, until), &query)).await.map(Json)
}

/// What a line says, customers with their amounts, and whether that is all of them.
type BehindLine = (i64, Vec<(u32, i64)>, bool);

#[derive(Clone, Copy)]
enum Behind {
    Value(Day),
    Line(Line),
}

impl Read {
    fn behind(
        &self,
        store: &Store,
        reader: &Reader,
        behind: Behind,
        (from, until): (Day, Day),
        query: &LineQuery,
    ) -> store::Result<EquityCustomers> {
        let (amount, mut rows, is_complete) = match behind {
            Behind::Value(day) => self.values(store, day)?,
            Behind::Line(line) => line_rows(store, from, until, line)?,
        };
        let told: i64 = rows.iter().map(|(_, amount)| amount).sum();
        let offset = query.offset.unwrap_or(0).min(rows.len());
        let page = (offset, query.limit.unwrap_or(100).min(500));
        let shown = parts(store, reader, &mut rows, page, amount, self.currency)?;
        Ok(EquityCustomers {
            currency: self.currency.code().to_string(),
            from: wire::day(from),
            until: wire::day(until),
            line: query.line.clone(),
            amount: self.money(amount),
            total_rows: rows.len() as u64,
            rest: self.money(amount - told),
            is_complete,
            offset: offset as u64,
            rows: shown,
        })
    }

    /// Who had a value on a day, those with most of it.
    fn values(&self, store: &Store, day: Day) -> store::Result<BehindLine> {
        const MOST: usize = 500;
        let Some(month) = self.statements.iter().find(|month| month.day == day) else {
            return Ok((0, Vec::new(), true));
        };
        let column = match month.is_closed {
            true => store.month_end(day, Equity)?.unwrap_or_default(),
            false => store.equity_column()?,
        };
        let values =
            column.iter().enumerate().filter_map(|(customer, value)| Some((customer as u32, (*value)?)));
        let mut rows: Vec<(u32, i64)> = values.filter(|(_, value)| *value != 0).collect();
        let all: i64 = rows.iter().map(|(_, value)| value).sum();
        let is_complete = rows.len() <= MOST && all == month.statement.closing;
        if rows.len() > MOST {
            rows.select_nth_unstable_by_key(MOST, |(customer, value)| {
                (std::cmp::Reverse(value.unsigned_abs()), *customer)
            });
            rows.truncate(MOST);
        }
        Ok((month.statement.closing, rows, is_complete))
    }
}

/// Who made a line over some months: each customer with the sum over the months in which he is among those kept.
fn line_rows(store: &Store, from: Day, until: Day, line: Line) -> store::Result<BehindLine> {
    let months = store.equity_line(from, until, line)?;
    let mut of: HashMap<u32, i64> = HashMap::new();
    for (customer, amount) in months.iter().flat_map(|month| &month.rows) {
        *of.entry(*customer).or_default() += amount;
    }
    let is_complete = months.iter().all(|month| month.rows.len() as u64 == month.customers);
    let amount: i64 = months.iter().map(|month| month.amount).sum();
    let rows: Vec<(u32, i64)> = of.into_iter().filter(|(_, amount)| *amount != 0).collect();
    let told: i64 = rows.iter().map(|(_, amount)| amount).sum();
    Ok((amount, rows, is_complete && told == amount))
}

/// The statements between two bounds, for series.
pub(super) fn series(read: &Read, from: Day, until: Day) -> Vec<&PublishedStatement> {
    whole_months(&read.statements, from, until).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_year_is_early_and_the_month_end_that_closes_it_is_not() {
        let on = |year, month, day| Day::of(jiff::civil::date(year, month, day));
        for (begin, last) in [(on(2022, 12, 31), on(2023, 11, 30)), (on(2024, 2, 29), on(2025, 1, 31))] {
            assert!(is_early(begin, last));
            let next = Day::of(Day(last.0 + 1).civil().unwrap().last_of_month());
            assert!(!is_early(begin, next), "{next:?}");
        }
    }
}
