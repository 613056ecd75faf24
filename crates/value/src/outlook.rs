//! One customer in full: what is expected, until when, and what makes it so.
//!
//! The figures of the valuation, and beside them the value without a horizon, the life that remains, the next purchase
//! and the reasons. Discounted expected residual transactions: Fader, Hardie & Lee (2005), "RFM and CLV", Journal of
//! Marketing Research 42(4), eq. 5, for every member of the blend (see [`crate::lifetime::Prospect::residual`]).

use crate::blend::{Blend, Few};
use crate::lifetime::{Kind, Path, Prospect, Tail};
use crate::newcomers::Kin;
use crate::valuation::{Interval, forecast_of_kin};

/// Days in the unit of time of the models.
const WEEK: f64 = 7.0;

/// What is expected of one customer. Times in days.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Chance that the customer still buys, 0 to 1.
    pub p_alive: f64,
    /// Expected number of purchases within the horizon.
    pub expected_transactions: f64,
    /// Expected number of all purchases to come, each discounted at the rate asked for; `None` where it has no bound,
    /// as without a discount where customers need not leave.
    pub residual_transactions: Option<f64>,
    /// Median of the time that the customer will still be one, zero for one who has more likely left than not;
    /// `None` where it has no bound.
    pub median_life: Option<f64>,
    /// Chance of a purchase ever again.
    pub p_next: f64,
    /// Median time to the next purchase, if there is one; `None` where there is hardly a chance of one.
    pub next_purchase: Option<f64>,
    /// Expected purchases up to each quarter of the horizon, the last one as in the valuation.
    pub course: Vec<Step>,
    /// What each model of the blend says, the heaviest first.
    pub members: Vec<Opinion>,
    /// What makes it so, and what would change it.
    pub reasons: Reasons,
}

/// What is expected up to a day of the horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Days from the valuation on.
    pub days: f64,
    /// Expected purchases up to then.
    pub expected: f64,
    /// Where their number will lie.
    pub interval: Interval,
}

/// What one model of the blend says.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Opinion {
    pub model: Kind,
    pub weight: f64,
    pub p_alive: f64,
    pub expected_transactions: f64,
}

/// The facts behind an outlook, as numbers to be put into words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reasons {
    /// Days with a purchase, the first included.
    pub transactions: u32,
    /// Days since the first one.
    pub age_days: u32,
    /// Days since the last one.
    pub silent_days: u32,
    /// Median of the days between successive purchases; `None` with fewer than three purchases.
    pub usual_gap: Option<f64>,
    /// Expected purchases within the horizon of a customer at the first purchase: what is known before anything else.
    pub newcomer: f64,
    /// What would be expected had he bought on the day of the valuation.
    pub if_bought_today: f64,
    /// What will be expected if thirty more days pass without a purchase.
    pub if_silent: f64,
}

/// Days that [`Reasons::if_silent`] looks ahead.
pub const SILENCE: u32 = 30;

/// The outlook of one customer under a blend that was fitted on `fitted_on` customers (see
/// [`Models::fitted_on`](crate::Models::fitted_on)), `horizon` in weeks, `discount` a continuous rate per week: ln(1 + i) / 52.18
/// for a yearly rate i.
///
/// ```
/// use value::blend::Blend;
/// use value::lifetime::{Kind, Model, Path};
/// let model = Model::restored(Kind::ParetoNbd, &[("r", 0.55), ("alpha", 10.6), ("s", 0.61), ("beta", 11.7)]).unwrap();
/// let path = Path { repeats: &[30, 61, 88, 120], age: 130 };
/// let outlook = value::outlook(&Blend::single(model), 2_357, &path, 52.0, 1.10_f64.ln() / 52.18);
/// assert!(outlook.p_alive > 0.9 && outlook.reasons.usual_gap == Some(30.5));
/// assert!(outlook.reasons.if_bought_today > outlook.expected_transactions);
/// assert!(outlook.reasons.if_silent < outlook.expected_transactions);
/// assert!(outlook.residual_transactions.unwrap() > outlook.expected_transactions);
/// ```
pub fn outlook(blend: &Blend, fitted_on: usize, path: &Path<'_>, horizon: f64, discount: f64) -> Outlook {
    outlook_of_kin(blend, fitted_on, path, horizon, discount, &Kin::NONE)
}

/// The same for a customer with equivalents: what they say multiplies the purchases that the models expect, but in
/// [`Opinion`], [`Reasons::newcomer`] and what is about time (life, next purchase), which are the models' alone.
pub fn outlook_of_kin(
    blend: &Blend,
    fitted_on: usize,
    path: &Path<'_>,
    horizon: f64,
    discount: f64,
    kin: &Kin,
) -> Outlook {
    let drawn = blend.drawn(fitted_on);
    let times = |path: &Path<'_>| kin.of_purchases(f64::from(path.age) / WEEK).times;
    let expected = |path: &Path<'_>| times(path) * drawn.expected(path, horizon);
    let draws = drawn.mixture(path, horizon);
    // What is searched for in time takes the parameters as known: draws move it by little and cost much.
    let prospects = blend.prospects(path, horizon);
    let mixed = |of: &dyn Fn(&Prospect) -> f64| -> f64 {
        prospects.iter().map(|(weight, _, prospect)| weight * of(prospect)).sum()
    };
    let bounded = |number: f64| number.is_finite().then_some(number);
    let p_next = mixed(&|prospect| prospect.next_purchase().chance);
    let next_within = |weeks: f64| mixed(&|prospect| prospect.p_more_than(0, weeks));
    let last = path.repeats.last().copied().unwrap_or(0);
    let bought: Vec<u32> =
        path.repeats.iter().copied().filter(|day| *day < path.age).chain([path.age]).collect();
    let today = if path.age == 0 { *path } else { Path { repeats: &bought, age: path.age } };
    let course = course(&drawn, path, horizon, kin);
    Outlook {
        p_alive: draws.iter().map(|(weight, _, prospect)| weight * prospect.p_alive).sum(),
        expected_transactions: course.last().map_or(0.0, |step| step.expected),
        residual_transactions: bounded(times(path) * mixed(&|prospect| prospect.residual(discount))),
        median_life: time_until(|weeks| mixed(&|prospect| prospect.p_alive_after(weeks)) <= 0.5),
        p_next,
        next_purchase: (p_next > 0.01)
            .then(|| time_until(|weeks| next_within(weeks) >= 0.5 * p_next))
            .flatten(),
        course,
        members: opinions(&draws, horizon),
        reasons: Reasons {
            transactions: path.repeats.len() as u32 + 1,
            age_days: path.age,
            silent_days: path.age - last.min(path.age),
            usual_gap: usual_gap(path.repeats),
            newcomer: drawn.expected(&Path { repeats: &[], age: 0 }, horizon),
            if_bought_today: expected(&today),
            if_silent: expected(&Path { age: path.age.saturating_add(SILENCE), ..*path }),
        },
    }
}

/// Expected purchases up to each quarter of the horizon. `blend` is drawn already: its members are models for sure.
fn course(blend: &Blend, path: &Path<'_>, horizon: f64, kin: &Kin) -> Vec<Step> {
    let forecaster = blend.forecaster(usize::MAX, path.repeats.len(), horizon);
    let ready = forecaster.ready();
    let mut tail = Tail::default();
    (1..=4)
        .map(|quarter| {
            let weeks = horizon * f64::from(quarter) / 4.0;
            let p_alive = ready.forecast_within(path, weeks, &mut tail);
            let forecast = forecast_of_kin(&tail, path, p_alive, kin);
            Step {
                days: weeks * WEEK,
                expected: forecast.mean,
                interval: Interval::of_counts(forecast.quantiles),
            }
        })
        .collect()
}

/// What each model says: the draws of its parameters together.
fn opinions(prospects: &[(f64, Kind, Prospect)], horizon: f64) -> Vec<Opinion> {
    let mut opinions: Vec<Opinion> = prospects
        .chunk_by(|one, next| one.1 == next.1)
        .map(|draws| {
            let weight: f64 = draws.iter().map(|(weight, ..)| weight).sum();
            let mean = |of: &dyn Fn(&Prospect) -> f64| -> f64 {
                draws.iter().map(|(share, _, prospect)| share / weight * of(prospect)).sum()
            };
            Opinion {
                model: draws[0].1,
                weight,
                p_alive: mean(&|prospect| prospect.p_alive),
                expected_transactions: mean(&|prospect| prospect.expected_transactions(horizon)),
            }
        })
        .filter(|opinion| opinion.weight > 0.0)
        .collect();
    opinions.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    opinions
}

/// The median of the days between successive purchases, of three or more.
fn usual_gap(repeats: &[u32]) -> Option<f64> {
    if repeats.len() < 2 {
        return None;
    }
    let mut gaps: Vec<u32> =
        repeats.iter().scan(0, |last, day| Some(day - std::mem::replace(last, *day))).collect();
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    Some(if gaps.len() % 2 == 1 {
        f64::from(gaps[middle])
    } else {
        0.5 * (f64::from(gaps[middle - 1]) + f64::from(gaps[middle]))
    })
}

/// The first time, in days, at which something monotone has come true; `None` beyond two thousand years.
fn time_until(is_true: impl Fn(f64) -> bool) -> Option<f64> {
    const FAR: f64 = 100_000.0;
    if is_true(0.0) {
        return Some(0.0);
    }
    let mut high = 1.0;
    while !is_true(high) {
        high *= 2.0;
        if high > FAR {
            return None;
        }
    }
    let mut low = if high > 1.0 { high / 2.0 } else { 0.0 };
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if is_true(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high * WEEK)
}

impl Blend {
    /// Each member's weight, kind and prospect of a customer.
    fn prospects(&self, path: &Path<'_>, horizon: f64) -> Vec<(f64, Kind, Prospect)> {
        self.members
            .iter()
            .map(|member| {
                let prospect = member.model.forecaster(path.repeats.len(), horizon).prospect(path);
                (member.weight, member.model.kind(), prospect)
            })
            .collect()
    }

    /// The same, with who may be one of the few in two.
    fn mixture(&self, path: &Path<'_>, horizon: f64) -> Vec<(f64, Kind, Prospect)> {
        let of_members = self.prospects(path, horizon).into_iter();
        let split = of_members.flat_map(|(weight, kind, prospect)| {
            Few::split(self.few.as_ref(), path, prospect).map(|(chance, one)| (weight * chance, kind, one))
        });
        split.filter(|(weight, ..)| *weight > 0.0).collect()
    }

    /// Expected purchases within a horizon in weeks.
    fn expected(&self, path: &Path<'_>, horizon: f64) -> f64 {
        self.mixture(path, horizon)
            .iter()
            .map(|(weight, _, prospect)| weight * prospect.expected_transactions(horizon))
            .sum()
    }

    /// The distribution of a customer's purchases within a horizon in weeks.
    pub fn tail(&self, path: &Path<'_>, horizon: f64) -> Tail {
        let mut tail = Tail::default();
        for (weight, _, prospect) in self.mixture(path, horizon) {
            tail.add(&prospect, horizon, weight);
        }
        tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blend::Member;
    use crate::lifetime::Model;

    fn blend() -> Blend {
        let model = |kind, parameters: &[(&str, f64)]| Model::restored(kind, parameters).unwrap();
        Blend {
            members: vec![
                Member {
                    weight: 0.6,
                    model: model(Kind::MbgNbd, &[("r", 0.52), ("alpha", 6.2), ("a", 0.89), ("b", 1.61)]),
                },
                Member {
                    weight: 0.4,
                    model: model(
                        Kind::DriftingPareto,
                        &[("r", 0.46), ("alpha", 8.9), ("decay", 0.03), ("s", 0.54), ("beta", 9.9)],
                    ),
                },
            ],
            shock: 0.1,
            few: None,
        }
    }

    #[test]
    fn the_outlook_is_the_mixture_of_its_members() {
        let path = Path { repeats: &[14, 30, 31, 70], age: 100 };
        let outlook = outlook(&blend(), usize::MAX, &path, 39.0, 0.0027);
        let mixed: f64 = outlook.members.iter().map(|m| m.weight * m.expected_transactions).sum();
        let last = outlook.course[3];
        // What moves all customers together bends it by a little.
        assert!((last.expected / mixed - 1.0).abs() < 5e-3 && last.days == 273.0, "{last:?} {mixed}");
        assert_eq!(outlook.expected_transactions, last.expected);
        assert!(outlook.course.is_sorted_by(|one, next| one.expected <= next.expected));
        assert!(last.interval.lo95 <= last.expected && last.expected <= last.interval.hi95);
        assert_eq!((outlook.reasons.transactions, outlook.reasons.silent_days), (5, 30));
        assert_eq!(outlook.reasons.usual_gap, Some(15.0));
    }

    #[test]
    fn silence_speaks_against_a_customer_and_a_purchase_for_him() {
        let path = Path { repeats: &[7, 14, 21, 28, 35], age: 60 };
        let outlook = outlook(&blend(), usize::MAX, &path, 39.0, 0.0027);
        assert!(outlook.reasons.if_silent < outlook.expected_transactions);
        assert!(outlook.reasons.if_bought_today > outlook.expected_transactions);
        assert!(outlook.next_purchase.unwrap() > 0.0 && outlook.p_next < 1.0);
    }

    #[test]
    fn nothing_breaks_at_the_edges() {
        for path in [
            Path { repeats: &[], age: 0 },
            Path { repeats: &[1], age: 1 },
            Path { repeats: &[], age: 40_000 },
            Path { repeats: &[1, 2, 3], age: 30_000 },
        ] {
            for discount in [0.0, -0.01, 1e-6, 0.5] {
                let outlook = outlook(&blend(), usize::MAX, &path, 52.0, discount);
                assert!((0.0..=1.0).contains(&outlook.p_alive), "{path:?} {outlook:?}");
                assert!(outlook.expected_transactions.is_finite());
                assert!(outlook.residual_transactions.is_none_or(|residual| residual >= 0.0));
            }
        }
    }
}
