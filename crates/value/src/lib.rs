//! What each customer is worth: from purchase lines to an expected number of purchases and an expected spend.
//!
//! Takes purchase lines (customer, day, amount) and a [`Horizon`]; gives for each customer the chance of being
//! active, what to expect within the horizon and 80 % and 95 % intervals, together with the fitted models and a
//! verdict on them. Leaves out who the customer is (`identity`), levels and totals over the base (`portfolio`),
//! and the cost of serving. Amounts are integer minor units; times are days outside and weeks inside models.
//!
//! ```
//! use ledger::Day;
//! use value::{Choice, Margin, PurchaseLine, Question, histories, value};
//!
//! // Ada buys every four weeks; Bob bought once, at the start.
//! let day = |customer, day| PurchaseLine { customer, day, amount: 2_500, margin: Margin::UNKNOWN };
//! let lines = (0..10).map(|n| day(0, n * 28)).chain([day(1, 0)]).collect();
//! let histories = histories(lines, Day(280));
//! assert_eq!(histories.rows[0].repeat_purchases, 9);
//!
//! let choice = Choice::Blend;
//! let question = Question { horizon: "39w".parse().unwrap(), minor_digits: Some(2), choice };
//! let valuation = value(&histories, &question);
//! // Two customers are too few to tell their rates apart, and the valuation says so.
//! assert!(valuation.lifetime.reason.is_some());
//! assert!(valuation.customers[0].expected_transactions > 0.0);
//! ```

pub mod backtest;
pub mod blend;
mod clocks;
mod conclude;
pub mod contract;
pub mod cost;
pub mod covariates;
pub mod discrete;
pub mod equivalents;
mod error;
mod fit;
mod history;
mod horizon;
pub mod lifetime;
mod lines;
mod margin;
pub mod month_ends;
pub mod newcomers;
mod outlook;
mod residual;
pub mod season;
pub mod serve;
pub mod spend;
mod strategic;
mod valuation;

pub use clocks::{CovariateValuation, value_with_covariates};
pub use error::Error;
pub use fit::{Fit, Quantity, Ridge, Unit, Verdict, WIDEST};
pub use history::{
    Counts, Histories, History, Margin, PurchaseLine, Variation, histories, histories_with_amounts,
    lines_of_some,
};
pub use horizon::{Horizon, HorizonError};
pub use lines::Lines;
pub use margin::{MarginHoldout, Margins, NetMargins};
pub use outlook::{Opinion, Outlook, Reasons, SILENCE, Step, outlook, outlook_of_kin};
pub use residual::{Residual, residuals};
pub use season::{Season, SeasonalValuation, Seasonality, value_each, value_with_season};
pub use strategic::{Worth, strategic_value, worth};
pub use valuation::{
    Choice, CustomerValue, Interval, Lifetime, Models, Question, SpendChoice, Total, Valuation, fit_models,
    value, value_by, value_by_like, value_tested, value_tested_like,
};
