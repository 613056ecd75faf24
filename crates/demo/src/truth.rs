//! What is really so in the made company, for tests that check what is recovered from the files.

use crate::people::{Drive, Trait};
use serde::{Deserialize, Serialize};

/// The truth about a made company. Days are ISO dates, money is in cents of the euro.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// What the company is called.
    pub company: String,
    /// The seed it was made from.
    pub seed: u64,
    /// First day on which anything can have happened.
    pub from: String,
    /// Last day.
    pub until: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Sales that name nobody, in the files but of no customer.
    pub unattributed: i64,
    /// Who there is, by number from 0.
    pub customers: Vec<TrueCustomer>,
    /// Which record of which source is whom.
    pub records: Vec<TrueRecord>,
    /// What is in the files.
    pub files: Vec<TrueFile>,
}

/// One true customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrueCustomer {
    /// Number, from 0.
    pub id: usize,
    /// Name in full.
    pub name: String,
    /// Whether it is an organisation rather than a person.
    pub is_organisation: bool,
    /// ISO 3166 alpha-2 code.
    pub country: String,
    /// The person who shares home, surname and landline.
    pub household: Option<usize>,
    /// What sets the customer apart.
    pub traits: Vec<Trait>,
    /// What makes the customer choose.
    pub drive: Drive,
    /// Name of the seller in charge.
    pub owner: Option<String>,
    /// Purchases a day while active: the customer's own λ. `None` for who never bought.
    pub lambda: Option<f64>,
    /// Probability of leaving after each purchase but the first: the customer's own p.
    pub dropout: Option<f64>,
    /// Day of the purchase after which the customer left, if before the end.
    pub dropout_day: Option<String>,
    /// Whether who bought has not left by the last day.
    pub is_active: bool,
    /// What an order is worth on average before rounding to whole packs, in cents.
    pub mean_order: Option<f64>,
    /// First and last day with a purchase.
    pub first_purchase: Option<String>,
    /// See `first_purchase`.
    pub last_purchase: Option<String>,
    /// Days with a purchase.
    pub purchases: u32,
    /// Days with a purchase in the 365 days after the last day.
    pub purchases_next_year: u32,
    /// Net of returns.
    pub revenue: i64,
    /// Revenue less the cost of the goods.
    pub margin: i64,
    /// What serving the customer cost since the first day, at the rates of [`crate::CATALOGUE`].
    pub cost: i64,
    /// Of the twelve months up to the last day.
    pub margin_last_year: i64,
    /// Of the twelve months up to the last day; who costs more than he brings has more of it than of margin.
    pub cost_last_year: i64,
    /// Share of revenue left as margin; `None` without revenue.
    pub margin_rate: Option<f64>,
    /// Who brought the customer.
    pub referred_by: Option<usize>,
}

/// One record of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrueRecord {
    /// Name of the source.
    pub source: String,
    /// The source's key, `email:…` for who ordered without an account.
    pub key: String,
    /// Whose it is.
    pub customer: usize,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrueFile {
    /// File name.
    pub name: String,
    /// Name of the source.
    pub source: String,
    /// Rows below the header.
    pub rows: u64,
    /// Rows that cannot be read, on purpose.
    pub bad_rows: u64,
    /// Rows that name no customer.
    pub without_customer: u64,
    /// Sum of the amounts of all good rows, in cents, where the file has amounts.
    pub amount: Option<i64>,
}

impl Truth {
    /// As `truth.json` beside the files.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("the truth has nothing JSON cannot say")
    }
}
