//! What serving a customer will cost: the costs of the last months as rates, a purchase and a year, and the rates times what
//! is expected.
//!
//! Takes of each customer what serving him cost, how often he bought and how long he was active, and his expected discounted
//! purchases and years; gives the expected discounted cost in whole minor units, with the rates behind it. Winning a customer is no
//! part of it: that money is spent (see [`cause`]). A customer's own rate counts by its credibility; the rest is everybody's.
//! Leaves out what purchases bring, and where costs come from ([`crate::cost`]).
//!
//! ```
//! use value::serve::{Expected, Served, rates};
//! // Ada's orders cost around 20.00 each in both halves of the year, Bob's 5.00; Cleo has just bought for the first time.
//! let half = |cost, purchases| Served { by_purchase: cost, by_time: 0, purchases, years: 0.5 };
//! let repeated = [[half(90_00, 5.0), half(130_00, 6.0)], [half(35_00, 6.0), half(20_00, 5.0)]];
//! let whole = [half(220_00, 11.0), half(55_00, 11.0), half(9_00, 1.0)];
//! let rates = rates(&whole, &repeated);
//! let ten = Expected { purchases: 10.0, years: 1.0 };
//! let [ada, bob, cleo] = whole.map(|served| rates.serving(&served, &ten).cost());
//! assert!(ada > 190_00 && bob < 60_00);
//! // One purchase says something, but not all: Cleo stands between her own 9.00 and everybody's rate.
//! let everybody = rates.purchase.mean;
//! assert!(cleo > 90_00 && (cleo as f64) < 10.0 * everybody);
//! ```

use crate::cost::CostKind;

/// What makes a cost of serving come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Each purchase: orders, service, delivery, returns, late payment.
    Purchase,
    /// Time that passes while he is a customer: upkeep, and what no kind tells.
    Time,
}

/// What makes costs of a kind come again; `None` for those of winning customers, which do not.
///
/// ```
/// use value::cost::CostKind;
/// use value::serve::{Cause, cause};
/// assert_eq!(cause(CostKind::Delivery), Some(Cause::Purchase));
/// assert_eq!(cause(CostKind::Upkeep), Some(Cause::Time));
/// assert_eq!(cause(CostKind::Acquisition), None);
/// ```
pub fn cause(kind: CostKind) -> Option<Cause> {
    match kind {
        CostKind::Acquisition => None,
        CostKind::Upkeep | CostKind::Other => Some(Cause::Time),
        CostKind::Order | CostKind::Service | CostKind::Delivery | CostKind::Return | CostKind::Credit => {
            Some(Cause::Purchase)
        }
    }
}

/// What serving a customer cost over some months, and how much of what causes it there was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Served {
    /// Costs that purchases cause, in minor units; corrections may bring them below zero.
    pub by_purchase: i64,
    /// Costs that come with time, in minor units.
    pub by_time: i64,
    /// Purchases (days), from 0.
    pub purchases: f64,
    /// Years of these months in which he was active, from 0.
    pub years: f64,
}

impl Served {
    /// Where nobody bought, no purchase of these months caused what was spent: it counts as cost of time.
    pub fn settled(self) -> Served {
        if self.purchases > 0.0 {
            return self;
        }
        Served { by_purchase: 0, by_time: self.by_time + self.by_purchase, ..self }
    }
}

/// What a valuation expects of a customer in all the future, discounted; both from 0 and finite.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// Purchases.
    pub purchases: f64,
    /// Years in which he will be active.
    pub years: f64,
}

/// A rate of cost over many customers, and how much of a customer's own is believed.
///
/// The model is Bühlmann & Straub's (1970, "Glaubwürdigkeit für Schadensätze", Bulletin of the Association of Swiss Actuaries 70):
/// each customer has a rate of his own, with variance `between` over customers; what is seen of it over an exposure w varies
/// around it by `within` / w. The best linear guess weighs what was seen by w / (w + `within` / `between`) and the mean by the
/// rest. Structure from the unbiased estimators in Bühlmann & Gisler (2005), "A Course in Credibility Theory and its Applications",
/// chapter 4; the mean is their homogeneous one, so that rates times exposures add up to what was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Credibility {
    /// Everybody's rate, in minor units a unit of exposure.
    pub mean: f64,
    /// σ²: variance within customers over one unit of exposure.
    pub within: f64,
    /// τ²: variance between the rates of customers.
    pub between: f64,
    /// Customers with an exposure.
    pub customers: u64,
    /// Customers whose periods told how much one's own rate swings.
    pub repeated: u64,
}

/// A cost, in minor units, and the exposure that it comes from.
type Seen = (i64, f64);

impl Credibility {
    /// From the costs of everybody over one period, and those of some over two periods each. Where nobody has two, nothing tells a
    /// steady rate from chance, and everybody gets the same.
    ///
    /// ```
    /// use value::serve::Credibility;
    /// // Two customers at 10 a purchase, two at 30, always.
    /// let whole = [(100, 10.0), (20, 2.0), (300, 10.0), (60, 2.0)];
    /// let halves = whole.map(|(cost, exposure)| [(cost / 2, exposure / 2.0); 2]);
    /// let told = Credibility::of(whole, halves);
    /// assert_eq!((told.mean, told.within, told.weight(2.0)), (20.0, 0.0, 1.0));
    /// assert_eq!(Credibility::of(whole, []).rate(300, 10.0), Credibility::of(whole, []).mean);
    /// ```
    pub fn of(
        whole: impl IntoIterator<Item = Seen, IntoIter: Clone>,
        repeated: impl IntoIterator<Item = [Seen; 2]>,
    ) -> Credibility {
        let whole = whole.into_iter().filter(|(_, exposure)| *exposure > 0.0);
        let mut told = Credibility::default();
        let (mut cost, mut exposures, mut squares) = (0_i128, 0.0, 0.0);
        for (seen, exposure) in whole.clone() {
            told.customers += 1;
            cost += i128::from(seen);
            exposures += exposure;
            squares += exposure * exposure;
        }
        if told.customers == 0 {
            return told;
        }
        told.mean = cost as f64 / exposures;
        told.within = within(repeated, &mut told.repeated);
        if told.repeated == 0 {
            return told;
        }
        let deviations: f64 = whole
            .clone()
            .map(|(seen, exposure)| exposure * (seen as f64 / exposure - told.mean).powi(2))
            .sum();
        let customers = told.customers as f64;
        let spread = exposures - squares / exposures;
        if spread > 1e-9 * exposures {
            told.between = ((deviations - (customers - 1.0) * told.within) / spread).max(0.0);
        }
        let (mut weights, mut weighed) = (0.0, 0.0);
        for (seen, exposure) in whole {
            let weight = told.weight(exposure);
            weights += weight;
            weighed += weight * seen as f64 / exposure;
        }
        if weights > 0.0 {
            told.mean = weighed / weights;
        }
        told
    }

    /// How much of a rate seen over an exposure is believed, 0 to 1: 0 without exposure.
    pub fn weight(&self, exposure: f64) -> f64 {
        if exposure <= 0.0 || self.between <= 0.0 {
            return 0.0;
        }
        exposure / (exposure + self.within / self.between)
    }

    /// The rate of a customer who cost so much over an exposure, in minor units a unit of it; not below zero.
    pub fn rate(&self, cost: i64, exposure: f64) -> f64 {
        if exposure <= 0.0 || self.between <= 0.0 {
            return self.mean.max(0.0);
        }
        // The same as weighing cost / exposure, and finite however small the exposure is.
        let doubt = self.within / self.between;
        ((cost as f64 + doubt * self.mean) / (exposure + doubt)).max(0.0)
    }
}

/// The variance of one unit of exposure, from customers with two periods each; `customers` counts them.
fn within(repeated: impl IntoIterator<Item = [Seen; 2]>, customers: &mut u64) -> f64 {
    let mut squares = 0.0;
    for [(one, w), (other, v)] in repeated {
        if w > 0.0 && v > 0.0 {
            *customers += 1;
            squares += w * v / (w + v) * (one as f64 / w - other as f64 / v).powi(2);
        }
    }
    if *customers > 0 { squares / *customers as f64 } else { 0.0 }
}

/// What serving costs a purchase and a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Of purchases.
    pub purchase: Credibility,
    /// Of a year in which a customer is active.
    pub year: Credibility,
}

/// Rates from what serving everybody cost over the same months, and some of them over two parts of these.
///
/// ```
/// use value::serve::{Expected, Served, rates};
/// let served = Served { by_purchase: 12_00, by_time: 6_00, purchases: 4.0, years: 1.0 };
/// let rates = rates(&[served; 3], &[]);
/// assert_eq!((rates.purchase.mean, rates.year.mean), (3_00.0, 6_00.0));
/// // Of a newcomer nothing is known: everybody's rates are his.
/// let newcomer = rates.serving(&Served::default(), &Expected { purchases: 2.0, years: 0.5 });
/// assert_eq!((newcomer.by_purchase, newcomer.by_time, newcomer.cost()), (6_00, 3_00, 9_00));
/// ```
pub fn rates(base: &[Served], repeated: &[[Served; 2]]) -> Rates {
    let purchase = |served: &Served| (served.by_purchase, served.purchases);
    let year = |served: &Served| (served.settled().by_time, served.years);
    Rates {
        purchase: Credibility::of(
            base.iter().map(purchase),
            repeated.iter().map(|[one, other]| [purchase(one), purchase(other)]),
        ),
        year: Credibility::of(
            base.iter().map(year),
            repeated.iter().map(|[one, other]| [one, other].map(|part| (part.by_time, part.years))),
        ),
    }
}

/// What serving a customer is expected to cost, discounted, in minor units, and by which rates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Serving {
    /// What purchases will cause.
    pub by_purchase: i64,
    /// What comes with time.
    pub by_time: i64,
    /// The rate of a purchase.
    pub purchase: OwnRate,
    /// The rate of a year.
    pub year: OwnRate,
}

impl Serving {
    /// Both together.
    pub fn cost(&self) -> i64 {
        self.by_purchase + self.by_time
    }
}

/// A customer's rate of cost: what was seen, what everybody has, and what stands between.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OwnRate {
    /// What was seen of him, in minor units a unit of exposure; `None` without exposure.
    pub own: Option<f64>,
    /// How much of it is believed, 0 to 1.
    pub weight: f64,
    /// The rate that counts, not below zero.
    pub rate: f64,
}

impl OwnRate {
    fn of(credibility: &Credibility, cost: i64, exposure: f64) -> OwnRate {
        OwnRate {
            own: (exposure > 0.0).then(|| cost as f64 / exposure),
            weight: credibility.weight(exposure),
            rate: credibility.rate(cost, exposure),
        }
    }
}

impl Rates {
    /// What serving a customer is expected to cost: his rates times what is expected of him, each rounded to a minor unit.
    pub fn serving(&self, served: &Served, expected: &Expected) -> Serving {
        let served = served.settled();
        let purchase = OwnRate::of(&self.purchase, served.by_purchase, served.purchases);
        let year = OwnRate::of(&self.year, served.by_time, served.years);
        Serving {
            by_purchase: whole(purchase.rate * expected.purchases),
            by_time: whole(year.rate * expected.years),
            purchase,
            year,
        }
    }
}

/// To whole minor units; what is no number is none.
fn whole(amount: f64) -> i64 {
    amount.round() as i64
}
