//! Which spend model a base is valued by: Gamma-Gamma, or net margins as they are.

use super::net::{self, Earnings};
use super::{Independence, Model, Reason, SpendForecast, Spending, gamma_gamma, independence};
use crate::Verdict;
use crate::error::{Error, customers_that};
use crate::fit::Fit;
use crate::lifetime::Forecast;
use std::borrow::Cow;
use std::fmt;

/// Why it was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Some customers cost more than they brought, or more than one part in two hundred of what was spent was given
    /// back, which Gamma-Gamma cannot take.
    NotAllPositive {
        /// How many customers lost money or gave some back.
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
    /// Amounts are positive, but no Gamma-Gamma fits them.
    NoGammaGamma {
        /// Why it does not.
        reason: Reason,
    },
    /// Too few customers for a holdout, or nothing to tell them apart; amounts are positive.
    FewCustomers,
}

impl Why {
    /// One word for it, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Why::NotAllPositive { .. } => "not_all_positive",
            Why::HoldoutScore { .. } => "holdout_score",
            Why::NoGammaGamma { .. } => "no_gamma_gamma",
            Why::FewCustomers => "few_customers",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NotAllPositive { customers } => write!(
                f,
                "{} purchases back or brought less than nothing: net amounts of any sign are modelled, refunds as a rate of \
                 their own",
                customers_that(*customers, "gave", "gave")
            ),
            Why::HoldoutScore { gamma_gamma, net } => write!(
                f,
                "on customers left out of the fit Gamma-Gamma scores {gamma_gamma:.3} and the net model {net:.3} (mean \
                 log-density, higher is better)"
            ),
            Why::NoGammaGamma { reason } => {
                let cause = match reason {
                    Reason::HeavyTail => "a few very large purchases leave it without a usable mean",
                    Reason::ConstantSpend => "customers spend the same on every purchase",
                    Reason::FewRepeaters { .. } => "too few customers bought again",
                    Reason::NotConverged => "the search for its parameters did not end at a maximum",
                };
                write!(f, "Gamma-Gamma cannot be fitted to these amounts: {cause}")
            }
            Why::FewCustomers => f.write_str("too few customers with repeat purchases for a comparison"),
        }
    }
}

/// A spend model with the reasons for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The model.
    pub model: Model,
    /// Why this one.
    pub why: Why,
    /// Whether spend and frequency are independent, where it can be told.
    pub independence: Option<Independence>,
}

impl Choice {
    /// What a customer will bring over the purchases that `forecast` foresees.
    pub fn forecast(&self, earnings: &Earnings, forecast: &Forecast) -> SpendForecast {
        self.model.purse(earnings).forecast(forecast)
    }
}

/// Customers are dealt into so many parts, each of which is foreseen from the others.
const PARTS: usize = 5;

/// Fewer customers with repeat purchases than this are not enough for a holdout.
const LEAST_CUSTOMERS: usize = 50;

/// More are not needed for one.
const ENOUGH_CUSTOMERS: usize = 5_000;

/// Gamma-Gamma may pass over refunds up to this part of what was spent.
const NEGLIGIBLE: f64 = 0.005;

/// Chooses by what the amounts are and, where Gamma-Gamma can take them, by how well each model foresees customers that
/// it has not seen. `typical` is the mean amount per purchase of the whole base, for a base in which nobody came back.
///
/// A customer who only took what was free has no density under Gamma-Gamma and counts as a large surprise, a part in
/// a thousand million of a density: one in a thousand changes little, one in twenty decides for the net model. Refuses contradictions in the data, and a `typical` that is no number.
///
/// ```
/// use value::spend::{Model, Why, choose, net::Earnings};
/// let mut earnings: Vec<Earnings> = (1..80)
///     .map(|i| Earnings::of(&[f64::from(i % 9) + 5.0, f64::from(i % 4) + 6.0], &[]))
///     .collect();
/// assert!(matches!(choose(&earnings, 9.0).unwrap().why, Why::HoldoutScore { .. }));
/// // One customer with a loss, and only the net model can be true.
/// earnings.push(Earnings::of(&[-40.0], &[]));
/// let choice = choose(&earnings, 9.0).unwrap();
/// assert!(matches!(choice.model, Model::Net(_)));
/// assert_eq!(choice.why, Why::NotAllPositive { customers: 1 });
/// ```
pub fn choose(earnings: &[Earnings], typical: f64) -> Result<Choice, Error> {
    choose_by(earnings, typical, scores)
}

/// The same without a holdout, which takes most of the time: Gamma-Gamma where it can be fitted.
pub(crate) fn choose_unheld(earnings: &[Earnings], typical: f64) -> Result<Choice, Error> {
    choose_by(earnings, typical, |_| None)
}

fn choose_by(
    earnings: &[Earnings],
    typical: f64,
    scores: impl Fn(&[Earnings]) -> Option<(f64, f64)>,
) -> Result<Choice, Error> {
    for (place, one) in earnings.iter().enumerate() {
        one.check().map_err(|what| Error::Impossible { place, what })?;
    }
    if !typical.is_finite() {
        return Err(Error::OutOfRange { name: "typical", given: typical, allowed: "a number" });
    }
    // Where nobody is left out, nothing is copied: there may be a million.
    let repeaters: Cow<'_, [Earnings]> = match earnings.iter().all(|e| e.purchases > 0) {
        true => Cow::Borrowed(earnings),
        false => Cow::Owned(earnings.iter().copied().filter(|e| e.purchases > 0).collect()),
    };
    let spendings = spendings(&repeaters);
    let independence = independence(&spendings);
    let odd = repeaters.iter().filter(|e| e.mean < 0.0 || e.refunds > 0).count() as u64;
    let spent: f64 = repeaters.iter().map(|e| f64::from(e.purchases) * e.mean).sum();
    let refunded: f64 = repeaters.iter().map(|e| e.refunded).sum();
    if repeaters.iter().any(|e| e.mean < 0.0) || refunded > NEGLIGIBLE * spent {
        let model = match net::fit(&repeaters) {
            Ok(fit) => Model::Net(fit),
            Err(error) => Model::PooledNet(pooled(&repeaters)?, reason(&error, &repeaters)),
        };
        return Ok(Choice { model, why: Why::NotAllPositive { customers: odd }, independence });
    }
    let gross = super::fit(&spendings, typical);
    let scores = (repeaters.len() >= LEAST_CUSTOMERS).then(|| scores(&repeaters)).flatten();
    let (model, why) = match (gross, scores) {
        (gross @ Model::PooledMean(_, Reason::FewRepeaters { .. } | Reason::ConstantSpend), _) => {
            (gross, Why::FewCustomers)
        }
        (gross, Some((gamma_gamma, net))) if net > gamma_gamma => {
            let model = net::fit(&repeaters).map_or(gross, Model::Net);
            (model, Why::HoldoutScore { gamma_gamma, net })
        }
        (gross @ Model::PooledMean(_, reason), _) => {
            (net::fit(&repeaters).map_or(gross, Model::Net), Why::NoGammaGamma { reason })
        }
        (gross, Some((gamma_gamma, net))) => (gross, Why::HoldoutScore { gamma_gamma, net }),
        (gross, None) => (gross, Why::FewCustomers),
    };
    Ok(Choice { model, why, independence })
}

/// One purse for all, as a fit.
fn pooled(repeaters: &[Earnings]) -> Result<Fit<net::Purse>, Error> {
    let mut fit = Fit::restored(net::pooled(repeaters)?);
    (fit.customers, fit.log_likelihood, fit.gradient_norm) = (repeaters.len() as u64, 0.0, 0.0);
    Ok(fit)
}

/// Why the net model could not be fitted.
fn reason(error: &Error, repeaters: &[Earnings]) -> Reason {
    match error {
        Error::NothingToLearn { .. } => Reason::ConstantSpend,
        Error::NotConverged => Reason::NotConverged,
        _ => Reason::FewRepeaters { repeaters: repeaters.iter().filter(|e| e.purchases > 1).count() as u64 },
    }
}

fn spendings(earnings: &[Earnings]) -> Vec<Spending> {
    earnings.iter().map(|e| Spending { purchases: e.purchases, mean: e.mean }).collect()
}

/// A few times as many as `enough`, told by a hash of what they are: sorting all of a million would take longer than the
/// rest. Everybody where they are not many more.
fn some(earnings: &[Earnings], enough: usize) -> Vec<&Earnings> {
    const MORE: usize = 8;
    let parts = (earnings.len() / (MORE * enough)).max(1) as u64;
    // The finaliser of Steele, Lea & Flood (2014), as in [`crate::lines_of_some`].
    let mixed = |e: &Earnings| {
        let z = e.mean.to_bits() ^ e.squares.to_bits().rotate_left(21) ^ u64::from(e.purchases) << 40;
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let chosen: Vec<&Earnings> = earnings.iter().filter(|e| mixed(e) % parts == 0).collect();
    // Few different amounts among many customers: then all of them.
    if chosen.len() < enough { earnings.iter().collect() } else { chosen }
}

/// Mean log-density of customers' mean amounts, each foreseen from the others, under Gamma-Gamma and the net model;
/// `None` where either cannot be fitted to a part.
fn scores(repeaters: &[Earnings]) -> Option<(f64, f64)> {
    // Dealt by what they are, so that the order in which they were given does not matter.
    let mut sorted: Vec<&Earnings> = some(repeaters, ENOUGH_CUSTOMERS);
    sorted.sort_by(|one, other| {
        let by = |e: &Earnings| (e.mean, e.squares);
        let ((mean, squares), (other_mean, other_squares)) = (by(one), by(other));
        mean.total_cmp(&other_mean)
            .then(one.purchases.cmp(&other.purchases))
            .then(squares.total_cmp(&other_squares))
    });
    let stride = sorted.len().div_ceil(ENOUGH_CUSTOMERS);
    let repeaters: Vec<Earnings> = sorted.into_iter().copied().step_by(stride).collect();
    let customers = repeaters.len() as f64;
    let size = repeaters.iter().map(|e| e.mean).sum::<f64>() / customers;
    let surprise = (1e-9 / size).ln();
    let (mut of_gamma_gamma, mut of_net) = (0.0, 0.0);
    for part in 0..PARTS {
        let held = |place: usize| place % PARTS == part;
        let seen: Vec<Earnings> =
            repeaters.iter().enumerate().filter(|(place, _)| !held(*place)).map(|(_, e)| *e).collect();
        let positive: Vec<Earnings> = seen.iter().copied().filter(|e| e.mean > 0.0).collect();
        let gamma_gamma = gamma_gamma::fit(&spendings(&positive));
        if gamma_gamma.verdict == Verdict::NotConverged {
            return None;
        }
        let net = net::fit(&seen).ok()?;
        for (_, e) in repeaters.iter().enumerate().filter(|(place, _)| held(*place)) {
            let spending = Spending { purchases: e.purchases, mean: e.mean };
            let density = match e.mean > 0.0 {
                true => gamma_gamma::log_likelihood(&spending, &gamma_gamma.params),
                false => surprise,
            };
            of_gamma_gamma += density.max(surprise);
            of_net += net::log_likelihood_of_mean(e, &net.params).max(surprise);
        }
    }
    let scores = (of_gamma_gamma / customers, of_net / customers);
    (scores.0.is_finite() && scores.1.is_finite()).then_some(scores)
}
