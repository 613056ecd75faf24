//! How times, days and money look on the wire. Wire types are not domain types.

use ledger::{Day, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A text of the catalogues, by its word, and the values that it names: the page says it in its reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// Stays the same between versions.
    #[schema(example = "not_a_date")]
    pub code: String,
    /// By the names that the texts have for them.
    pub values: BTreeMap<String, String>,
}

impl From<sources::Said> for Said {
    fn from(said: sources::Said) -> Said {
        let code = match serde_json::to_value(said.code) {
            Ok(serde_json::Value::String(code)) => code,
            _ => String::new(),
        };
        let values = said.values.into_iter().map(|(name, value)| (name.into_owned(), value)).collect();
        Said { code, values }
    }
}

/// An amount as a decimal string, with its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// A plain decimal with the currency's digits.
    #[schema(example = "1234.50")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
}

impl From<ledger::Money> for Money {
    fn from(money: ledger::Money) -> Money {
        Money { amount: money.decimal(), currency: money.currency.code().to_string() }
    }
}

/// Money, if there is any.
pub fn money(money: Option<ledger::Money>) -> Option<Money> {
    money.map(Money::from)
}

/// RFC 3339, on the company's wall clock: `2026-11-20T10:15:00Z`.
pub fn time(moment: Moment) -> String {
    match moment.civil() {
        Some(at) => format!("{}Z", at.strftime("%Y-%m-%dT%H:%M:%S")),
        None => String::new(),
    }
}

/// A time, if there is one.
pub fn time_or_null(moment: Option<Moment>) -> Option<String> {
    moment.map(time)
}

/// ISO 8601: `2026-11-20`.
pub fn day(day: Day) -> String {
    day.civil().map(|date| date.to_string()).unwrap_or_default()
}

/// A day, if there is one.
pub fn day_or_null(of: Option<Day>) -> Option<String> {
    of.map(day)
}
