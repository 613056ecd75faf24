//! Lifetime models: how often a customer will buy again, and whether they still do.
//!
//! A model takes the [`Timing`] of each customer and gives parameters; with them each customer has a
//! [`Prospect`], and the prospect answers every question about the future. One file per model. Time may have any
//! unit as long as it is the same everywhere; the valuation uses weeks.

mod after_purchase;
pub mod bg_nbd;
pub mod cnbd_k;
pub mod ggom_nbd;
pub mod mbg_nbd;
pub mod nbd;
pub mod pareto_nbd;
pub mod pooled_rate;
mod prospect;
mod search;

pub(crate) use prospect::LEVELS;
pub use prospect::{Forecast, Leaving, MOST_PHASES, NextPurchase, Prospect, RemainingLife, Rhythm};

use crate::fit::{Fit, Verdict};
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

/// A fitted member of the family.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Beta-geometric / negative binomial: rates differ, and a customer may leave after any purchase.
    BgNbd(Fit<bg_nbd::Params>),
    /// One rate for all, nobody leaves; used where the base cannot carry more, for the reason given.
    PooledRate(Fit<pooled_rate::Params>, Reason),
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
                "{customers} customers are too few to tell their rates apart (at least {LEAST_CUSTOMERS}); \
                 one rate stands for all"
            ),
            Reason::FewRepeaters { repeaters } => write!(
                f,
                "{repeaters} customers bought on a second day, too few to learn from (at least \
                 {LEAST_REPEATERS}); one rate stands for all"
            ),
            Reason::NotConverged => f.write_str(
                "the search for model parameters did not end at a maximum; one rate stands for all",
            ),
        }
    }
}

impl Model {
    /// The word for it in files and the API.
    pub fn code(&self) -> &'static str {
        match self {
            Model::BgNbd(_) => "bg_nbd",
            Model::PooledRate(..) => "pooled_rate",
        }
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match self {
            Model::BgNbd(_) => "BG/NBD",
            Model::PooledRate(..) => "pooled rate",
        }
    }

    /// Parameters by name.
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        match self {
            Model::BgNbd(fit) => fit.params.named().to_vec(),
            Model::PooledRate(fit, _) => fit.params.named().to_vec(),
        }
    }

    /// Standard errors by name of parameter, where the data determine them.
    pub fn standard_errors(&self) -> Option<Vec<(&'static str, f64)>> {
        match self {
            Model::BgNbd(fit) => fit.standard_errors.map(|errors| errors.named().to_vec()),
            Model::PooledRate(..) => None,
        }
    }

    /// How the fit went, without its parameters.
    pub fn fit(&self) -> Fit<()> {
        match self {
            Model::BgNbd(fit) => fit.without_params(),
            Model::PooledRate(fit, _) => fit.without_params(),
        }
    }

    /// Why the base is valued by one pooled rate, if it is.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Model::BgNbd(_) => None,
            Model::PooledRate(_, reason) => Some(*reason),
        }
    }

    /// What is known of one customer's future at the end of the data.
    pub fn prospect(&self, timing: &Timing) -> Prospect {
        match self {
            Model::BgNbd(fit) => bg_nbd::prospect(timing, &fit.params),
            Model::PooledRate(fit, _) => pooled_rate::prospect(&fit.params),
        }
    }
}

/// Fits the best model that the base can carry; `horizon` (in the unit of the timings) only steadies the pooled
/// rate of a base that was hardly observed.
pub fn fit(groups: &[Group], horizon: f64) -> Model {
    let customers: u64 = groups.iter().map(|group| u64::from(group.customers)).sum();
    let repeaters: u64 = groups
        .iter()
        .filter(|group| group.timing.repeat_purchases > 0)
        .map(|group| u64::from(group.customers))
        .sum();
    let pooled = |reason| Model::PooledRate(pooled_rate::fit(groups, horizon), reason);
    if customers == 0 {
        return pooled(Reason::NoCustomers);
    }
    if customers < LEAST_CUSTOMERS {
        return pooled(Reason::FewCustomers { customers });
    }
    if repeaters < LEAST_REPEATERS {
        return pooled(Reason::FewRepeaters { repeaters });
    }
    let fit = bg_nbd::fit(groups);
    if fit.verdict == Verdict::NotConverged { pooled(Reason::NotConverged) } else { Model::BgNbd(fit) }
}
