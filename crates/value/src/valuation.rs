//! All together: histories in, one value per customer out, with the models behind it.

use crate::history::{Histories, History};
use crate::horizon::Horizon;
use crate::lifetime::{self, Forecast, Group, Timing};
use crate::spend::{self, Purse, Spending};
use ledger::Day;

/// What is asked of a valuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// How far ahead to look from the day of the histories.
    pub horizon: Horizon,
    /// Decimals of the minor unit that amounts are in (2 for cents); `None` leaves spend out.
    pub minor_digits: Option<u32>,
}

/// The bounds of the central 95 % and 80 % of a predictive distribution.
///
/// For a number of purchases they are whole numbers, the smallest n whose cumulative probability reaches 2.5 %,
/// 10 %, 90 % and 97.5 %: what falls inside is therefore at least, and often more than, 95 % or 80 %.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Interval {
    pub lo95: f64,
    pub lo80: f64,
    pub hi80: f64,
    pub hi95: f64,
}

impl Interval {
    fn of([lo95, lo80, hi80, hi95]: [f64; 4]) -> Interval {
        Interval { lo95, lo80, hi80, hi95 }
    }
}

/// What one customer is expected to bring within the horizon. Every number is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CustomerValue {
    /// Number of the customer, as in the histories.
    pub customer: u32,
    /// Chance that the customer still buys, 0 to 1.
    pub p_alive: f64,
    /// Expected number of purchases.
    pub expected_transactions: f64,
    /// Where that number will lie.
    pub transactions: Interval,
    /// Its variance.
    pub transactions_variance: f64,
    /// Expected spend in minor units, not rounded; zero when spend was not asked for.
    pub expected_spend: f64,
    /// Where that spend will lie, in minor units; moment-matched, see [`Purse::forecast`].
    pub spend: Interval,
    /// Its variance, in minor units squared.
    pub spend_variance: f64,
    /// Expected margin per unit of spend: the customer's own, drawn towards everybody's; `None` where no line of
    /// the base tells a margin. Expected margin is `expected_spend` times this.
    pub margin_share: Option<f64>,
}

/// The value of a base as of a day, with the models it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Valuation {
    /// The day of the valuation.
    pub until: Day,
    /// How far ahead it looks.
    pub horizon: Horizon,
    /// Model of how often and how long; fitted with time in weeks.
    pub lifetime: lifetime::Model,
    /// Model of how much, in units of the currency; `None` when spend was not asked for.
    pub spend: Option<spend::Model>,
    /// Margin per unit of spend over the whole base, where known.
    pub margin_share: Option<f64>,
    /// One per history, in the same order.
    pub customers: Vec<CustomerValue>,
}

/// A sum over customers and its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Total {
    pub expected: f64,
    pub interval: Interval,
}

impl Total {
    /// The sum of independent parts given as (expected, variance), with normal bounds cut at zero. What all
    /// customers share (the uncertainty of the parameters, the economy) is not in it, so it is on the narrow side.
    pub fn of(parts: impl Iterator<Item = (f64, f64)>) -> Total {
        let (expected, variance) =
            parts.fold((0.0, 0.0), |(e, v), (expected, variance)| (e + expected, v + variance));
        let at = |z: f64| (expected + z * variance.sqrt()).max(0.0);
        const Z80: f64 = 1.281_551_565_544_6;
        const Z95: f64 = 1.959_963_984_540_1;
        Total {
            expected,
            interval: Interval { lo95: at(-Z95), lo80: at(-Z80), hi80: at(Z80), hi95: at(Z95) },
        }
    }
}

impl Valuation {
    /// Expected spend of the whole base, in minor units.
    pub fn total_spend(&self) -> Total {
        Total::of(self.customers.iter().map(|c| (c.expected_spend, c.spend_variance)))
    }

    /// Expected purchases of the whole base.
    pub fn total_transactions(&self) -> Total {
        Total::of(self.customers.iter().map(|c| (c.expected_transactions, c.transactions_variance)))
    }

    /// Expected number of customers who still buy.
    pub fn expected_active(&self) -> f64 {
        self.customers.iter().map(|c| c.p_alive).sum()
    }

    /// Names of the models in use, for people: `BG/NBD + Gamma-Gamma`.
    pub fn model_name(&self) -> String {
        match &self.spend {
            Some(spend) => format!("{} + {}", self.lifetime.name(), spend.name()),
            None => self.lifetime.name().to_string(),
        }
    }
}

/// Values every customer with a history.
///
/// Fits BG/NBD and, when amounts are asked for, Gamma-Gamma; a base that cannot carry them gets one pooled rate or
/// mean, and [`lifetime::Model::reason`] says why. Customers with the same timing share one computation. Never
/// panics and gives no NaN, also for an empty base.
pub fn value(histories: &Histories, question: &Question) -> Valuation {
    let timings = Timings::of(&histories.rows);
    let horizon = question.horizon.weeks();
    let lifetime = lifetime::fit(&timings.groups, horizon);
    let forecasts: Vec<(f64, Forecast)> = timings
        .groups
        .iter()
        .map(|group| {
            let prospect = lifetime.prospect(&group.timing);
            (prospect.p_alive, prospect.forecast(horizon))
        })
        .collect();
    let minor = question.minor_digits.map(|digits| 10_f64.powi(digits.min(18) as i32));
    let spend = minor.map(|minor| fit_spend(&histories.rows, minor));
    let margins = question.minor_digits.and_then(|_| Margins::of(&histories.rows));
    let customers = histories
        .rows
        .iter()
        .zip(&timings.group_of)
        .map(|(history, group)| {
            let (p_alive, forecast) = &forecasts[*group as usize];
            let mut value = CustomerValue {
                customer: history.customer,
                p_alive: *p_alive,
                expected_transactions: forecast.mean,
                transactions: {
                    let [lo95, lo80, _, hi80, hi95] = forecast.quantiles.map(f64::from);
                    Interval { lo95, lo80, hi80, hi95 }
                },
                transactions_variance: forecast.variance,
                expected_spend: 0.0,
                spend: Interval::default(),
                spend_variance: 0.0,
                margin_share: margins.as_ref().map(|margins| margins.share(history)),
            };
            if let (Some(minor), Some(model)) = (minor, &spend) {
                let purse: Purse = model.purse(&spending(history, minor));
                let spend = purse.forecast(forecast);
                value.expected_spend = spend.mean * minor;
                value.spend = Interval::of(spend.quantiles.map(|quantile| quantile * minor));
                value.spend_variance = spend.variance * minor * minor;
            }
            value
        })
        .collect();
    Valuation {
        until: histories.until,
        horizon: question.horizon,
        lifetime,
        spend,
        margin_share: margins.map(|margins| margins.pooled),
        customers,
    }
}

fn spending(history: &History, minor: f64) -> Spending {
    Spending {
        purchases: history.repeat_purchases,
        mean: history.mean_repeat_spend().map_or(0.0, |mean| mean / minor),
    }
}

fn fit_spend(rows: &[History], minor: f64) -> spend::Model {
    let spendings: Vec<Spending> =
        rows.iter().filter(|row| row.repeat_purchases > 0).map(|row| spending(row, minor)).collect();
    let spend: f64 = rows.iter().map(|row| row.spend() as f64).sum();
    let transactions: f64 = rows.iter().map(|row| f64::from(row.transactions())).sum();
    let typical = if transactions > 0.0 { spend / transactions / minor } else { 0.0 };
    spend::fit(&spendings, typical)
}

/// Histories gathered by equal timing.
struct Timings {
    groups: Vec<Group>,
    /// For each history the place of its group.
    group_of: Vec<u32>,
}

impl Timings {
    fn of(rows: &[History]) -> Timings {
        // x, recency and age in days, packed so that equal timings are equal numbers; eleven thousand years fit.
        let pack = |row: &History| {
            let part = |days: u32, bits: u32| u64::from(days.min((1 << bits) - 1));
            part(row.repeat_purchases, 20) << 44 | part(row.recency_days, 22) << 22 | part(row.age_days, 22)
        };
        let mut keys: Vec<(u64, u32)> =
            rows.iter().enumerate().map(|(i, row)| (pack(row), i as u32)).collect();
        keys.sort_unstable();
        let mut groups = Vec::new();
        let mut group_of = vec![0; rows.len()];
        for same in keys.chunk_by(|one, next| one.0 == next.0) {
            for (_, row) in same {
                group_of[*row as usize] = groups.len() as u32;
            }
            let timing: Timing = rows[same[0].1 as usize].timing();
            groups.push(Group { timing, customers: same.len() as u32, ln_gaps: 0.0 });
        }
        Timings { groups, group_of }
    }
}

/// Margin per unit of spend, of the base and of each customer.
struct Margins {
    pooled: f64,
    /// Spend that weighs as much as the base's own share: what an average customer has spent.
    weight: f64,
}

impl Margins {
    fn of(rows: &[History]) -> Option<Margins> {
        let covered = rows.iter().filter(|row| row.margin_covers > 0).count();
        let spend: f64 = rows.iter().map(|row| row.margin_covers as f64).sum();
        let margin: f64 = rows.iter().map(|row| row.margin as f64).sum();
        (covered > 0 && spend > 0.0)
            .then(|| Margins { pooled: margin / spend, weight: spend / covered as f64 })
    }

    /// The customer's own share, weighted by what they spent against `weight` (Bühlmann's credibility form).
    fn share(&self, history: &History) -> f64 {
        if history.margin_covers <= 0 {
            return self.pooled;
        }
        (history.margin as f64 + self.weight * self.pooled) / (history.margin_covers as f64 + self.weight)
    }
}
