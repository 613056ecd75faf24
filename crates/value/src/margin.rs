//! Which way margins are valued: as a share of spend, or as amounts of their own that may be negative.
//!
//! Takes histories whose lines tell margins. Each customer's last repeat purchase is foretold from the ones before it,
//! both ways; the net model ([`crate::spend::net`]) is taken where it errs less, else the share ([`Margins`]) stays.

use crate::History;
use crate::fit::Fit;
use crate::spend::net::{self, Earnings};
use crate::spend::{self, Spending};

/// Margin per unit of spend, of the base and of each customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    /// Over the whole base.
    pub pooled: f64,
    /// Spend, in minor units, that weighs as much as the base's own share: what an average customer has spent.
    pub weight: f64,
}

impl Margins {
    /// From what customers spent where the margin is known; `None` where nobody's is.
    pub(crate) fn of(rows: &[History]) -> Option<Margins> {
        Margins::over(rows.iter().map(|row| (row.margin, row.margin_covers)))
    }

    fn over(parts: impl Iterator<Item = (i64, i64)>) -> Option<Margins> {
        let (mut covered, mut spend, mut margin) = (0.0, 0.0, 0.0);
        for (own, covers) in parts {
            covered += f64::from(u8::from(covers > 0));
            spend += covers as f64;
            margin += own as f64;
        }
        (covered > 0.0 && spend > 0.0).then(|| Margins { pooled: margin / spend, weight: spend / covered })
    }

    /// The customer's own share, weighted by what they spent against `weight` (Bühlmann's credibility form).
    pub fn share(&self, history: &History) -> f64 {
        self.share_of(history.margin, history.margin_covers)
    }

    fn share_of(&self, margin: i64, covers: i64) -> f64 {
        if covers <= 0 {
            return self.pooled;
        }
        (margin as f64 + self.weight * self.pooled) / (covers as f64 + self.weight)
    }
}

/// The net model of margins beside the share of spend.
#[derive(Clone, Debug, PartialEq)]
pub struct NetMargins {
    /// Net margin per repeat purchase, in units of the currency.
    pub fit: Fit<net::Params>,
    /// How both did.
    pub holdout: MarginHoldout,
}

/// The last repeat purchases of some customers, foretold from the ones before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarginHoldout {
    /// Customers.
    pub customers: u64,
    /// Root mean square error of the net model, in units of the currency a purchase.
    pub net: f64,
    /// The same for expected spend times the margin's share of it.
    pub share: f64,
}

impl MarginHoldout {
    /// Whether the net model erred less.
    pub fn favours_net(&self) -> bool {
        self.net < self.share
    }
}

/// Margins are modelled on their own where at least this part of the repeat purchases tells them.
const KNOWN: f64 = 0.99;
/// Fewer customers cannot carry the comparison.
const LEAST_CUSTOMERS: usize = 50;
/// More are not needed for it.
const ENOUGH_CUSTOMERS: usize = 20_000;

/// Repeat margins of one customer, in units of the currency.
pub(crate) fn earnings(history: &History, minor: f64) -> Earnings {
    let variation = &history.variation;
    let n = variation.margin_purchases;
    if n == 0 {
        return Earnings::default();
    }
    Earnings {
        purchases: n,
        mean: variation.margin as f64 / f64::from(n) / minor,
        squares: variation.margin_squares / (minor * minor),
        ..Earnings::default()
    }
}

/// The net model and how it did beside the share; `None` where margins are not known of nearly all purchases, or too few
/// customers came back.
pub(crate) fn net_margins(rows: &[History], minor: f64) -> Option<NetMargins> {
    let repeats: f64 = rows.iter().map(|row| f64::from(row.repeat_purchases)).sum();
    let known: f64 = rows.iter().map(|row| f64::from(row.variation.margin_purchases)).sum();
    if known < KNOWN * repeats {
        return None;
    }
    let complete =
        |row: &&History| row.repeat_purchases > 0 && row.variation.margin_purchases == row.repeat_purchases;
    let repeaters = rows.iter().filter(complete).count();
    if repeaters < LEAST_CUSTOMERS {
        return None;
    }
    let stride = repeaters.div_ceil(ENOUGH_CUSTOMERS);
    let some: Vec<Before> =
        rows.iter().filter(complete).step_by(stride).map(|row| Before::of(row, minor)).collect();
    let holdout = hold_out(&some)?;
    let all: Vec<Earnings> = rows.iter().filter(complete).map(|row| earnings(row, minor)).collect();
    let fit = net::fit(&all).ok()?;
    Some(NetMargins { fit, holdout })
}

/// A customer before the last repeat purchase, and what it brought.
struct Before {
    margins: Earnings,
    spending: Spending,
    /// Margin and what it covers, in minor units, the first purchase included.
    share: (i64, i64),
    last: f64,
}

impl Before {
    fn of(row: &History, minor: f64) -> Before {
        let variation = &row.variation;
        let n = f64::from(row.repeat_purchases);
        let before = n - 1.0;
        let last = variation.last_margin as f64 / minor;
        let whole = earnings(row, minor);
        let (mut margins, mut mean_spend) = (Earnings::default(), 0.0);
        if before > 0.0 {
            let mean = (variation.margin - variation.last_margin) as f64 / before / minor;
            // The sum of squares around the mean grows by this when one more is added (Welford 1962).
            let squares = (whole.squares - (last - mean).powi(2) * before / n).max(0.0);
            margins = Earnings { purchases: row.repeat_purchases - 1, mean, squares, ..Earnings::default() };
            mean_spend = (row.repeat_spend - variation.last_spend) as f64 / before / minor;
        }
        Before {
            margins,
            spending: Spending { purchases: row.repeat_purchases - 1, mean: mean_spend },
            share: (row.margin - variation.last_margin, row.margin_covers - variation.last_spend),
            last,
        }
    }
}

fn hold_out(some: &[Before]) -> Option<MarginHoldout> {
    let margins: Vec<Earnings> =
        some.iter().map(|one| one.margins).filter(|margins| margins.purchases > 0).collect();
    let fit = net::fit(&margins).ok()?;
    let spendings: Vec<Spending> =
        some.iter().map(|one| one.spending).filter(|spending| spending.purchases > 0).collect();
    let purchases: f64 = spendings.iter().map(|one| f64::from(one.purchases)).sum();
    let spent: f64 = spendings.iter().map(|one| f64::from(one.purchases) * one.mean).sum();
    let spend = spend::fit(&spendings, spent / purchases.max(1.0));
    let shares = Margins::over(some.iter().map(|one| one.share))?;
    let (mut of_net, mut of_share) = (0.0, 0.0);
    for one in some {
        let share = shares.share_of(one.share.0, one.share.1);
        of_net += (net::purse(&one.margins, &fit.params).mean - one.last).powi(2);
        of_share += (spend.purse(&one.spending).mean() * share - one.last).powi(2);
    }
    let customers = some.len() as f64;
    let (net, share) = ((of_net / customers).sqrt(), (of_share / customers).sqrt());
    (net.is_finite() && share.is_finite()).then_some(MarginHoldout {
        customers: some.len() as u64,
        net,
        share,
    })
}
