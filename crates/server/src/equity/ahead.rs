//! What the next month end should bring: the expected closing, and whom to keep.
//!
//! What is kept of each level serves any share that may be recovered: another setting changes the list at once.

use super::returns::KeptReturns;
use crate::coherence::rules::Recoverability;
use crate::value::minor;
use ::portfolio::{AtRisk, Basis, Level, Recovered, Retention, retention};
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use store::Store;
use value::month_ends::Passage;

/// The chance that an effort keeps a customer who is about to leave, before anybody measured it against a control group,
/// and where the past tells nothing. Who has left already is not kept: it counts times the chance of being there.
pub const USUAL_RECOVERABILITY: f64 = 0.2;
/// Under which it is kept.
pub const NOTE: &str = "ahead";
/// Customers on the list at the most.
const MOST_ROWS: usize = 500;

/// What is kept of it. Amounts in minor units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ahead {
    /// The next month end, as a day since 1970.
    pub until: i32,
    /// What today's customers should be worth then.
    pub expected: i64,
    /// What they should bring until then.
    pub expected_margin: i64,
    /// Whom one may keep, strategic to negligible.
    #[serde(default)]
    levels: Vec<OfLevel>,
}

/// Whom one may keep of a level of value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct OfLevel {
    customers: u64,
    /// Value × risk of all of them.
    at_stake: i64,
    /// Value × risk × chance of being there.
    by_chance: f64,
    /// Value × risk × that chance over the one that the past was seen of, at most 1.
    by_past: f64,
    /// Those who matter most by one or the other.
    rows: Vec<Kept>,
}

/// A customer: number, value if he is there, chance that he is gone by then, chance that he is there today.
type Kept = (u32, i64, f64, f64);

/// What is recoverable of a level, and where that is known from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Chance, 0 to 1.
    pub share: f64,
    /// Where it comes from.
    pub basis: Basis,
}

/// What is recoverable of each level.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// Strategic to negligible.
    pub levels: [Rate; 5],
    /// Of each level, the mean chance of being there of those the past was seen of; 1 where it tells nothing.
    mean_alive: [f64; 5],
}

impl Rates {
    /// What somebody set, else what the past tells, else what is usual.
    pub fn of(set: &Recoverability, past: Option<&Recovered>) -> Rates {
        let rate = |place: usize| match (set.levels()[place], past) {
            (Some(share), _) => Rate { share, basis: Basis::Set },
            (None, Some(past)) => Rate { share: past.levels[place].share, basis: Basis::Estimated },
            (None, None) => Rate { share: USUAL_RECOVERABILITY, basis: Basis::Assumed },
        };
        Rates { levels: std::array::from_fn(rate), mean_alive: mean_alive(past) }
    }

    /// The chance that one who is there with a chance of `alive` is kept.
    fn of_one(&self, level: usize, alive: f64) -> f64 {
        let Rate { share, basis } = self.levels[level];
        match basis {
            Basis::Estimated => share * seen(alive, self.mean_alive[level]),
            Basis::Set | Basis::Assumed | Basis::Measured => share * alive,
        }
    }
}

/// By level, the mean chance of being there of those the past was seen of.
fn mean_alive(past: Option<&Recovered>) -> [f64; 5] {
    let of = |place: usize| Some(past?.levels.get(place)?.mean_alive);
    std::array::from_fn(|place| of(place).unwrap_or(1.0))
}

/// How far the past tells of one who is there with this chance: all of it where he is as likely there as those it was seen
/// of, less where he is not.
fn seen(alive: f64, mean_alive: f64) -> f64 {
    if mean_alive > 0.0 { (alive / mean_alive).min(1.0) } else { 0.0 }
}

/// Whom to keep, at some rates. Amounts in minor units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToKeep {
    /// Customers worth an effort.
    pub customers: u64,
    /// Value × risk of all of them.
    pub at_stake: i64,
    /// Value × risk × recoverability of all of them.
    pub worth_saving: i64,
    /// Those with most to save, the most first, with their level.
    pub rows: Vec<(Level, Retention)>,
}

impl Ahead {
    /// Whether it was kept with whom one may keep; what was kept before there were levels tells nobody.
    pub fn knows_whom(&self) -> bool {
        !self.levels.is_empty()
    }

    /// Whom to keep at these rates.
    pub fn to_keep(&self, rates: &Rates) -> ToKeep {
        let mut all = ToKeep::default();
        for (place, of_level) in self.levels.iter().enumerate().take(Level::ALL.len()) {
            let Rate { share, basis } = rates.levels[place];
            let at_risk = |(customer, value, risk, alive): &Kept| AtRisk {
                customer: *customer,
                value: *value,
                risk: *risk,
                recoverability: rates.of_one(place, *alive),
                basis,
            };
            let rows = retention(of_level.rows.iter().map(at_risk));
            if of_level.rows.len() as u64 == of_level.customers {
                all.customers += rows.len() as u64;
                all.at_stake += rows.iter().map(|row| row.at_stake).sum::<i64>();
                all.worth_saving += rows.iter().map(|row| row.worth_saving).sum::<i64>();
            } else if share > 0.0 {
                let worth = if basis == Basis::Estimated { of_level.by_past } else { of_level.by_chance };
                all.customers += of_level.customers;
                all.at_stake += of_level.at_stake;
                all.worth_saving += minor(share * worth);
            }
            all.rows.extend(rows.into_iter().map(|row| (Level::ALL[place], row)));
        }
        all.rows.sort_by_key(|(_, row)| (Reverse(row.worth_saving), row.at_risk.customer));
        all.rows.truncate(MOST_ROWS);
        all
    }
}

/// What is worth saving under each of some settings, in minor units; `None` before equity is measured.
pub fn worth_saving(store: &Store, settings: &[Recoverability]) -> store::Result<Option<Vec<i64>>> {
    let ahead = store.equity_note(NOTE)?.and_then(|text| serde_json::from_str::<Ahead>(&text).ok());
    let Some(ahead) = ahead.filter(Ahead::knows_whom) else { return Ok(None) };
    let past = KeptReturns::of(store)?.and_then(|kept| kept.recovered());
    let worth = |set: &Recoverability| ahead.to_keep(&Rates::of(set, past.as_ref())).worth_saving;
    Ok(Some(settings.iter().map(worth).collect()))
}

/// Looks ahead, customer by customer.
pub struct Looking {
    until: Day,
    expected: f64,
    expected_margin: f64,
    seen: Vec<Kept>,
}

impl Looking {
    /// Towards a day.
    pub fn to(until: Day) -> Looking {
        Looking { until, expected: 0.0, expected_margin: 0.0, seen: Vec::new() }
    }

    /// The next customer, with the chance that he is active today.
    pub fn at(&mut self, passage: &Passage, alive: f64) {
        self.expected += passage.expected_closing;
        self.expected_margin += passage.expected_margin;
        if passage.expected_alive <= 0.0 {
            return;
        }
        let value = minor(passage.expected_closing / passage.expected_alive);
        let risk = 1.0 - passage.expected_alive;
        if (value as f64 * risk).round() > 0.0 {
            self.seen.push((passage.customer, value, risk, alive));
        }
    }

    /// The end. `level` gives everybody's level by number; `returns` is what the past told.
    pub fn done(self, level: impl Fn(u32) -> Level, returns: &KeptReturns) -> Ahead {
        let mean_alive = mean_alive(returns.recovered().as_ref());
        let mut levels = vec![OfLevel::default(); Level::ALL.len()];
        let mut most: Vec<[Most; 2]> = Level::ALL.map(|_| Default::default()).to_vec();
        for kept in &self.seen {
            let (customer, value, risk, alive) = *kept;
            let place = level(customer) as usize - 1;
            let stake = value as f64 * risk;
            let worth = [stake * alive, stake * seen(alive, mean_alive[place])];
            let of_level = &mut levels[place];
            of_level.customers += 1;
            of_level.at_stake += stake.round() as i64;
            of_level.by_chance += worth[0];
            of_level.by_past += worth[1];
            for (most, worth) in most[place].iter_mut().zip(worth) {
                most.add(worth, kept);
            }
        }
        for (of_level, most) in levels.iter_mut().zip(most) {
            of_level.rows = most.into_iter().flat_map(|most| most.rows()).collect();
            of_level.rows.sort_by_key(|(customer, ..)| *customer);
            of_level.rows.dedup_by_key(|(customer, ..)| *customer);
        }
        Ahead {
            until: self.until.0,
            expected: minor(self.expected),
            expected_margin: minor(self.expected_margin),
            levels,
        }
    }
}

/// What there is to save, whose it is, and the rest of the customer with the bits of his chances.
type Ranked = (i64, Reverse<u32>, i64, u64, u64);

/// Those with most; the least stands at the top.
#[derive(Clone, Default)]
struct Most(BinaryHeap<Reverse<Ranked>>);

impl Most {
    fn add(&mut self, worth: f64, (customer, value, risk, alive): &Kept) {
        let one = Reverse((minor(worth), Reverse(*customer), *value, risk.to_bits(), alive.to_bits()));
        if self.0.len() < MOST_ROWS {
            self.0.push(one);
        } else if self.0.peek().is_some_and(|least| one < *least) {
            self.0.pop();
            self.0.push(one);
        }
    }

    fn rows(self) -> impl Iterator<Item = Kept> {
        let told = |Reverse((_, Reverse(customer), value, risk, alive)): Reverse<Ranked>| {
            (customer, value, f64::from_bits(risk), f64::from_bits(alive))
        };
        self.0.into_iter().map(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::portfolio::{Returns, recovered};

    fn passage(customer: u32, closing: f64, alive: f64) -> Passage {
        Passage {
            customer,
            opening: closing,
            birth: None,
            expected_margin: 1.0,
            expected_closing: closing,
            expected_alive: alive,
            alive,
            was_lost: false,
            unchanged: closing,
            reassumed: closing,
            closing,
            realised_margin: 0,
            first_margin: 0,
            future: None,
        }
    }

    /// Customers of two levels, worth `1000 + n` if they are there.
    fn ahead(customers: u32, returns: &KeptReturns) -> Ahead {
        let mut looking = Looking::to(Day(100));
        for n in 0..customers {
            let alive = f64::from(n % 97 + 1) / 100.0;
            looking.at(&passage(n, f64::from(1_000 + n) * alive, alive * 0.98), alive);
        }
        looking.done(|n| if n % 3 == 0 { Level::High } else { Level::Low }, returns)
    }

    #[test]
    fn a_share_counts_for_its_level_and_another_one_changes_the_list() {
        let ahead = ahead(300, &KeptReturns::default());
        let usual = Rates::of(&Recoverability::default(), None);
        assert!(usual.levels.iter().all(|rate| rate.basis == Basis::Assumed && rate.share == 0.2));
        let list = ahead.to_keep(&usual);
        assert_eq!((list.customers, list.rows.len()), (300, 300));
        assert_eq!(list.rows.iter().map(|(_, row)| row.worth_saving).sum::<i64>(), list.worth_saving);
        let none_of_low = Recoverability { low: Some(0.0), high: Some(0.4), ..Recoverability::default() };
        let rates = Rates::of(&none_of_low, None);
        assert_eq!((rates.levels[1].basis, rates.levels[2].basis), (Basis::Set, Basis::Assumed));
        let list = ahead.to_keep(&rates);
        assert!(list.rows.iter().all(|(level, _)| *level == Level::High) && list.customers == 100);
        let one = list.rows[0].1;
        assert!((one.worth_saving as f64 - one.at_stake as f64 * one.at_risk.recoverability).abs() <= 1.0);
    }

    #[test]
    fn what_the_past_tells_stands_where_nobody_set_a_share() {
        let of = |customers, returned| Returns { customers, returned, alive: 0.3 * customers as f64 };
        let past = recovered(&[of(40, 12), of(200, 50), of(300, 40), of(500, 50), of(900, 40)]).unwrap();
        let set = Recoverability { median: Some(0.5), ..Recoverability::default() };
        let rates = Rates::of(&set, Some(&past));
        let bases = rates.levels.map(|rate| rate.basis);
        assert_eq!(bases[2], Basis::Set);
        assert_eq!([bases[0], bases[1], bases[3], bases[4]], [Basis::Estimated; 4]);
        assert_eq!(rates.of_one(0, 0.3), past.levels[0].share, "of those it was seen of");
        assert_eq!(rates.of_one(0, 0.9), past.levels[0].share, "never more than the past showed");
        assert!((rates.of_one(0, 0.03) - past.levels[0].share / 10.0).abs() < 1e-12, "who is hardly there");
        assert_eq!(rates.of_one(2, 0.3), 0.15, "what somebody set counts times the chance of being there");
    }

    #[test]
    fn the_chance_of_being_there_is_weighed_against_that_of_the_own_level() {
        let of =
            |customers, returned, alive| Returns { customers, returned, alive: alive * customers as f64 };
        let past = [of(200, 60, 0.45), of(200, 50, 0.3), of(300, 40, 0.2), of(500, 50, 0.15), of(0, 0, 0.0)];
        let past = recovered(&past).unwrap();
        let rates = Rates::of(&Recoverability::default(), Some(&past));
        for (place, alive) in [(0, 0.45), (1, 0.3), (2, 0.2), (3, 0.15)] {
            let share = past.levels[place].share;
            assert!((rates.of_one(place, alive) - share).abs() < 1e-12, "who is as those of his level were");
            assert!((rates.of_one(place, alive / 3.0) - share / 3.0).abs() < 1e-12);
        }
        let whole = past.whole.alive / past.whole.customers as f64;
        assert!(
            (rates.of_one(4, whole) - past.levels[4].share).abs() < 1e-12,
            "nobody of it was seen: all are"
        );
    }

    #[test]
    fn what_was_kept_before_there_were_levels_tells_nobody() {
        let old: Ahead = serde_json::from_str(r#"{"until":20000,"expected":5,"expected_margin":1}"#).unwrap();
        assert!(!old.knows_whom());
        assert!(ahead(0, &KeptReturns::default()).knows_whom(), "nobody is at risk, and that is known");
    }

    #[test]
    fn more_than_are_named_are_counted_and_the_first_are_those_with_most_to_save() {
        let ahead = ahead(5_000, &KeptReturns::default());
        let list = ahead.to_keep(&Rates::of(&Recoverability::default(), None));
        assert_eq!((list.customers, list.rows.len()), (5_000, MOST_ROWS));
        let mut worth: Vec<i64> = (0..5_000_u32)
            .map(|n| {
                let alive = f64::from(n % 97 + 1) / 100.0;
                let value = minor(f64::from(1_000 + n) * alive / (alive * 0.98));
                (value as f64 * (1.0 - alive * 0.98) * 0.2 * alive).round() as i64
            })
            .collect();
        worth.sort_by_key(|worth| Reverse(*worth));
        let told: Vec<i64> = list.rows.iter().map(|(_, row)| row.worth_saving).collect();
        assert_eq!(told, worth[..MOST_ROWS]);
        let whole: i64 = worth.iter().sum();
        assert!((list.worth_saving - whole).abs() < whole / 100, "{} {whole}", list.worth_saving);
    }
}
