//! Spend models: what a customer spends per purchase, apart from how often.
//!
//! A model takes number and mean of each customer's repeat purchases (the net model also how they vary, and what was
//! given back) and gives parameters; with them each customer has a [`Wallet`], and wallet and forecast together give
//! the expected spend with its intervals. Money here is in units of the currency (euros, not cents). The first purchase
//! is left out, as in the lifetime models.

mod choice;
pub mod gamma_gamma;
mod independence;
pub mod net;
pub mod pooled_mean;
mod purse;

pub(crate) use choice::choose_unheld;
pub use choice::{Choice, Why, choose};
pub use independence::{Independence, independence};
pub use purse::{Purse, SpendForecast};

use crate::error::customers_that;
use crate::fit::{Fit, Verdict};
use crate::lifetime::Forecast;
use net::Earnings;
use std::fmt;

/// How much a customer spends, as spend models see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spending {
    /// Repeat purchases.
    pub purchases: u32,
    /// Mean net spend of them, in units of the currency.
    pub mean: f64,
}

/// A fitted member of the family.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Gamma-Gamma: spend varies between and within customers.
    GammaGamma(Fit<gamma_gamma::Params>),
    /// One mean for all, for the reason given.
    PooledMean(Fit<pooled_mean::Params>, Reason),
    /// Net amounts of any sign, with refunds.
    Net(Fit<net::Params>),
    /// Net amounts of a base too small to tell customers apart: one purse for all, for the reason given.
    PooledNet(Fit<net::Purse>, Reason),
}

/// What is known of one customer's amounts per purchase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wallet {
    /// Amounts above zero.
    Gross(Purse),
    /// Amounts of any sign.
    Net(net::Purse),
}

impl Wallet {
    /// Expected amount of a purchase.
    pub fn mean(&self) -> f64 {
        match self {
            Wallet::Gross(purse) => purse.mean(),
            Wallet::Net(purse) => purse.mean,
        }
    }

    /// What the customer will bring over the purchases that `forecast` foresees.
    pub fn forecast(&self, forecast: &Forecast) -> SpendForecast {
        match self {
            Wallet::Gross(purse) => purse.forecast(forecast),
            Wallet::Net(purse) => purse.forecast(forecast),
        }
    }
}

/// Why a base is valued by [`Model::PooledMean`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Too few customers with a positive spend on repeat purchases.
    FewRepeaters {
        /// How many there are.
        repeaters: u64,
    },
    /// Every customer spends the same on average, so there is nothing to tell apart.
    ConstantSpend,
    /// The fitted spend has no finite mean, or one far above what was seen.
    HeavyTail,
    /// The search for parameters did not end at a maximum.
    NotConverged,
}

/// Fewer customers with repeat spend than this are valued by one pooled mean.
pub const LEAST_REPEATERS: u64 = 10;

impl Reason {
    /// One word for it, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::FewRepeaters { .. } => "few_repeaters",
            Reason::ConstantSpend => "constant_spend",
            Reason::HeavyTail => "heavy_tail",
            Reason::NotConverged => "not_converged",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::FewRepeaters { repeaters } => write!(
                f,
                "{} on repeat purchases, too few to tell their spend apart (at least {LEAST_REPEATERS}); one mean stands \
                 for all",
                customers_that(*repeaters, "spent something", "spent something")
            ),
            Reason::ConstantSpend => {
                f.write_str("all customers spend the same per purchase; one mean stands for all")
            }
            Reason::HeavyTail => f.write_str(
                "a few very large purchases leave the fitted spend without a usable mean; one mean stands for all",
            ),
            Reason::NotConverged => {
                f.write_str("the search for spend parameters did not end at a maximum; one mean stands for all")
            }
        }
    }
}

impl Model {
    /// The word for it in files and the API.
    pub fn code(&self) -> &'static str {
        match self {
            Model::GammaGamma(_) => "gamma_gamma",
            Model::PooledMean(..) => "pooled_mean",
            Model::Net(_) => "net_margin",
            Model::PooledNet(..) => "pooled_net_margin",
        }
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match self {
            Model::GammaGamma(_) => "Gamma-Gamma",
            Model::PooledMean(..) => "pooled mean",
            Model::Net(_) => "net amounts by credibility",
            Model::PooledNet(..) => "pooled net amounts",
        }
    }

    /// Parameters by name.
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        match self {
            Model::GammaGamma(fit) => fit.params.named().to_vec(),
            Model::PooledMean(fit, _) => fit.params.named().to_vec(),
            Model::Net(fit) => fit.params.named().to_vec(),
            Model::PooledNet(fit, _) => {
                let net::Purse { mean, shared, single, freedom } = fit.params;
                vec![("mean", mean), ("shared", shared), ("single", single), ("freedom", freedom)]
            }
        }
    }

    /// A model with parameters that were found before, by the code and the names that it gives; `reason` is the one of a
    /// pooled mean. `None` where a parameter is missing or cannot be.
    ///
    /// ```
    /// use value::spend::Model;
    /// let model = Model::restored("gamma_gamma", &[("p", 6.25), ("q", 3.74), ("v", 15.4)], None).unwrap();
    /// assert_eq!(model.parameters()[2], ("v", 15.4));
    /// assert!(Model::restored("gamma_gamma", &[("p", 6.25)], None).is_none());
    /// ```
    pub fn restored(code: &str, parameters: &[(&str, f64)], reason: Option<Reason>) -> Option<Model> {
        let of = |name: &str, least: f64| {
            let (_, value) = parameters.iter().find(|(known, _)| *known == name)?;
            (*value >= least && value.is_finite()).then_some(*value)
        };
        match code {
            "gamma_gamma" => {
                let of = |name| of(name, f64::MIN_POSITIVE);
                let params = gamma_gamma::Params { p: of("p")?, q: of("q")?, v: of("v")? };
                Some(Model::GammaGamma(Fit::restored(params)))
            }
            "pooled_mean" => {
                let params = pooled_mean::Params { mean: of("mean", 0.0)?, deviation: of("deviation", 0.0)? };
                Some(Model::PooledMean(Fit::restored(params), reason.unwrap_or(Reason::NotConverged)))
            }
            "net_margin" => {
                let any = |name| of(name, f64::MIN);
                let some = |name| of(name, f64::MIN_POSITIVE);
                Some(Model::Net(Fit::restored(net::Params {
                    mean: any("mean")?,
                    credibility: some("credibility")?,
                    deviation: some("deviation")?,
                    freedom: some("freedom")?,
                    refund_alpha: some("refund_alpha")?,
                    refund_beta: some("refund_beta")?,
                    refund_amount: of("refund_amount", 0.0)?,
                    refund_credibility: some("refund_credibility")?,
                })))
            }
            "pooled_net_margin" => {
                let (shared, single) = (of("shared", 0.0)?, of("single", 0.0)?);
                let freedom = of("freedom", f64::MIN_POSITIVE)?;
                let purse = net::Purse { mean: of("mean", f64::MIN)?, shared, single, freedom };
                Some(Model::PooledNet(Fit::restored(purse), reason.unwrap_or(Reason::NotConverged)))
            }
            _ => None,
        }
    }

    /// Whether some purchases were given back beyond what was bought, so that a customer's sum may be negative.
    pub fn has_refunds(&self) -> bool {
        match self {
            Model::GammaGamma(_) | Model::PooledMean(..) => false,
            Model::Net(fit) => fit.params.refund_amount > 0.0,
            Model::PooledNet(..) => true,
        }
    }

    /// Standard errors by name of parameter, where the data determine them.
    pub fn standard_errors(&self) -> Option<Vec<(&'static str, f64)>> {
        match self {
            Model::GammaGamma(fit) => fit.standard_errors.map(|errors| errors.named().to_vec()),
            Model::Net(fit) => fit.standard_errors.map(|errors| errors.named().to_vec()),
            Model::PooledMean(..) | Model::PooledNet(..) => None,
        }
    }

    /// How the fit went, without its parameters.
    pub fn fit(&self) -> Fit<()> {
        match self {
            Model::GammaGamma(fit) => fit.without_params(),
            Model::PooledMean(fit, _) => fit.without_params(),
            Model::Net(fit) => fit.without_params(),
            Model::PooledNet(fit, _) => fit.without_params(),
        }
    }

    /// Why the base is valued by one pooled mean, if it is.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Model::GammaGamma(_) | Model::Net(_) => None,
            Model::PooledMean(_, reason) | Model::PooledNet(_, reason) => Some(*reason),
        }
    }

    /// What is known of one customer's amounts per purchase, from [`Earnings`] or, where the model is not the net one,
    /// from [`Spending`].
    pub fn purse(&self, seen: impl Into<Earnings>) -> Wallet {
        let earnings: Earnings = seen.into();
        let spending = Spending { purchases: earnings.purchases, mean: earnings.mean };
        match self {
            Model::GammaGamma(fit) => Wallet::Gross(gamma_gamma::purse(&spending, &fit.params)),
            Model::PooledMean(fit, _) => Wallet::Gross(pooled_mean::purse(&fit.params)),
            Model::Net(fit) => Wallet::Net(net::purse(&earnings, &fit.params)),
            Model::PooledNet(fit, _) => Wallet::Net(fit.params),
        }
    }
}

impl From<&Earnings> for Earnings {
    fn from(earnings: &Earnings) -> Earnings {
        *earnings
    }
}

/// As if every purchase had brought the mean: how they vary is not known.
impl From<&Spending> for Earnings {
    fn from(spending: &Spending) -> Earnings {
        Earnings { purchases: spending.purchases, mean: spending.mean, ..Earnings::default() }
    }
}

/// Fits Gamma-Gamma, or one mean for all where the base cannot carry it; [`choose`] also tries the net model.
/// `typical` is the mean spend per purchase of the whole base, first
/// purchases included: what is left to say when nobody came back.
pub fn fit(spendings: &[Spending], typical: f64) -> Model {
    let pooled = |reason| Model::PooledMean(pooled_mean::fit(spendings, typical), reason);
    let positive: Vec<Spending> =
        spendings.iter().copied().filter(|s| s.purchases > 0 && s.mean > 0.0 && s.mean.is_finite()).collect();
    let repeaters = positive.len() as u64;
    if repeaters < LEAST_REPEATERS {
        return pooled(Reason::FewRepeaters { repeaters });
    }
    let mean = positive.iter().map(|s| s.mean).sum::<f64>() / repeaters as f64;
    let spread = positive.iter().map(|s| (s.mean / mean - 1.0).powi(2)).sum::<f64>() / repeaters as f64;
    if spread.sqrt() < 1e-4 {
        return pooled(Reason::ConstantSpend);
    }
    let fit = gamma_gamma::fit(&positive);
    if fit.verdict == Verdict::NotConverged {
        return pooled(Reason::NotConverged);
    }
    // A newcomer is expected to spend the population's mean; far above what anybody saw it would mislead.
    const FAR_ABOVE: f64 = 3.0;
    let newcomer = fit.params.population_mean();
    if newcomer.is_none_or(|expected| expected > FAR_ABOVE * mean) {
        return pooled(Reason::HeavyTail);
    }
    Model::GammaGamma(fit)
}
