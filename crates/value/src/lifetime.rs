//! Lifetime models: how often a customer will buy again, and whether they still do.
//!
//! A model takes the [`Timing`] of each customer and gives parameters; with them each customer has a
//! [`Prospect`], and the prospect answers every question about the future. One file per model. Time may have any
//! unit as long as it is the same everywhere; the valuation uses weeks.

mod after_purchase;
mod ahead;
pub mod bg_nbd;
mod by_day;
mod by_number;
pub mod cnbd_k;
pub mod drifting;
pub mod ggom_nbd;
mod leavers;
pub mod mbg_nbd;
mod model;
pub mod nbd;
pub mod pareto_nbd;
mod path;
pub mod pooled_rate;
mod prospect;
mod remarks;
mod search;
mod table;
mod tail;
mod ticks;

pub(crate) use ahead::{Ahead, Span};
pub(crate) use by_day::ByDay;
pub use model::{Evidence, Forecaster, Kind, Model, fit_kind};
pub use path::Path;
pub(crate) use prospect::LEVELS;
pub use prospect::{Forecast, Leaving, MOST_PHASES, NextPurchase, Prospect, RemainingLife, Rhythm};
pub use remarks::{Remark, remarks};
pub use table::{expectations, forecasts};
pub use tail::Tail;

use crate::error::customers_that;
use std::fmt;

/// When a customer bought, as lifetime models see it: `0 ≤ recency ≤ age`, in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Purchases after the first.
    pub repeat_purchases: u32,
    /// Time from first to last purchase; zero without repeat purchases.
    pub recency: f64,
    /// Time from first purchase to the day of the valuation.
    pub age: f64,
}

/// Customers who share one timing. A base of a million has a few hundred thousand of these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Their common timing.
    pub timing: Timing,
    /// How many they are.
    pub customers: u32,
    /// Sum over all of them of the natural logarithms of the times between successive purchases, in the unit of the
    /// timing; zero where unknown. Only the models of regular buyers, [`cnbd_k`], read it.
    pub ln_gaps: f64,
}

/// Why a base is valued by [`Model::PooledRate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody bought.
    NoCustomers,
    /// Too few customers to tell their rates apart.
    FewCustomers {
        /// How many there are.
        customers: u64,
    },
    /// Too few customers came back.
    FewRepeaters {
        /// How many did.
        repeaters: u64,
    },
    /// The search for parameters did not end at a maximum.
    NotConverged,
}

/// Fewer customers than this, or fewer who came back than [`LEAST_REPEATERS`], are valued by one pooled rate.
pub const LEAST_CUSTOMERS: u64 = 30;
/// See [`LEAST_CUSTOMERS`].
pub const LEAST_REPEATERS: u64 = 5;

impl Reason {
    /// One word for it, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::NoCustomers => "no_customers",
            Reason::FewCustomers { .. } => "few_customers",
            Reason::FewRepeaters { .. } => "few_repeaters",
            Reason::NotConverged => "not_converged",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoCustomers => f.write_str("nobody bought up to the day of the valuation"),
            Reason::FewCustomers { customers } => write!(
                f,
                "{} too few to tell rates apart (at least {LEAST_CUSTOMERS}); one rate stands for all",
                customers_that(*customers, "is", "are")
            ),
            Reason::FewRepeaters { repeaters } => write!(
                f,
                "{} on a second day, too few to learn from (at least {LEAST_REPEATERS}); one rate stands for all",
                customers_that(*repeaters, "bought", "bought")
            ),
            Reason::NotConverged => f.write_str(
                "the search for model parameters did not end at a maximum; one rate stands for all",
            ),
        }
    }
}

/// Why the customers cannot carry a model with several parameters, if they cannot.
pub fn too_few(evidence: &Evidence<'_>) -> Option<Reason> {
    let (customers, repeaters) = (evidence.customers() as u64, evidence.repeaters() as u64);
    if customers == 0 {
        Some(Reason::NoCustomers)
    } else if customers < LEAST_CUSTOMERS {
        Some(Reason::FewCustomers { customers })
    } else if repeaters < LEAST_REPEATERS {
        Some(Reason::FewRepeaters { repeaters })
    } else {
        None
    }
}
