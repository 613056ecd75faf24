//! Classes D1–D4 by contribution net of cost, the whale curve, and who destroys value by which costs.

use crate::rank::{Cuts, places};
use maths::round_half_away;
use std::cmp::Reverse;
use std::fmt;

/// A customer's class by what he contributes, margin less all costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Brings the first part of all positive contribution.
    D1 = 1,
    /// Brings the second part.
    D2 = 2,
    /// Brings the rest of it.
    D3 = 3,
    /// Brings nothing or costs more than he brings.
    D4 = 4,
}

impl Class {
    /// Every class, from the most to the least.
    pub const ALL: [Class; 4] = [Class::D1, Class::D2, Class::D3, Class::D4];

    /// `D1` to `D4`.
    pub fn name(self) -> &'static str {
        ["D1", "D2", "D3", "D4"][self as usize - 1]
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// Where D1, D2 and D3 end. Who contributes nothing or less is D4 under every rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClassRule {
    /// By the share of all positive contribution that those above bring (Pareto's way); rising, 0 to 1. With a third
    /// number of 1 only those who contribute nothing or less are D4.
    Share([f64; 3]),
    /// By the share of customers who contribute more; rising, 0 to 1.
    Quantile([f64; 3]),
    /// From this contribution on; falling minor units.
    Amount([i64; 3]),
}

/// Why numbers are no class rule: shares have to rise between 0 and 1, amounts have to fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassRuleError;

impl fmt::Display for ClassRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the three shares of a class rule have to rise from above 0 to at most 1, amounts have to fall",
        )
    }
}

impl std::error::Error for ClassRuleError {}

impl ClassRule {
    /// D1 brings the first half of all positive contribution, D2 up to four fifths, D3 the rest.
    pub const DEFAULT: ClassRule = ClassRule::Share([0.5, 0.8, 1.0]);

    /// The rule itself if its numbers make sense.
    pub fn checked(self) -> Result<ClassRule, ClassRuleError> {
        if self.cuts().is_in_order() { Ok(self) } else { Err(ClassRuleError) }
    }

    fn cuts(&self) -> Cuts<3> {
        match *self {
            ClassRule::Share(shares) => Cuts::Share(shares),
            ClassRule::Quantile(shares) => Cuts::Quantile(shares),
            ClassRule::Amount(amounts) => Cuts::Amount(amounts),
        }
    }
}

/// The class of each customer, in the order of `contributions` (minor units). Equals are treated alike.
///
/// ```
/// use portfolio::{Class, ClassRule, classes};
/// let by_share = classes(&[50, 30, 15, 5, 0, -40], &ClassRule::DEFAULT);
/// assert_eq!(by_share, [Class::D1, Class::D2, Class::D3, Class::D3, Class::D4, Class::D4]);
/// ```
pub fn classes(contributions: &[i64], rule: &ClassRule) -> Vec<Class> {
    places(contributions, &rule.cuts()).into_iter().map(|place| Class::ALL[place]).collect()
}

/// The whale curve: contribution added up from the best customer to the worst. It rises above the total and comes down
/// over those who cost more than they bring (Kaplan & Narayanan 2001, "Measuring and Managing Customer Profitability").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whale {
    /// Customers as places in the input, most contribution first, equals by place.
    pub order: Vec<u32>,
    /// At most 101 points from nobody to everybody.
    pub points: Vec<WhalePoint>,
    /// The top of the curve: all positive contributions. At least the total.
    pub peak: WhalePoint,
    /// All contributions; the last point.
    pub total: i64,
}

/// A point of the whale curve; [`Whale::order`] up to `customers` is who is behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WhalePoint {
    /// The best so many customers.
    pub customers: usize,
    /// Contribute so much together, in minor units.
    pub contribution: i64,
}

/// The whale curve of contributions in minor units.
///
/// ```
/// let whale = portfolio::whale(&[-30, 100, 0, 50]);
/// assert_eq!((whale.peak.customers, whale.peak.contribution, whale.total), (2, 150, 120));
/// assert_eq!(whale.order, [1, 3, 2, 0]);
/// ```
pub fn whale(contributions: &[i64]) -> Whale {
    let mut order: Vec<u32> = (0..contributions.len() as u32).collect();
    order.sort_unstable_by_key(|&customer| (Reverse(contributions[customer as usize]), customer));
    let steps = order.len().min(100);
    let mut points = vec![WhalePoint::default()];
    let (mut peak, mut now) = (WhalePoint::default(), WhalePoint::default());
    for customer in &order {
        let contribution = contributions[*customer as usize];
        now = WhalePoint { customers: now.customers + 1, contribution: now.contribution + contribution };
        if contribution > 0 {
            peak = now;
        }
        if points.len() * order.len() / steps == now.customers {
            points.push(now);
        }
    }
    Whale { order, points, peak, total: now.contribution }
}

/// A customer who costs more than he brings, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destroyer {
    /// Place in the input.
    pub customer: u32,
    /// Margin less costs, below zero, in minor units.
    pub contribution: i64,
    /// His margin.
    pub margin: i64,
    /// Kinds of cost above what is usual for his margin, the largest excess first.
    pub causes: Vec<Cause>,
}

/// A kind of cost that is larger than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Place of the kind of cost.
    pub kind: usize,
    /// What it came to, in minor units.
    pub cost: i64,
    /// What it comes to over all customers for the same margin: their cost of this kind over their margin, times his.
    pub usual: i64,
    /// Bringing this kind and those before it down to the usual would end the loss.
    pub is_enough: bool,
}

/// Customers whose costs exceed their margin, the largest loss first, with the costs that make it so.
///
/// `margins` holds one margin per customer, `costs` as many numbers per customer as there are `kinds`, all minor units.
/// What is usual for a margin of zero or less is nothing.
///
/// ```
/// // Three customers, costs of service and of returns. The last one sends everything back.
/// let found = portfolio::destroyers(&[100, 100, 40], &[10, 10, 10, 10, 4, 60], 2);
/// assert_eq!((found.len(), found[0].customer, found[0].contribution), (1, 2, -24));
/// assert_eq!((found[0].causes[0].kind, found[0].causes[0].usual, found[0].causes[0].is_enough), (1, 13, true));
/// ```
pub fn destroyers(margins: &[i64], costs: &[i64], kinds: usize) -> Vec<Destroyer> {
    let row = |customer: usize| &costs[customer * kinds..][..kinds];
    let all_margin: i128 = margins.iter().map(|margin| i128::from(*margin)).sum();
    let of_kind =
        |kind: usize| -> i128 { costs.iter().skip(kind).step_by(kinds).map(|c| i128::from(*c)).sum() };
    let all_costs: Vec<i128> = (0..kinds).map(of_kind).collect();
    let usual = |kind: usize, margin: i64| {
        if margin <= 0 || all_margin <= 0 {
            return 0;
        }
        round_half_away(all_costs[kind] * i128::from(margin), all_margin) as i64
    };
    let mut found: Vec<Destroyer> = margins
        .iter()
        .enumerate()
        .filter_map(|(customer, &margin)| {
            let contribution = margin - row(customer).iter().sum::<i64>();
            (contribution < 0).then(|| {
                let kinds = row(customer).iter().enumerate();
                let mut causes: Vec<Cause> = kinds
                    .map(|(kind, &cost)| Cause { kind, cost, usual: usual(kind, margin), is_enough: false })
                    .filter(|cause| cause.cost > cause.usual)
                    .collect();
                causes.sort_by_key(|cause| (Reverse(cause.cost - cause.usual), cause.kind));
                let mut left = contribution;
                for cause in &mut causes {
                    left += cause.cost - cause.usual;
                    cause.is_enough = left >= 0;
                }
                Destroyer { customer: customer as u32, contribution, margin, causes }
            })
        })
        .collect();
    found.sort_by_key(|destroyer| (destroyer.contribution, destroyer.customer));
    found
}

/// What a customer bought at full price, on promotion, and below cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bargains {
    /// Sale lines, returns left out.
    pub lines: u32,
    /// Their amount, in minor units.
    pub amount: i64,
    /// Amount of the lines with enough discount.
    pub promoted: i64,
    /// Amount of the lines sold at or below cost.
    pub below_cost: i64,
    /// Amount of the lines that are one or the other.
    pub either: i64,
}

/// When a customer counts as one who buys bargains only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BargainRule {
    /// Discount from which a line counts as promoted, in hundredths of its price before discount; 1 to 100.
    pub discount_percent: u32,
    /// Share of the amount from which it is "only", in hundredths; 51 to 100.
    pub only_percent: u32,
    /// Fewer lines than this say nothing; 1 to 1,000.
    pub least_lines: u32,
}

/// Why numbers are no rule of bargains: which of them, and what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BargainRuleError {
    /// The discount from which a line is promoted.
    Discount,
    /// The share of the amount that makes it "only": half or less would name people after the smaller part.
    Only,
    /// How many lines it takes.
    Lines,
}

impl fmt::Display for BargainRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BargainRuleError::Discount => "the discount of a promotion is 1 to 100 per cent",
            BargainRuleError::Only => "the share that makes it bargains only is 51 to 100 per cent",
            BargainRuleError::Lines => "the fewest lines that tell are 1 to 1000",
        })
    }
}

impl std::error::Error for BargainRuleError {}

/// What kind of bargains a customer buys, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BargainHunter {
    /// Promotions only.
    Promotions,
    /// Loss leaders only.
    LossLeaders,
    /// Only the two together.
    Both,
}

impl BargainRule {
    /// A tenth off makes a promotion; nine tenths of at least three lines make it "only".
    pub const DEFAULT: BargainRule = BargainRule { discount_percent: 10, only_percent: 90, least_lines: 3 };

    /// The rule itself if its numbers make sense.
    ///
    /// ```
    /// use portfolio::{BargainRule, BargainRuleError};
    /// assert!(BargainRule::DEFAULT.checked().is_ok());
    /// let half = BargainRule { only_percent: 50, ..BargainRule::DEFAULT };
    /// assert_eq!(half.checked(), Err(BargainRuleError::Only));
    /// ```
    pub fn checked(self) -> Result<BargainRule, BargainRuleError> {
        if !(1..=100).contains(&self.discount_percent) {
            Err(BargainRuleError::Discount)
        } else if !(51..=100).contains(&self.only_percent) {
            Err(BargainRuleError::Only)
        } else if !(1..=1_000).contains(&self.least_lines) {
            Err(BargainRuleError::Lines)
        } else {
            Ok(self)
        }
    }

    /// Adds a sale line: invoiced amount, discount taken off, and margin where known, in minor units. Lines without an
    /// amount above zero say nothing.
    pub fn add(&self, bargains: &mut Bargains, amount: i64, discount: i64, margin: Option<i64>) {
        if amount <= 0 {
            return;
        }
        let before = i128::from(amount) + i128::from(discount.max(0));
        let is_promoted =
            discount > 0 && i128::from(discount) * 100 >= before * i128::from(self.discount_percent);
        let is_below_cost = margin.is_some_and(|margin| margin <= 0);
        bargains.lines += 1;
        bargains.amount += amount;
        bargains.promoted += if is_promoted { amount } else { 0 };
        bargains.below_cost += if is_below_cost { amount } else { 0 };
        bargains.either += if is_promoted || is_below_cost { amount } else { 0 };
    }

    /// Whether the customer buys bargains only; `None` when not, or when too little was bought to tell.
    ///
    /// ```
    /// use portfolio::{BargainHunter, BargainRule, Bargains};
    /// let (rule, mut bargains) = (BargainRule::DEFAULT, Bargains::default());
    /// for _ in 0..3 {
    ///     rule.add(&mut bargains, 80_00, 20_00, Some(15_00));
    /// }
    /// assert_eq!(rule.hunter(&bargains), Some(BargainHunter::Promotions));
    /// ```
    pub fn hunter(&self, bargains: &Bargains) -> Option<BargainHunter> {
        if bargains.lines < self.least_lines {
            return None;
        }
        let is_only =
            |part: i64| i128::from(part) * 100 >= i128::from(bargains.amount) * i128::from(self.only_percent);
        if is_only(bargains.promoted) {
            Some(BargainHunter::Promotions)
        } else if is_only(bargains.below_cost) {
            Some(BargainHunter::LossLeaders)
        } else {
            is_only(bargains.either).then_some(BargainHunter::Both)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(count: usize) -> Vec<i64> {
        (0..count as i64).map(|i| (i * 7_919) % 10_007 - 2_500).collect()
    }

    #[test]
    fn a_whale_rises_above_its_total_and_ends_there() {
        for count in [0, 1, 7, 100, 101, 12_345] {
            let contributions = drawn(count);
            let whale = whale(&contributions);
            let total: i64 = contributions.iter().sum();
            assert_eq!((whale.total, whale.points.last().unwrap().contribution), (total, total));
            assert_eq!(whale.points.len(), count.min(100) + 1);
            assert_eq!(whale.points.last().unwrap().customers, count);
            let positive: i64 = contributions.iter().filter(|one| **one > 0).sum();
            assert_eq!(whale.peak.contribution, positive);
            for point in &whale.points {
                let behind = whale.order[..point.customers].iter();
                let sum: i64 = behind.map(|customer| contributions[*customer as usize]).sum();
                assert_eq!(point.contribution, sum, "a point opens into its customers");
            }
        }
    }

    #[test]
    fn d4_is_who_brings_nothing_whatever_the_rule() {
        let contributions = drawn(1_000);
        for rule in
            [ClassRule::DEFAULT, ClassRule::Quantile([0.1, 0.3, 0.9]), ClassRule::Amount([5_000, 1_000, 1])]
        {
            let classes = classes(&contributions, &rule.checked().unwrap());
            for (class, contribution) in classes.iter().zip(&contributions) {
                assert!(*contribution > 0 || *class == Class::D4);
            }
            let mut pairs: Vec<(i64, Class)> = contributions.iter().copied().zip(classes).collect();
            pairs.sort();
            assert!(pairs.is_sorted_by(|one, next| one.1 >= next.1), "more is never a lower class");
        }
        assert_eq!(ClassRule::Share([0.8, 0.5, 1.0]).checked(), Err(ClassRuleError));
        assert!(Class::ALL.iter().all(|class| Class::from_name(class.name()) == Some(*class)));
    }

    #[test]
    fn causes_explain_the_loss() {
        let margins = [1_000, 1_000, 1_000, 200, -50];
        #[rustfmt::skip]
        let costs = [
            100, 50, 0,
            100, 50, 0,
            100, 50, 0,
            150, 90, 5,
            0, 10, 0,
        ];
        let found = destroyers(&margins, &costs, 3);
        assert_eq!(
            found.iter().map(|one| (one.customer, one.contribution)).collect::<Vec<_>>(),
            [(4, -60), (3, -45)]
        );
        // 450, 250 and 5 over a margin of 3 150: for 200 usually 29, 16 and 0.
        let causes: Vec<(usize, i64, bool)> =
            found[1].causes.iter().map(|cause| (cause.kind, cause.usual, cause.is_enough)).collect();
        assert_eq!(causes, [(0, 29, true), (1, 16, true), (2, 0, true)]);
        assert_eq!(found[0].causes, [Cause { kind: 1, cost: 10, usual: 0, is_enough: false }]);
    }

    #[test]
    fn a_bargain_hunter_is_told_by_what_the_lines_say() {
        let rule = BargainRule::DEFAULT;
        let hunter = |lines: &[(i64, i64, Option<i64>)]| {
            let mut bargains = Bargains::default();
            for (amount, discount, margin) in lines {
                rule.add(&mut bargains, *amount, *discount, *margin);
            }
            rule.hunter(&bargains)
        };
        let (full, promoted, leader) = ((100, 0, Some(30)), (90, 10, Some(20)), (100, 0, Some(-2)));
        assert_eq!(hunter(&[promoted; 2]), None, "two lines say nothing");
        assert_eq!(hunter(&[promoted; 5]), Some(BargainHunter::Promotions));
        assert_eq!(hunter(&[leader, leader, leader]), Some(BargainHunter::LossLeaders));
        assert_eq!(hunter(&[leader, promoted, leader]), Some(BargainHunter::Both));
        assert_eq!(hunter(&[leader, promoted, full]), None);
        assert_eq!(hunter(&[(100, 5, None); 4]), None, "a twentieth off is no promotion");
    }
}
