//! What the next month end should bring: the expected closing, and whom to keep.

use crate::value::minor;
use ::portfolio::{AtRisk, Basis, Retention, retention};
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use value::month_ends::Passage;

/// The chance that an effort keeps a customer who is about to leave, before anybody measured it against a control group.
/// Who has left already is not kept: it counts times the chance of being there.
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
    /// Chance that an effort keeps who would go, as assumed.
    pub recoverability: f64,
    /// Customers worth an effort.
    pub customers: u64,
    /// Value × risk of all of them.
    pub at_stake: i64,
    /// Value × risk × recoverability of all of them.
    pub worth_saving: i64,
    /// Those with most to save, the most first.
    pub rows: Vec<Saved>,
}

/// A customer to keep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// His number.
    pub customer: u32,
    /// What he is worth if he is there.
    pub value: i64,
    /// Chance that he is gone by then.
    pub risk: f64,
    /// Chance that an effort keeps him.
    pub recoverability: f64,
    /// Value × risk.
    pub at_stake: i64,
    /// Value × risk × recoverability.
    pub worth_saving: i64,
}

/// Looks ahead, customer by customer.
pub struct Looking {
    ahead: Ahead,
    expected: f64,
    expected_margin: f64,
    /// What there is to save, and whose it is; the least stands at the top.
    most: BinaryHeap<Reverse<(i64, Reverse<u32>)>>,
    candidates: HashMap<u32, AtRisk>,
}

impl Looking {
    /// Towards a day.
    pub fn to(day: Day, recoverability: f64) -> Looking {
        let ahead = Ahead { until: day.0, recoverability, ..Ahead::default() };
        Looking {
            ahead,
            expected: 0.0,
            expected_margin: 0.0,
            most: BinaryHeap::new(),
            candidates: HashMap::new(),
        }
    }

    /// The next customer, with the chance that he is active today.
    pub fn at(&mut self, passage: &Passage, alive: f64) {
        self.expected += passage.expected_closing;
        self.expected_margin += passage.expected_margin;
        if passage.expected_alive <= 0.0 {
            return;
        }
        let at_risk = AtRisk {
            customer: passage.customer,
            value: minor(passage.expected_closing / passage.expected_alive),
            risk: 1.0 - passage.expected_alive,
            recoverability: self.ahead.recoverability * alive,
            basis: Basis::Assumed,
        };
        let Some(Retention { at_stake, worth_saving, .. }) = retention([at_risk]).pop() else { return };
        self.ahead.customers += 1;
        self.ahead.at_stake += at_stake;
        self.ahead.worth_saving += worth_saving;
        let one = (worth_saving, Reverse(passage.customer));
        if self.most.len() >= MOST_ROWS {
            if self.most.peek().is_none_or(|Reverse(least)| *least >= one) {
                return;
            }
            if let Some(Reverse((_, Reverse(least)))) = self.most.pop() {
                self.candidates.remove(&least);
            }
        }
        self.most.push(Reverse(one));
        self.candidates.insert(passage.customer, at_risk);
    }

    /// The end.
    pub fn done(self) -> Ahead {
        let rows = retention(self.candidates.into_values()).into_iter().map(|one| Saved {
            customer: one.at_risk.customer,
            value: one.at_risk.value,
            risk: one.at_risk.risk,
            recoverability: one.at_risk.recoverability,
            at_stake: one.at_stake,
            worth_saving: one.worth_saving,
        });
        Ahead {
            expected: minor(self.expected),
            expected_margin: minor(self.expected_margin),
            rows: rows.collect(),
            ..self.ahead
        }
    }
}
