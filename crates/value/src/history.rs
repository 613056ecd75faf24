//! From purchase lines to one history per customer: when they bought, how often, for how much.
//!
//! Takes lines in any order. Gives one [`History`] per customer who bought, by rising customer number. Leaves out
//! how lines are stored or read, and what the histories mean for the future (`lifetime`, `spend`).
//!
//! Rules, for the whole crate:
//! - All lines of one customer and day are one transaction.
//! - A return (negative amount) nets off the latest day, up to and including its own, that has enough left; if no
//!   single day has, it is spread over the latest days backwards. What finds no purchase stays unmatched.
//! - A day that returns bring to zero is no transaction. A day with purchases of zero amount only is one.
//! - `recency` runs from first to last purchase, `age` from first purchase to the day of the valuation; a line
//!   after that day is not known yet and is counted apart.

use crate::lifetime::{Path, Timing};
use crate::lines::{self, Line};
use ledger::Day;

/// One line of a sale, or of a return when `amount` is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurchaseLine {
    /// Number of the customer, chosen by the caller; dense numbers are sorted fastest.
    pub customer: u32,
    /// Day, as in [`ledger::Day`].
    pub day: i32,
    /// Minor units of one currency; negative for a return.
    pub amount: i64,
    /// Contribution of the line, where known.
    pub margin: Margin,
}

/// Minor units of margin, or unknown; as small as the number itself, since there are tens of millions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin(i64);

impl Margin {
    /// The source does not say.
    pub const UNKNOWN: Margin = Margin(i64::MIN);

    /// A known margin in minor units.
    pub fn of(minor: i64) -> Margin {
        Margin(minor.max(i64::MIN + 1))
    }

    /// The sum of two, unknown where either is.
    fn and(self, other: Margin) -> Margin {
        self.known().zip(other.known()).map(|(one, other)| one.saturating_add(other)).into()
    }

    /// The margin in minor units, where known.
    pub fn known(self) -> Option<i64> {
        (self != Margin::UNKNOWN).then_some(self.0)
    }
}

impl From<Option<i64>> for Margin {
    fn from(minor: Option<i64>) -> Margin {
        minor.map_or(Margin::UNKNOWN, Margin::of)
    }
}

/// What one customer did up to the day of the valuation. Amounts are minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    /// Number of the customer, as in the lines.
    pub customer: u32,
    /// Days with a purchase after the first such day.
    pub repeat_purchases: u32,
    /// Days from first to last purchase.
    pub recency_days: u32,
    /// Days from first purchase to the day of the valuation.
    pub age_days: u32,
    /// First day with a purchase.
    pub first_day: i32,
    /// Last day with a purchase.
    pub last_day: i32,
    /// Sum of purchases before returns.
    pub gross: i64,
    /// Sum of returns that found a purchase, positive.
    pub returns: i64,
    /// Sum of returns that found none, positive; not taken from anything here.
    pub unmatched_returns: i64,
    /// Net spend on repeat purchases, that is without the first purchase day.
    pub repeat_spend: i64,
    /// Sum of known margins, returns included.
    pub margin: i64,
    /// Net amount of the lines whose margin is known.
    pub margin_covers: i64,
    /// How amounts and margins vary from purchase to purchase.
    pub variation: Variation,
}

/// What spend models see of repeat purchases beside their sum. Amounts and margins are minor units, net of the returns
/// that found a purchase.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Variation {
    /// Sum of the squares of the repeat purchases' distances from their mean.
    pub squares: f64,
    /// How many returns found no purchase, or only a part of one.
    pub unmatched_returns: u32,
    /// Repeat purchases of which every line tells its margin.
    pub margin_purchases: u32,
    /// Sum of the margins of these.
    pub margin: i64,
    /// Sum of the squares of these margins' distances from their mean.
    pub margin_squares: f64,
    /// Amount of the last repeat purchase.
    pub last_spend: i64,
    /// Its margin; zero where it is not known.
    pub last_margin: i64,
}

impl History {
    /// Days with a purchase, the first included.
    pub fn transactions(&self) -> u32 {
        self.repeat_purchases + 1
    }

    /// Purchases less the returns that found one, in minor units.
    pub fn spend(&self) -> i64 {
        self.gross.saturating_sub(self.returns)
    }

    /// Mean net spend per repeat purchase in minor units; `None` without repeat purchases.
    pub fn mean_repeat_spend(&self) -> Option<f64> {
        (self.repeat_purchases > 0).then(|| self.repeat_spend as f64 / f64::from(self.repeat_purchases))
    }

    /// What lifetime models see of it, in weeks.
    pub fn timing(&self) -> Timing {
        Timing {
            repeat_purchases: self.repeat_purchases,
            recency: f64::from(self.recency_days) / 7.0,
            age: f64::from(self.age_days) / 7.0,
        }
    }
}

/// The histories of a base as of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Histories {
    /// The day of the valuation; purchases of this day are still known.
    pub until: Day,
    /// One per customer with at least one purchase left, by rising customer number.
    pub rows: Vec<History>,
    /// Days of all repeat purchases since the customer's first, customer after customer in the order of `rows`.
    pub repeat_days: Vec<u32>,
    /// Net amounts of the same purchases, in the same order; empty but from [`histories_with_amounts`].
    pub repeat_amounts: Vec<i64>,
    /// What went in and what stayed out.
    pub counts: Counts,
}

impl Histories {
    /// When each customer bought, in the order of `rows`.
    ///
    /// ```
    /// use ledger::Day;
    /// use value::{Margin, PurchaseLine, histories};
    /// let line = |customer, day| PurchaseLine { customer, day, amount: 500, margin: Margin::UNKNOWN };
    /// let base = histories(vec![line(1, 20), line(1, 8), line(2, 5), line(1, 10)], Day(30));
    /// let paths: Vec<_> = base.paths().collect();
    /// assert_eq!((paths[0].repeats, paths[0].age), (&[2, 12][..], 22));
    /// assert!(paths[1].repeats.is_empty());
    /// ```
    pub fn paths(&self) -> impl Iterator<Item = Path<'_>> {
        let mut rest = &self.repeat_days[..];
        self.rows.iter().map(move |row| {
            let (repeats, after) = rest.split_at(row.repeat_purchases as usize);
            rest = after;
            Path { repeats, age: row.age_days }
        })
    }
}

/// How many lines went in, and what did not become part of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All lines.
    pub lines: u64,
    /// Lines after the day of the valuation.
    pub lines_after: u64,
    /// Return lines up to the day of the valuation.
    pub return_lines: u64,
    /// Customers whose purchases were all returned, or who have returns only.
    pub customers_without_purchase: u64,
    /// Sum of returns that found no purchase, of all customers, positive minor units.
    pub unmatched_returns: i64,
}

/// One history per customer from lines in any order; the rules stand at the head of this file.
///
/// Sorts the lines in place: beside them it needs only the result. The answer does not depend on their order.
///
/// ```
/// use ledger::Day;
/// use value::{Margin, PurchaseLine, histories};
/// let line = |day, amount| PurchaseLine { customer: 7, day, amount, margin: Margin::UNKNOWN };
/// // Two lines on day 0, one purchase on day 14 that is returned on day 20, one on day 30.
/// let base = histories(vec![line(30, 900), line(0, 500), line(14, 800), line(20, -800), line(0, 100)], Day(40));
/// let history = &base.rows[0];
/// assert_eq!((history.transactions(), history.recency_days, history.age_days), (2, 30, 40));
/// assert_eq!(history.spend(), 1_500);
/// ```
pub fn histories(lines: Vec<PurchaseLine>, until: Day) -> Histories {
    gathered(lines, until, false)
}

/// The same with the amount of each repeat purchase: eight bytes more for each, which only a look back at past spend
/// needs ([`crate::backtest::study()`]). For many customers, take [`lines_of_some`] first.
///
/// ```
/// use ledger::Day;
/// use value::{Margin, PurchaseLine, histories_with_amounts};
/// let line = |day, amount| PurchaseLine { customer: 7, day, amount, margin: Margin::UNKNOWN };
/// let base = histories_with_amounts(vec![line(0, 500), line(14, 800), line(20, -300), line(30, 900)], Day(40));
/// // The return of day 20 nets off the purchase before it.
/// assert_eq!(base.repeat_amounts, [500, 900]);
/// ```
pub fn histories_with_amounts(lines: Vec<PurchaseLine>, until: Day) -> Histories {
    gathered(lines, until, true)
}

/// All lines of about `wanted` of the `customers` who have any; of everybody where there are no more.
///
/// The same customers every time, whatever the order of the lines: who stays is decided by a hash of the number
/// (the finaliser of Steele, Lea & Flood 2014, "Fast Splittable Pseudorandom Number Generators").
///
/// ```
/// use value::{Margin, PurchaseLine, lines_of_some};
/// let line = |customer| PurchaseLine { customer, day: 1, amount: 500, margin: Margin::UNKNOWN };
/// let lines: Vec<PurchaseLine> = (0..20_000).map(|n| line(n / 2)).collect();
/// let some = lines_of_some(&lines, 10_000, 1_000);
/// assert!((1_800..2_200).contains(&some.len()));
/// assert_eq!(lines_of_some(&lines, 10_000, 10_000), lines);
/// ```
pub fn lines_of_some(lines: &[PurchaseLine], customers: u64, wanted: u64) -> Vec<PurchaseLine> {
    if customers <= wanted {
        return lines.to_vec();
    }
    let mixed = |customer: u32| {
        let z = u64::from(customer).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    lines.iter().filter(|line| mixed(line.customer) % customers < wanted).copied().collect()
}

fn gathered(mut lines: Vec<PurchaseLine>, until: Day, with_amounts: bool) -> Histories {
    let of_all = lines.len();
    let (mut last_day, mut last_customer) = (i32::MIN, 0);
    for line in &lines {
        last_day = last_day.max(line.day);
        last_customer = last_customer.max(line.customer);
    }
    if last_day > until.0 {
        lines.retain(|line| line.day <= until.0);
    }
    let mut gathering = Gathering::new(until, with_amounts);
    gathering.counts.lines = of_all as u64;
    gathering.counts.lines_after = (of_all - lines.len()) as u64;
    lines::each_sorted_stretch(&mut lines, last_customer, |stretch| gathering.take(stretch));
    gathering.done()
}

/// Histories while they are made, customer after customer.
pub(crate) struct Gathering {
    histories: Histories,
    with_amounts: bool,
    pub counts: Counts,
    days: Vec<PurchaseDay>,
}

impl Gathering {
    pub fn new(until: Day, with_amounts: bool) -> Gathering {
        let histories = Histories {
            until,
            rows: Vec::new(),
            repeat_days: Vec::new(),
            repeat_amounts: Vec::new(),
            counts: Counts::default(),
        };
        Gathering { histories, with_amounts, counts: Counts::default(), days: Vec::new() }
    }

    /// Makes room for so many customers and purchases, so that nothing is moved while they come.
    pub fn reserve(&mut self, customers: usize, purchases: usize) {
        self.histories.rows.reserve_exact(customers);
        self.histories.repeat_days.reserve_exact(purchases);
    }

    /// Lines up to the day of the valuation, sorted by customer, day and falling amount; all of a customer at once.
    pub fn take<L: Line>(&mut self, sorted: &[L]) {
        let Histories { until, rows, repeat_days, repeat_amounts, .. } = &mut self.histories;
        for lines in sorted.chunk_by(|one, next| one.customer() == next.customer()) {
            match fold(lines, *until, &mut self.days, &mut self.counts) {
                Some(history) => {
                    let repeats = self.days.iter().filter(|day| day.stands).skip(1);
                    repeat_days.extend(repeats.clone().map(|day| day.day.abs_diff(history.first_day)));
                    if self.with_amounts {
                        repeat_amounts.extend(repeats.map(|day| day.left));
                    }
                    rows.push(history);
                }
                None => self.counts.customers_without_purchase += 1,
            }
        }
    }

    pub fn done(self) -> Histories {
        Histories { counts: self.counts, ..self.histories }
    }
}

/// One purchase day while returns are being netted off.
pub(crate) struct PurchaseDay {
    pub day: i32,
    left: i64,
    pub stands: bool,
    /// Margin of all lines so far, where each tells it.
    margin: Margin,
}

/// The history of one customer from its lines, sorted by day, purchases of a day before its returns; `days` become the
/// customer's days with a purchase.
pub(crate) fn fold<L: Line>(
    lines: &[L],
    until: Day,
    days: &mut Vec<PurchaseDay>,
    counts: &mut Counts,
) -> Option<History> {
    days.clear();
    let (mut gross, mut unmatched, mut margin, mut margin_covers) = (0_i64, 0_i64, 0_i64, 0_i64);
    let mut unmatched_returns = 0;
    for of_day in lines.chunk_by(|one, next| one.day() == next.day()) {
        for line in of_day {
            if let Some(known) = line.margin().known() {
                margin = margin.saturating_add(known);
                margin_covers = margin_covers.saturating_add(line.amount());
            }
        }
        let purchases = of_day.iter().take_while(|line| line.amount() >= 0).count();
        if purchases > 0 {
            let left = of_day[..purchases].iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount()));
            gross = gross.saturating_add(left);
            let margin = of_day[..purchases].iter().fold(Margin::of(0), |sum, line| sum.and(line.margin()));
            days.push(PurchaseDay { day: of_day[0].day(), left, stands: true, margin });
        }
        for line in of_day[purchases..].iter().rev() {
            counts.return_lines += 1;
            let open = net_off(days, line.amount().saturating_neg(), line.margin());
            unmatched = unmatched.saturating_add(open);
            unmatched_returns += u32::from(open > 0);
        }
    }
    counts.unmatched_returns = counts.unmatched_returns.saturating_add(unmatched);
    let mut standing = days.iter().filter(|day| day.stands);
    let first = standing.next()?;
    let (mut repeat_purchases, mut repeat_spend, mut last_day) = (0, 0_i64, first.day);
    for day in standing {
        repeat_purchases += 1;
        repeat_spend = repeat_spend.saturating_add(day.left);
        last_day = day.day;
    }
    let net = days.iter().fold(0_i64, |sum, day| sum.saturating_add(day.left));
    Some(History {
        customer: lines[0].customer(),
        repeat_purchases,
        recency_days: last_day.abs_diff(first.day),
        age_days: until.0.abs_diff(first.day),
        first_day: first.day,
        last_day,
        gross,
        returns: gross.saturating_sub(net),
        unmatched_returns: unmatched,
        repeat_spend,
        margin,
        margin_covers,
        variation: Variation { unmatched_returns, ..Variation::of(days, repeat_purchases, repeat_spend) },
    })
}

impl Variation {
    /// Of the days that stand, but for the first; `repeat_spend` is their sum.
    fn of(days: &[PurchaseDay], repeat_purchases: u32, repeat_spend: i64) -> Variation {
        let mut variation = Variation::default();
        if repeat_purchases == 0 {
            return variation;
        }
        let repeats = || days.iter().filter(|day| day.stands).skip(1);
        let mean = repeat_spend as f64 / f64::from(repeat_purchases);
        for day in repeats() {
            variation.squares += (day.left as f64 - mean).powi(2);
            variation.last_spend = day.left;
            if let Some(margin) = day.margin.known() {
                variation.margin_purchases += 1;
                variation.margin = variation.margin.saturating_add(margin);
            }
            variation.last_margin = day.margin.known().unwrap_or(0);
        }
        if variation.margin_purchases > 0 {
            let mean = variation.margin as f64 / f64::from(variation.margin_purchases);
            let margins = repeats().filter_map(|day| day.margin.known());
            variation.margin_squares = margins.map(|margin| (margin as f64 - mean).powi(2)).sum();
        }
        variation
    }
}

/// Takes `refund` from the latest day that has enough left, or from the latest days, its margin (mostly negative) in
/// proportion; gives what found no purchase.
fn net_off(days: &mut [PurchaseDay], refund: i64, margin: Margin) -> i64 {
    let take = |day: &mut PurchaseDay, amount: i64| {
        day.left -= amount;
        day.stands &= day.left > 0;
        let part = if amount == refund { 1.0 } else { amount as f64 / refund as f64 };
        day.margin = day.margin.and(margin.known().map(|margin| (margin as f64 * part) as i64).into());
    };
    if let Some(day) = days.iter_mut().rev().find(|day| day.left >= refund) {
        take(day, refund);
        return 0;
    }
    let mut open = refund;
    for day in days.iter_mut().rev().filter(|day| day.left > 0) {
        let amount = open.min(day.left);
        take(day, amount);
        open -= amount;
        if open == 0 {
            break;
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(customer: u32, day: i32, amount: i64) -> PurchaseLine {
        PurchaseLine { customer, day, amount, margin: Margin::UNKNOWN }
    }

    fn one(lines: Vec<PurchaseLine>) -> Histories {
        histories(lines, Day(100))
    }

    #[test]
    fn a_return_nets_off_the_latest_day_with_enough_left() {
        // Ada spends 50 on day 0, 80 on day 10, 20 on day 20; on day 30 she brings back goods for 60.
        let base = one(vec![line(1, 0, 50), line(1, 10, 80), line(1, 20, 20), line(1, 30, -60)]);
        let ada = base.rows[0];
        assert_eq!((ada.repeat_purchases, ada.repeat_spend, ada.returns), (2, 20 + 20, 60));
        assert_eq!(ada.recency_days, 20);
    }

    #[test]
    fn a_return_larger_than_any_day_is_spread_backwards() {
        let base = one(vec![line(1, 0, 50), line(1, 10, 30), line(1, 20, 20), line(1, 30, -45)]);
        // 45 still fits the first day; 60 would not.
        assert_eq!((base.rows[0].repeat_purchases, base.rows[0].spend()), (2, 55));
        let base = one(vec![line(1, 0, 50), line(1, 10, 30), line(1, 20, 20), line(1, 30, -60)]);
        // 20 from day 20, 30 from day 10, 10 from day 0.
        assert_eq!((base.rows[0].repeat_purchases, base.rows[0].spend()), (0, 40));
        assert_eq!((base.rows[0].last_day, base.counts.unmatched_returns), (0, 0));
    }

    #[test]
    fn a_day_returned_in_full_is_no_purchase_and_a_gift_is_one() {
        let base = one(vec![line(1, 0, 50), line(1, 0, -50), line(1, 5, 40), line(1, 9, 0)]);
        let history = base.rows[0];
        assert_eq!((history.first_day, history.last_day, history.repeat_purchases), (5, 9, 1));
        assert_eq!((history.spend(), history.gross, history.repeat_spend), (40, 90, 0));
    }

    #[test]
    fn a_return_without_a_purchase_is_counted_and_changes_nothing() {
        let base = one(vec![line(1, 0, -30), line(1, 5, 40), line(2, 3, -10)]);
        assert_eq!(base.rows.len(), 1);
        assert_eq!((base.rows[0].spend(), base.rows[0].unmatched_returns), (40, 30));
        assert_eq!((base.counts.customers_without_purchase, base.counts.unmatched_returns), (1, 40));
    }

    #[test]
    fn lines_after_the_day_are_not_known_yet() {
        let base = one(vec![line(1, 100, 5), line(1, 101, 5), line(2, 500, 5)]);
        assert_eq!((base.rows.len(), base.counts.lines, base.counts.lines_after), (1, 3, 2));
        assert_eq!((base.rows[0].age_days, base.rows[0].repeat_purchases), (0, 0));
    }

    #[test]
    fn margins_add_up_over_the_lines_that_tell_them() {
        let with =
            |day, amount, margin| PurchaseLine { customer: 1, day, amount, margin: Margin::of(margin) };
        let base = one(vec![with(0, 100, 40), with(8, -50, -20), line(1, 9, 70)]);
        assert_eq!((base.rows[0].margin, base.rows[0].margin_covers), (20, 50));
    }

    #[test]
    fn how_purchases_vary_is_kept_net_of_returns() {
        let with =
            |day, amount, margin| PurchaseLine { customer: 1, day, amount, margin: Margin::of(margin) };
        // The first purchase stays out; of day 20 a half comes back, and what comes back on day 2 was bought before.
        let lines =
            vec![with(5, 30, 9), with(10, 40, -6), with(20, 80, 30), with(25, -40, -15), with(2, -7, -1)];
        let variation = one(lines).rows[0].variation;
        assert_eq!((variation.squares, variation.last_spend, variation.unmatched_returns), (0.0, 40, 1));
        assert_eq!((variation.margin_purchases, variation.margin, variation.last_margin), (2, 9, 15));
        assert_eq!(variation.margin_squares, 2.0 * 10.5 * 10.5);
        let some = one(vec![line(1, 0, 5), line(1, 3, 20), with(9, 30, 8)]).rows[0].variation;
        assert_eq!((some.squares, some.margin_purchases, some.margin), (50.0, 1, 8));
    }

    #[test]
    fn the_order_of_lines_does_not_matter() {
        let mut state = 42_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut lines: Vec<_> = (0..200_000)
            .map(|_| line(next(30_000) as u32, next(90) as i32, next(5_000) as i64 - 800))
            .collect();
        lines.push(line(4_000_000_000, 3, 7));
        let forward = one(lines.clone());
        for i in (1..lines.len()).rev() {
            lines.swap(i, next(i as u64 + 1) as usize);
        }
        assert_eq!(forward, one(lines.clone()));
        assert!(forward.rows.is_sorted_by_key(|row| row.customer));
        let net: i64 = forward.rows.iter().map(History::spend).sum();
        let all: i64 = lines.iter().map(|line| line.amount).sum();
        // A customer without a purchase left has spent nothing, so every cent is in a row or unmatched.
        assert_eq!(net - forward.counts.unmatched_returns, all);
    }

    #[test]
    fn extreme_days_and_amounts_do_not_overflow() {
        let base = histories(
            vec![line(1, i32::MIN, i64::MAX), line(1, i32::MAX, i64::MAX), line(1, i32::MAX, i64::MIN)],
            Day(i32::MAX),
        );
        assert_eq!(base.rows[0].age_days, u32::MAX);
    }
}
