//! Which spend model a base is valued by: Gamma-Gamma, or net margins as they are.

use super::net::{self, Earnings};
use super::{Independence, Model, Purse, SpendForecast, Spending, gamma_gamma, independence};
use crate::Verdict;
use crate::error::Error;
use crate::fit::Fit;
use crate::lifetime::Forecast;

/// The chosen model.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// Amounts above zero: Gamma-Gamma, or one mean for all where it cannot be fitted.
    Gross(Model),
    /// Net margins with refunds.
    Net(Fit<net::Params>),
    /// Net margins of a base too small to tell customers apart: one purse for all.
    PooledNet(net::Purse),
}

/// Why it was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Some customers brought nothing or less, or gave purchases back, which Gamma-Gamma cannot take.
    NotAllPositive {
        /// How many customers.
        customers: u64,
    },
    /// Customers left out of the fit were better foreseen: mean log-density of a customer's mean amount, higher is
    /// better.
    HoldoutScore {
        /// Under Gamma-Gamma.
        gamma_gamma: f64,
        /// Under the net model.
        net: f64,
    },
    /// Too few customers for a holdout; amounts are positive.
    FewCustomers,
}

/// A spend model with the reasons for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The model.
    pub model: Chosen,
    /// Why this one.
    pub why: Why,
    /// Whether spend and frequency are independent, where it can be told.
    pub independence: Option<Independence>,
}

impl Choice {
    /// What a customer will bring over the purchases that `forecast` foresees.
    pub fn forecast(&self, earnings: &Earnings, forecast: &Forecast) -> SpendForecast {
        match &self.model {
            Chosen::Gross(model) => {
                let purse: Purse =
                    model.purse(&Spending { purchases: earnings.purchases, mean: earnings.mean });
                purse.forecast(forecast)
            }
            Chosen::Net(fit) => net::purse(earnings, &fit.params).forecast(forecast),
            Chosen::PooledNet(purse) => purse.forecast(forecast),
        }
    }

    /// The word for the model in files and the API.
    pub fn code(&self) -> &'static str {
        match &self.model {
            Chosen::Gross(model) => model.code(),
            Chosen::Net(_) => "net_margin",
            Chosen::PooledNet(_) => "pooled_net_margin",
        }
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match &self.model {
            Chosen::Gross(model) => model.name(),
            Chosen::Net(_) => "net margin by credibility",
            Chosen::PooledNet(_) => "pooled net margin",
        }
    }
}

/// Customers are dealt into so many parts, each of which is foreseen from the others.
const PARTS: usize = 5;

/// Fewer customers with repeat purchases than this are not enough for a holdout.
const LEAST_CUSTOMERS: usize = 50;

/// Chooses by what the amounts are and, where all are positive, by how well each model foresees customers that it has
/// not seen. `typical` is the mean amount per purchase of the whole base, for a base in which nobody came back.
///
/// Refuses contradictions in the data, and a `typical` that is no number.
///
/// ```
/// use value::spend::{Chosen, Why, choose, net::Earnings};
/// let mut earnings: Vec<Earnings> = (1..80)
///     .map(|i| Earnings::of(&[f64::from(i % 9) + 5.0, f64::from(i % 4) + 6.0], &[]))
///     .collect();
/// assert!(matches!(choose(&earnings, 9.0).unwrap().why, Why::HoldoutScore { .. }));
/// // One customer with a loss, and only the net model can be true.
/// earnings.push(Earnings::of(&[-40.0], &[]));
/// let choice = choose(&earnings, 9.0).unwrap();
/// assert!(matches!(choice.model, Chosen::Net(_)));
/// assert_eq!(choice.why, Why::NotAllPositive { customers: 1 });
/// ```
pub fn choose(earnings: &[Earnings], typical: f64) -> Result<Choice, Error> {
    for (place, one) in earnings.iter().enumerate() {
        one.check().map_err(|what| Error::Impossible { place, what })?;
    }
    if !typical.is_finite() {
        return Err(Error::OutOfRange { name: "typical", given: typical, allowed: "a number" });
    }
    let repeaters: Vec<Earnings> = earnings.iter().copied().filter(|e| e.purchases > 0).collect();
    let spendings = spendings(&repeaters);
    let independence = independence(&spendings);
    let odd = repeaters.iter().filter(|e| e.mean <= 0.0 || e.refunds > 0).count() as u64;
    if odd > 0 {
        let model = match net::fit(&repeaters) {
            Ok(fit) => Chosen::Net(fit),
            Err(_) => Chosen::PooledNet(net::pooled(&repeaters)?),
        };
        return Ok(Choice { model, why: Why::NotAllPositive { customers: odd }, independence });
    }
    let gross = super::fit(&spendings, typical);
    let net = net::fit(&repeaters).ok();
    let scores = (repeaters.len() >= LEAST_CUSTOMERS).then(|| scores(&repeaters)).flatten();
    let (model, why) = match (gross, net, scores) {
        (Model::GammaGamma(_), Some(fit), Some((gamma_gamma, net))) if net > gamma_gamma => {
            (Chosen::Net(fit), Why::HoldoutScore { gamma_gamma, net })
        }
        (gross, _, Some((gamma_gamma, net))) => {
            (Chosen::Gross(gross), Why::HoldoutScore { gamma_gamma, net })
        }
        (gross, ..) => (Chosen::Gross(gross), Why::FewCustomers),
    };
    Ok(Choice { model, why, independence })
}

fn spendings(earnings: &[Earnings]) -> Vec<Spending> {
    earnings.iter().map(|e| Spending { purchases: e.purchases, mean: e.mean }).collect()
}

/// Mean log-density of customers' mean amounts, each foreseen from the others, under Gamma-Gamma and the net model;
/// `None` where either cannot be fitted to a part.
fn scores(repeaters: &[Earnings]) -> Option<(f64, f64)> {
    let (mut of_gamma_gamma, mut of_net) = (0.0, 0.0);
    for part in 0..PARTS {
        let held = |place: usize| place % PARTS == part;
        let seen: Vec<Earnings> =
            repeaters.iter().enumerate().filter(|(place, _)| !held(*place)).map(|(_, e)| *e).collect();
        let gamma_gamma = gamma_gamma::fit(&spendings(&seen));
        if gamma_gamma.verdict == Verdict::NotConverged {
            return None;
        }
        let net = net::fit(&seen).ok()?;
        for (_, e) in repeaters.iter().enumerate().filter(|(place, _)| held(*place)) {
            let spending = Spending { purchases: e.purchases, mean: e.mean };
            of_gamma_gamma += gamma_gamma::log_likelihood(&spending, &gamma_gamma.params);
            of_net += net::log_likelihood_of_mean(e, &net.params);
        }
    }
    let customers = repeaters.len() as f64;
    let scores = (of_gamma_gamma / customers, of_net / customers);
    (scores.0.is_finite() && scores.1.is_finite()).then_some(scores)
}
