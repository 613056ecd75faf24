//! What the house decides about its values: at which rate later money counts less.

use crate::http::error::Answer;
use crate::http::{App, Failure, Json, wire};
use access::Reader;
use axum::extract::State;
use ledger::Day;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

/// Per year, before anybody decides.
pub const USUAL_DISCOUNT_RATE: f64 = 0.10;
/// Weeks in the year that rates are given for.
const WEEKS_A_YEAR: f64 = 365.25 / 7.0;
/// A tenth of a per cent a year. Below, the value of a customer is mostly that of purchases in centuries to come.
const LEAST_RATE: f64 = 0.001;
const DISCOUNT_RATE: &str = "discount_rate";
const LOG_BEGINS: &str = "log_begins";

/// How the house values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuationSettings {
    /// By how much money counts less per year that it comes later: 0.1 for ten per cent, from 0 to 1. Discounting is
    /// continuous, at ln(1 + rate) per year.
    pub discount_rate: f64,
    /// The sources tell nothing before this day, although customers bought; null where they tell all.
    #[schema(example = "2023-01-01")]
    pub log_begins: Option<String>,
}

/// What the house decided, or what is usual.
pub fn settings(store: &Store) -> store::Result<ValuationSettings> {
    let rate = store.setting(DISCOUNT_RATE)?.and_then(|text| text.parse().ok());
    Ok(ValuationSettings {
        discount_rate: rate.filter(|rate| (0.0..=1.0).contains(rate)).unwrap_or(USUAL_DISCOUNT_RATE),
        log_begins: log_begins(store)?.map(wire::day),
    })
}

/// The day before which sources tell nothing, where the house said so.
pub fn log_begins(store: &Store) -> store::Result<Option<Day>> {
    Ok(store.setting(LOG_BEGINS)?.as_deref().and_then(day))
}

/// A yearly rate as a continuous one per week.
pub fn per_week(yearly: f64) -> f64 {
    yearly.ln_1p() / WEEKS_A_YEAR
}

fn day(text: &str) -> Option<Day> {
    text.parse::<jiff::civil::Date>().ok().map(Day::of)
}

/// How the house values.
#[utoipa::path(get, path = "/api/valuation-settings", tag = "portfolio", operation_id = "valuation_settings",
    responses((status = 200, body = ValuationSettings), (status = 403)))]
pub async fn read(State(app): State<App>) -> Answer<Json<ValuationSettings>> {
    app.ask(settings).await.map(Json)
}

/// Decide how the house values. The rate holds at once; where the log begins, from the next valuation on.
#[utoipa::path(put, path = "/api/valuation-settings", tag = "portfolio", operation_id = "put_valuation_settings",
    request_body = ValuationSettings,
    responses((status = 200, body = ValuationSettings), (status = 403), (status = 422)))]
pub async fn put(
    State(app): State<App>,
    Json(new): Json<ValuationSettings>,
) -> Answer<Json<ValuationSettings>> {
    if !(LEAST_RATE..=1.0).contains(&new.discount_rate) {
        let message = "the discount rate is between 0.001 and 1 per year: 0.1 for ten per cent. Without any, all the \
                       future would be worth as much as today";
        return Err(Failure::invalid("bad_discount_rate", "discount_rate", message));
    }
    let begins = new.log_begins.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let begins = match begins {
        None => String::new(),
        Some(text) => {
            let begins = day(text).ok_or_else(|| {
                Failure::invalid("bad_day", "log_begins", "this is no day such as 2023-01-31")
            })?;
            let first = app.ask(|store| Ok(store.portfolio(&Reader::house())?.first_purchase)).await?;
            if let Some(message) = too_late(begins, app.now().day(), first) {
                return Err(Failure::invalid("log_begins_too_late", "log_begins", message));
            }
            wire::day(begins)
        }
    };
    app.ask(move |store| {
        store.put_setting(DISCOUNT_RATE, &new.discount_rate.to_string())?;
        store.put_setting(LOG_BEGINS, &begins)?;
        settings(store)
    })
    .await
    .map(Json)
}

/// Why the log cannot begin on a day, if it cannot.
fn too_late(begins: Day, today: Day, first_sale: Option<Day>) -> Option<String> {
    if begins > today {
        return Some(format!("{} is after today: the log begins on a day gone by", wire::day(begins)));
    }
    let first = first_sale.filter(|first| begins > *first)?;
    let (begins, first) = (wire::day(begins), wire::day(first));
    Some(format!(
        "a sale of {first} is known, so that the log cannot begin as late as {begins}: give {first} or a day before it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_begins_neither_in_the_future_nor_after_its_first_sale() {
        let (today, first) = (Day(20_000), Some(Day(19_000)));
        assert_eq!(too_late(Day(19_000), today, first), None);
        assert_eq!(too_late(Day(19_500), today, None), None, "without a sale nothing contradicts it");
        assert!(too_late(Day(20_001), today, None).unwrap().contains("after today"));
        assert!(
            too_late(Day(19_001), today, first).unwrap().contains("2022-01-08"),
            "{:?}",
            too_late(Day(19_001), today, first)
        );
    }

    #[test]
    fn a_year_of_weeks_makes_the_yearly_rate() {
        let after_a_year = (-per_week(0.10) * WEEKS_A_YEAR).exp();
        assert!((after_a_year - 1.0 / 1.10).abs() < 1e-15);
        assert_eq!(per_week(0.0), 0.0);
    }
}
