//! Acquired against lost, in heads and in value, and the alarm when more bleeds away than it should.

use maths::normal_quantile;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A customer who came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Came (or came back), worth so much when he did, in minor units.
    Acquired(i64),
    /// Went, having been worth so much when last valued, in minor units.
    Lost(i64),
}

/// Heads and value that came and went; sums of [`Turn`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Customers who came.
    pub acquired: u64,
    /// What they were worth when they came, in minor units.
    pub acquired_value: i64,
    /// Customers who went.
    pub lost: u64,
    /// What went with them, in minor units.
    pub lost_value: i64,
}

impl Turnover {
    /// Heads that came less heads that went.
    pub fn heads(&self) -> i64 {
        self.acquired as i64 - self.lost as i64
    }

    /// Value that came less value that went: a base may grow in heads and shrink in value.
    pub fn value(&self) -> i64 {
        self.acquired_value - self.lost_value
    }

    /// Adds a customer who came or went.
    pub fn add(&mut self, turn: Turn) {
        match turn {
            Turn::Acquired(value) => {
                self.acquired += 1;
                self.acquired_value += value;
            }
            Turn::Lost(value) => {
                self.lost += 1;
                self.lost_value += value;
            }
        }
    }
}

/// Acquired against lost by any key: a month, a segment, a source, or a tuple of them; by rising key.
///
/// ```
/// use portfolio::{Turn, turnover};
/// let by_month = turnover([("2026-01", Turn::Acquired(40_00)), ("2026-01", Turn::Acquired(60_00)), ("2026-01", Turn::Lost(900_00))]);
/// let january = by_month["2026-01"];
/// assert_eq!((january.heads(), january.value()), (1, -800_00)); // one head more, and much value less
/// ```
pub fn turnover<K: Ord>(turns: impl IntoIterator<Item = (K, Turn)>) -> BTreeMap<K, Turnover> {
    let mut by_key: BTreeMap<K, Turnover> = BTreeMap::new();
    for (key, turn) in turns {
        by_key.entry(key).or_default().add(turn);
    }
    by_key
}

/// A customer at the start of a month and whether he was lost within it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure<K> {
    /// What to look for causes by: segment, source, owner, open complaint, …
    pub cause: K,
    /// Chance of being lost within the month as expected at its start, 0 to 1.
    pub risk: f64,
    /// What he was worth at its start, in minor units; below zero counts as nothing lost.
    pub value: i64,
    /// Whether he was lost.
    pub was_lost: bool,
}

/// Losses expected and come, in heads or in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// Expected at the start of the month: Σ p, or Σ p · value.
    pub expected: f64,
    /// Its variance for independent customers: Σ p (1 − p), or Σ p (1 − p) value².
    pub variance: f64,
    /// What came.
    pub actual: f64,
}

impl Losses {
    fn add(&mut self, risk: f64, amount: f64, was_lost: bool) {
        self.expected += risk * amount;
        self.variance += risk * (1.0 - risk) * amount * amount;
        self.actual += if was_lost { amount } else { 0.0 };
    }

    fn and(&self, other: &Losses) -> Losses {
        Losses {
            expected: self.expected + other.expected,
            variance: self.variance + other.variance,
            actual: self.actual + other.actual,
        }
    }

    /// Actual less expected.
    pub fn excess(&self) -> f64 {
        self.actual - self.expected
    }

    /// Excess in standard deviations; 0 when nothing could vary.
    pub fn z(&self, spread: f64) -> f64 {
        let deviation = (self.variance * spread).sqrt();
        if deviation > 0.0 { self.excess() / deviation } else { 0.0 }
    }

    /// The control limit: expected plus so many standard deviations.
    pub fn limit(&self, deviations: f64, spread: f64) -> f64 {
        self.expected + deviations * (self.variance * spread).sqrt()
    }
}

/// Losses of some customers in heads and in minor units together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// In heads.
    pub heads: Losses,
    /// In minor units.
    pub value: Losses,
}

impl Loss {
    /// Adds a customer: the chance of being lost, 0 to 1, what he was worth in minor units (below zero counts as nothing
    /// lost), and whether he was lost.
    pub fn add(&mut self, risk: f64, value: i64, was_lost: bool) {
        let (risk, amount) = (risk.clamp(0.0, 1.0), value.max(0) as f64);
        self.heads.add(risk, 1.0, was_lost);
        self.value.add(risk, amount, was_lost);
    }

    /// Adds a customer of whom nobody will ever know whether he left: his chance of being there `before`, the same as it was
    /// `expected` for the end of the month, and as it is `now`, each 0 to 1; worth `value` minor units if he is there.
    ///
    /// What is lost of him is the chance that went, `before − now`; `before − expected` was to be expected. Chances move from
    /// month to month by surprises of mean zero (they are a martingale), so the squares of the surprises themselves estimate
    /// the variance of their sum.
    ///
    /// ```
    /// // Of four cafés, each expected to be there with 0.9 a month on, one fell silent.
    /// let mut loss = portfolio::Loss::default();
    /// [0.95, 0.95, 0.95, 0.55].map(|now| loss.learn(0.92, 0.9, now, 10_000.0));
    /// assert!((loss.heads.expected - 0.08).abs() < 1e-9 && (loss.heads.actual - 0.28).abs() < 1e-9);
    /// assert!((loss.heads.variance - 0.13).abs() < 1e-9 && (loss.value.excess() - 2_000.0).abs() < 1e-6);
    /// ```
    pub fn learn(&mut self, before: f64, expected: f64, now: f64, value: f64) {
        for (losses, worth) in [(&mut self.heads, 1.0), (&mut self.value, value)] {
            losses.expected += (before - expected) * worth;
            losses.variance += (now - expected).powi(2) * worth * worth;
            losses.actual += (before - now) * worth;
        }
    }

    /// Those of two groups that share nobody.
    pub fn and(&self, other: &Loss) -> Loss {
        Loss { heads: self.heads.and(&other.heads), value: self.value.and(&other.value) }
    }
}

/// When the alarm sounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlarmRule {
    /// Standard deviations above the expected losses; 3 is Shewhart's limit, about one false alarm in 740 months.
    pub deviations: f64,
    /// How much more months vary than independent customers would make them, 1 or more; see [`spread`].
    pub spread: f64,
}

impl AlarmRule {
    /// Shewhart's three deviations, customers independent.
    pub const DEFAULT: AlarmRule = AlarmRule { deviations: 3.0, spread: 1.0 };

    /// A rule with so many false alarms for each month, 0 to 0.5 (both excluded): 0.01 is one in a hundred months.
    pub fn with_false_alarms(share: f64, spread: f64) -> AlarmRule {
        AlarmRule {
            deviations: normal_quantile((1.0 - share).clamp(0.5, 1.0 - 1e-12)),
            spread: spread.max(1.0),
        }
    }
}

/// A cause and its part in the losses above expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseOfLoss<K> {
    /// The cause.
    pub cause: K,
    /// In heads.
    pub heads: Losses,
    /// In minor units.
    pub value: Losses,
    /// Its excess of value over the excess of all; they add up to 1. `None` when there is no excess in all.
    pub share: Option<f64>,
}

/// The verdict on a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm<K> {
    /// Losses of all in heads.
    pub heads: Losses,
    /// Losses of all in minor units.
    pub value: Losses,
    /// The control limits of heads and of value.
    pub limits: (f64, f64),
    /// More heads were lost than the limit.
    pub heads_above: bool,
    /// More value was lost than the limit.
    pub value_above: bool,
    /// More value was lost than acquired: the base bleeds, expected or not.
    pub bleeds: bool,
    /// All causes, the largest excess of value first.
    pub causes: Vec<CauseOfLoss<K>>,
}

impl<K> Alarm<K> {
    /// Whether to raise it: losses above the control limit, or above what was acquired.
    pub fn sounds(&self) -> bool {
        self.heads_above || self.value_above || self.bleeds
    }
}

/// Sets the losses of a month beside what its start expected; `acquired_value` is what was acquired within it, in minor
/// units.
///
/// ```
/// use portfolio::{AlarmRule, Exposure, haemorrhage};
/// // A hundred customers at 5 % each; of the forty from the fair every second leaves.
/// let month = (0..100).map(|i| Exposure {
///     cause: if i < 40 { "fair" } else { "shop" },
///     risk: 0.05,
///     value: 100,
///     was_lost: i < 40 && i % 2 == 0,
/// });
/// let alarm = haemorrhage(month, 2_500, &AlarmRule::DEFAULT);
/// assert!((alarm.heads.expected - 5.0).abs() < 1e-9 && alarm.heads.actual == 20.0);
/// assert!((alarm.limits.0 - 11.54).abs() < 0.01);
/// assert!(alarm.heads_above && alarm.value_above && !alarm.bleeds);
/// assert_eq!(alarm.causes[0].cause, "fair");
/// ```
pub fn haemorrhage<K: Ord>(
    month: impl IntoIterator<Item = Exposure<K>>,
    acquired_value: i64,
    rule: &AlarmRule,
) -> Alarm<K> {
    let mut by_cause: BTreeMap<K, Loss> = BTreeMap::new();
    for one in month {
        by_cause.entry(one.cause).or_default().add(one.risk, one.value, one.was_lost);
    }
    alarm(by_cause, acquired_value, rule)
}

/// The same from the losses of each cause, where nobody is of two.
///
/// ```
/// use portfolio::{AlarmRule, Loss, alarm};
/// let mut fair = Loss::default();
/// (0..40).for_each(|i| fair.add(0.05, 100, i % 2 == 0));
/// let mut shop = Loss::default();
/// (0..60).for_each(|_| shop.add(0.05, 100, false));
/// let alarm = alarm([("fair", fair), ("shop", shop)], 2_500, &AlarmRule::DEFAULT);
/// assert!(alarm.heads.actual == 20.0 && alarm.heads_above);
/// ```
pub fn alarm<K>(
    by_cause: impl IntoIterator<Item = (K, Loss)>,
    acquired_value: i64,
    rule: &AlarmRule,
) -> Alarm<K> {
    let by_cause: Vec<(K, Loss)> = by_cause.into_iter().collect();
    let all = by_cause.iter().fold(Loss::default(), |all, (_, loss)| all.and(loss));
    let Loss { heads, value } = all;
    let excess = value.excess();
    let mut causes: Vec<CauseOfLoss<K>> = by_cause
        .into_iter()
        .map(|(cause, Loss { heads, value })| CauseOfLoss {
            cause,
            heads,
            share: (excess > 0.0).then(|| value.excess() / excess),
            value,
        })
        .collect();
    causes.sort_by(|one, other| other.value.excess().total_cmp(&one.value.excess()));
    let limits = (heads.limit(rule.deviations, rule.spread), value.limit(rule.deviations, rule.spread));
    Alarm {
        heads_above: heads.actual > limits.0,
        value_above: value.actual > limits.1,
        bleeds: value.actual > acquired_value.max(0) as f64,
        heads,
        value,
        limits,
        causes,
    }
}

/// How much more past months varied than independent customers would have made them: the mean of (actual − expected)² over
/// the variance, never below 1. Customers who share a season or a scandal leave together, and without this the alarm would
/// cry too often. 1 with fewer than six months.
///
/// ```
/// use portfolio::{Losses, spread};
/// let month = |actual| Losses { expected: 10.0, variance: 9.0, actual };
/// assert_eq!(spread(&[16.0, 4.0, 16.0, 4.0, 16.0, 4.0].map(month)), 4.0);
/// ```
pub fn spread(months: &[Losses]) -> f64 {
    let telling: Vec<f64> = months
        .iter()
        .filter(|month| month.variance > 0.0)
        .map(|month| month.excess().powi(2) / month.variance)
        .collect();
    if telling.len() < 6 { 1.0 } else { (telling.iter().sum::<f64>() / telling.len() as f64).max(1.0) }
}

/// A customer who may be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtRisk {
    /// The caller's number.
    pub customer: u32,
    /// What he is worth if he stays, in minor units.
    pub value: i64,
    /// Chance that he goes within the horizon, 0 to 1.
    pub risk: f64,
    /// Chance that an effort keeps him who would go, 0 to 1.
    pub recoverability: f64,
    /// Where the recoverability comes from.
    pub basis: Basis,
}

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// Against a control group.
    Measured,
    /// What the past shows, without a control group: a bound at the best.
    Estimated,
    /// A number that somebody of the house set.
    Set,
    /// The usual assumption; shown as such.
    Assumed,
}

/// A customer on the retention list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retention {
    /// Who, and the three factors.
    pub at_risk: AtRisk,
    /// Value × risk, in minor units: what we expect to lose.
    pub at_stake: i64,
    /// Value × risk × recoverability, in minor units: what an effort is expected to save, and the most it may cost.
    pub worth_saving: i64,
}

/// The retention list: whoever an effort can save value with, the most first; equals by number.
///
/// ```
/// use portfolio::{AtRisk, Basis, retention};
/// let at = |customer, value, risk, recoverability| AtRisk { customer, value, risk, recoverability, basis: Basis::Assumed };
/// let list = retention([at(1, 1_000_00, 0.9, 0.1), at(2, 400_00, 0.5, 0.6), at(3, 900_00, 0.0, 1.0)]);
/// let told: Vec<_> = list.iter().map(|one| (one.at_risk.customer, one.at_stake, one.worth_saving)).collect();
/// assert_eq!(told, [(2, 200_00, 120_00), (1, 900_00, 90_00)]);
/// ```
pub fn retention(customers: impl IntoIterator<Item = AtRisk>) -> Vec<Retention> {
    let mut list: Vec<Retention> = customers.into_iter().filter_map(Retention::of).collect();
    list.sort_by_key(|one| (Reverse(one.worth_saving), one.at_risk.customer));
    list
}

impl Retention {
    /// A customer on the list; `None` where an effort saves nothing with him.
    ///
    /// ```
    /// use portfolio::{AtRisk, Basis, Retention};
    /// let at = |risk| AtRisk { customer: 1, value: 900_00, risk, recoverability: 0.2, basis: Basis::Assumed };
    /// assert_eq!(Retention::of(at(0.5)).unwrap().worth_saving, 90_00);
    /// assert_eq!(Retention::of(at(0.0)), None);
    /// ```
    pub fn of(at_risk: AtRisk) -> Option<Retention> {
        let share = |part: f64| if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) };
        let stake = at_risk.value.max(0) as f64 * share(at_risk.risk);
        let worth_saving = (stake * share(at_risk.recoverability)).round() as i64;
        (worth_saving > 0).then(|| Retention { at_risk, at_stake: stake.round() as i64, worth_saving })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    fn month(draws: &mut Draws, factor: f64) -> Vec<Exposure<u8>> {
        (0..2_000)
            .map(|i| {
                let risk = 0.01 + 0.08 * draws.unit();
                let cause = (i % 4) as u8;
                let real = if cause == 2 { risk * factor } else { risk };
                Exposure {
                    cause,
                    risk,
                    value: (draws.unit() * 50_000.0) as i64,
                    was_lost: draws.unit() < real,
                }
            })
            .collect()
    }

    #[test]
    fn the_alarm_is_rarely_false_and_finds_the_cause() {
        let mut draws = Draws(5);
        let rule = AlarmRule::with_false_alarms(0.05, 1.0);
        assert!((rule.deviations - 1.644_853_6).abs() < 1e-6);
        let mut false_alarms = 0;
        for _ in 0..1_000 {
            let calm = haemorrhage(month(&mut draws, 1.0), i64::MAX, &rule);
            false_alarms += u32::from(calm.value_above);
            assert!(!calm.bleeds);
        }
        assert!((30..=75).contains(&false_alarms), "{false_alarms} of 1000, 50 meant");
        for _ in 0..50 {
            let alarm = haemorrhage(month(&mut draws, 5.0), i64::MAX, &AlarmRule::DEFAULT);
            assert!(alarm.sounds() && alarm.value_above);
            assert_eq!(alarm.causes[0].cause, 2);
            let shares: f64 = alarm.causes.iter().map(|cause| cause.share.unwrap()).sum();
            assert!((shares - 1.0).abs() < 1e-9);
            let parts: f64 = alarm.causes.iter().map(|cause| cause.value.excess()).sum();
            assert!((parts - alarm.value.excess()).abs() < 1e-3);
        }
    }

    #[test]
    fn losing_more_than_is_acquired_is_an_alarm_of_its_own() {
        let quiet = [Exposure { cause: (), risk: 1.0, value: 500, was_lost: true }];
        let alarm = haemorrhage(quiet, 400, &AlarmRule::DEFAULT);
        assert!(alarm.bleeds && !alarm.value_above && alarm.sounds());
        let nobody = haemorrhage(Vec::<Exposure<u8>>::new(), 0, &AlarmRule::DEFAULT);
        assert!(!nobody.sounds() && nobody.causes.is_empty());
    }

    #[test]
    fn turnover_by_month_and_segment_adds_up() {
        let turns: Vec<((u8, &str), Turn)> = (0..500_i64)
            .map(|i| {
                let turn = if i % 3 == 0 { Turn::Lost(i) } else { Turn::Acquired(2 * i) };
                (((i % 12) as u8, if i % 2 == 0 { "cafés" } else { "homes" }), turn)
            })
            .collect();
        let by_both = turnover(turns.clone());
        let all = turnover(turns.iter().map(|(_, turn)| ((), *turn)))[&()];
        assert_eq!(by_both.values().map(Turnover::value).sum::<i64>(), all.value());
        assert_eq!(by_both.values().map(Turnover::heads).sum::<i64>(), all.heads());
        assert_eq!((all.acquired + all.lost, all.lost), (500, 167));
    }
}
