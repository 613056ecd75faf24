//! By which way customers were won: the words of the last thing that was done to win them.
//!
//! Takes facts in any order, from several hands at once; gives each customer's words. Leaves out on which day somebody
//! bought first: the caller knows it, as he says which facts come before it ([`Event::is_first`]).

use super::catalogue::{Catalogue, CostKind};
use super::event::{Event, WordField};
use super::words::Words;
use ledger::FactKind;
use std::cmp::Ordering;

/// By which words newly won customers are told apart, in this order; the first of [`super::WORDS`].
pub const WON_BY: [WordField; 3] = [WordField::Channel, WordField::Source, WordField::Campaign];

/// By which way each customer was won, so that the cost of a way can be set beside those it won.
///
/// The last touch counts: the latest fact that names the customer and costs something to acquire, up to and with the day
/// of his first purchase. Where there is none, he came by himself, and the words are those of his first purchase. Of several
/// on one day the last in the order of their words counts, so that the order in which facts come makes no difference.
///
/// ```
/// use ledger::{Day, FactKind};
/// use value::cost::{Catalogue, Event, Newcomers, Trade, preset};
/// let catalogue = Catalogue::new(preset(Trade::B2b, Day(0), 2), vec![], 2).unwrap();
/// let mut newcomers = Newcomers::new(&catalogue);
/// let won = Event { customer: Some(7), is_first: true, source: "shop", ..Event::of(FactKind::Sale, Day(20)) };
/// let visit = Event { channel: "visit", campaign: "Fair", ..Event { kind: FactKind::Interaction, day: Day(9), ..won } };
/// for event in [won, visit, Event { customer: Some(8), ..won }] {
///     newcomers.note(&catalogue, &event);
/// }
/// assert_eq!(newcomers.words(7), ["visit", "shop", "fair"]);
/// assert_eq!(newcomers.words(8), ["", "shop", ""]);
/// assert!(newcomers.words(9).iter().all(|word| word.is_empty()), "nothing is told of him");
/// ```
#[derive(Clone, Debug)]
pub struct Newcomers {
    words: Words,
    /// Kinds of facts that may cost something to acquire.
    acquiring: Vec<FactKind>,
    /// By customer.
    touches: Vec<Option<Touch>>,
}

#[derive(Clone, Copy, Debug)]
struct Touch {
    /// Something was spent to win him; a purchase by itself counts where nothing was.
    is_spent: bool,
    day: i32,
    words: u32,
}

impl Touch {
    fn rank(&self) -> (bool, i32) {
        (self.is_spent, self.day)
    }
}

impl Newcomers {
    /// Nobody yet; facts are priced by this catalogue.
    pub fn new(catalogue: &Catalogue) -> Newcomers {
        let activities = catalogue.activities().iter();
        let acquiring = activities.filter(|activity| activity.cost_kind == CostKind::Acquisition);
        Newcomers {
            words: Words::by(WON_BY.to_vec()),
            acquiring: acquiring.map(|activity| activity.prices).collect(),
            touches: Vec::new(),
        }
    }

    /// Looks at a fact.
    pub fn note(&mut self, catalogue: &Catalogue, event: &Event<'_>) {
        let Some(customer) = event.customer.filter(|_| event.is_first) else { return };
        let is_spent = self.acquiring.contains(&event.kind) && acquires(catalogue, event);
        if !is_spent && (event.kind != FactKind::Sale || event.is_return) {
            return;
        }
        let stands = self.touches.get(customer as usize).copied().flatten();
        let order = stands.map_or(Ordering::Greater, |stands| (is_spent, event.day.0).cmp(&stands.rank()));
        if order == Ordering::Less {
            return;
        }
        let words = self.words.number(event) as u32;
        let touch = Touch { is_spent, day: event.day.0, words };
        self.put(customer as usize, touch);
    }

    /// Adds what another hand found, by the same catalogue.
    pub fn merge(&mut self, other: &Newcomers) {
        let mine: Vec<u32> =
            other.words.list().into_iter().map(|words| self.words.number_of(words.to_vec()) as u32).collect();
        for (customer, touch) in other.touches.iter().enumerate() {
            if let Some(touch) = touch {
                self.put(customer, Touch { words: mine[touch.words as usize], ..*touch });
            }
        }
    }

    fn put(&mut self, customer: usize, touch: Touch) {
        if customer >= self.touches.len() {
            self.touches.resize((customer + 1).max(self.touches.len() * 2), None);
        }
        let wins = match &self.touches[customer] {
            None => true,
            Some(stands) => match touch.rank().cmp(&stands.rank()) {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal if touch.words == stands.words => false,
                Ordering::Equal => {
                    let words = self.words.list();
                    words[touch.words as usize] > words[stands.words as usize]
                }
            },
        };
        if wins {
            self.touches[customer] = Some(touch);
        }
    }

    /// The words under which a customer counts, in lower case, in the order of [`WON_BY`]; empty where the facts tell none.
    pub fn words(&self, customer: u32) -> Vec<String> {
        self.count([customer]).into_iter().next().map_or_else(Vec::new, |(words, _)| words)
    }

    /// How many of these customers came by which words, by rising words.
    pub fn count(&self, customers: impl IntoIterator<Item = u32>) -> Vec<(Vec<String>, u64)> {
        let list = self.words.list();
        let mut counts = vec![0_u64; list.len()];
        let mut untold = 0;
        for customer in customers {
            match self.touches.get(customer as usize).copied().flatten() {
                Some(touch) => counts[touch.words as usize] += 1,
                None => untold += 1,
            }
        }
        let told = list.into_iter().map(<[String]>::to_vec).zip(counts);
        let mut all: std::collections::BTreeMap<Vec<String>, u64> =
            told.filter(|(_, count)| *count > 0).collect();
        if untold > 0 {
            *all.entry(vec![String::new(); WON_BY.len()]).or_default() += untold;
        }
        all.into_iter().collect()
    }
}

/// Whether an activity that wins customers prices the fact.
fn acquires(catalogue: &Catalogue, event: &Event<'_>) -> bool {
    let mut found = false;
    catalogue.price(event, |charge| {
        let activity = charge.ok().and_then(|charge| catalogue.activities().get(charge.activity));
        found |= activity.is_some_and(|activity| activity.cost_kind == CostKind::Acquisition);
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Trade, preset};
    use ledger::Day;

    fn facts() -> Vec<Event<'static>> {
        let sale = |customer, day| Event {
            customer: Some(customer),
            is_first: true,
            source: "Shop",
            ..Event::of(FactKind::Sale, Day(day))
        };
        let advertising = |customer, day, campaign| Event {
            kind: FactKind::Cost,
            activity: "advertising",
            campaign,
            amount: 5_00,
            ..sale(customer, day)
        };
        vec![
            sale(1, 40),
            advertising(1, 10, "Spring"),
            advertising(1, 30, "Autumn"),
            // After the first purchase: not to win him any more.
            Event { is_first: false, ..advertising(1, 50, "Winter") },
            sale(2, 41),
            // Two on one day, whichever comes first.
            advertising(3, 12, "a"),
            advertising(3, 12, "b"),
            // What comes back wins nobody.
            Event { is_return: true, ..sale(4, 42) },
        ]
    }

    #[test]
    fn the_last_touch_counts_whatever_the_order_and_the_hands() {
        let catalogue = Catalogue::new(preset(Trade::Retail, Day(0), 2), vec![], 2).unwrap();
        let all = |facts: &[Event<'static>], cut: usize| {
            let mut hands = [Newcomers::new(&catalogue), Newcomers::new(&catalogue)];
            for (place, event) in facts.iter().enumerate() {
                hands[usize::from(place >= cut)].note(&catalogue, event);
            }
            let [mut one, other] = hands;
            one.merge(&other);
            one.count(1..=4)
        };
        let words = |words: [&str; 3]| words.map(str::to_string).to_vec();
        let expected = vec![
            (words(["", "", ""]), 1),
            (words(["", "shop", ""]), 1),
            (words(["", "shop", "autumn"]), 1),
            (words(["", "shop", "b"]), 1),
        ];
        let mut facts = facts();
        for cut in 0..=facts.len() {
            assert_eq!(all(&facts, cut), expected, "{cut}");
        }
        facts.reverse();
        for cut in 0..=facts.len() {
            assert_eq!(all(&facts, cut), expected, "reversed, {cut}");
        }
    }
}
