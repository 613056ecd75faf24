//! Cost by words of the facts (channel, source, campaign, outcome, activity), and spending beside what it brought.

use super::catalogue::{Catalogue, CostKind};
use super::event::{Event, WordField};
use maths::round_together;
use std::collections::BTreeMap;

/// Costs gathered by the words that facts carry: acquisition cost by channel, source and campaign; cost by channel and
/// outcome.
///
/// ```
/// use ledger::{Day, FactKind};
/// use value::cost::{Breakdown, Catalogue, Event, Trade, WordField, preset};
/// let catalogue = Catalogue::new(preset(Trade::Services, Day(0), 2), vec![], 2).unwrap();
/// let mut breakdown = Breakdown::by(vec![WordField::Channel]);
/// for channel in ["email", "Email", "letter"] {
///     let contact = Event { channel, direction: "outbound", ..Event::of(FactKind::Interaction, Day(9)) };
///     breakdown.post(&catalogue, &contact);
/// }
/// let lines = breakdown.lines(&catalogue);
/// assert_eq!((lines[0].words.as_slice(), lines[0].facts, lines[0].cost), (["email".to_string()].as_slice(), 2, 4));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    by: Vec<WordField>,
    /// Facts, and cost in millionths of a minor unit.
    cells: BTreeMap<(Vec<String>, usize), (u64, i128)>,
}

/// What one activity cost for facts that share their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakdownLine {
    /// The words in lower case, in the order asked for; empty where the facts tell none.
    pub words: Vec<String>,
    /// Place of the activity in the catalogue.
    pub activity: usize,
    /// What the cost is for.
    pub cost_kind: CostKind,
    /// How many facts.
    pub facts: u64,
    /// Minor units; all lines of an activity add up to its total.
    pub cost: i64,
}

impl Breakdown {
    /// An empty breakdown by these words.
    pub fn by(words: Vec<WordField>) -> Breakdown {
        Breakdown { by: words, cells: BTreeMap::new() }
    }

    /// Adds what a fact costs.
    pub fn post(&mut self, catalogue: &Catalogue, event: &Event<'_>) {
        catalogue.price(event, |charge| {
            let Ok(charge) = charge else { return };
            let words = self.by.iter().map(|word| word.of(event).to_lowercase()).collect();
            let cell = self.cells.entry((words, charge.activity)).or_default();
            cell.0 += 1;
            cell.1 += i128::from(charge.cost);
        });
    }

    /// The lines by rising words and activity, rounded together activity by activity.
    pub fn lines(&self, catalogue: &Catalogue) -> Vec<BreakdownLine> {
        let mut lines: Vec<BreakdownLine> = self
            .cells
            .iter()
            .map(|((words, activity), (facts, _))| BreakdownLine {
                words: words.clone(),
                activity: *activity,
                cost_kind: catalogue.activities()[*activity].cost_kind,
                facts: *facts,
                cost: 0,
            })
            .collect();
        let exact: Vec<i128> = self.cells.values().map(|(_, cost)| *cost).collect();
        for activity in 0..catalogue.activities().len() {
            let places: Vec<usize> =
                (0..lines.len()).filter(|line| lines[*line].activity == activity).collect();
            let parts: Vec<i128> = places.iter().map(|place| exact[*place]).collect();
            for (place, cost) in places.into_iter().zip(round_together(&parts, 1_000_000)) {
                lines[place].cost = cost;
            }
        }
        lines
    }
}

/// What was spent on some customers beside what they brought. It is told as a correlation, never as an effect: without
/// a comparable group that got nothing, those we spend on may just be those who buy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Customers looked at.
    pub customers: usize,
    /// Spent on them, in minor units.
    pub spent: i64,
    /// Brought by them, in minor units.
    pub brought: i64,
    /// Pearson's correlation of the two over the customers, −1 to 1; `None` below three customers or when one of the two
    /// is the same for all.
    pub correlation: Option<f64>,
    /// Its 95 % interval by Fisher's z transformation (Fisher 1915), from four customers on.
    pub interval: Option<(f64, f64)>,
}

/// Sets what was spent on each customer beside what the customer brought, both in minor units.
///
/// ```
/// let effect = value::cost::effect(&[(100, 300), (200, 500), (300, 700)]);
/// assert_eq!((effect.spent, effect.brought), (600, 1_500));
/// assert!((effect.correlation.unwrap() - 1.0).abs() < 1e-12);
/// ```
pub fn effect(customers: &[(i64, i64)]) -> Effect {
    let count = customers.len() as f64;
    let mean = |part: fn(&(i64, i64)) -> i64| customers.iter().map(|c| part(c) as f64).sum::<f64>() / count;
    let (spent, brought) = (mean(|c| c.0), mean(|c| c.1));
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for (one, other) in customers {
        let (x, y) = (*one as f64 - spent, *other as f64 - brought);
        both += x * y;
        first += x * x;
        second += y * y;
    }
    let is_telling = customers.len() >= 3 && first > 0.0 && second > 0.0;
    let correlation = is_telling.then(|| (both / (first.sqrt() * second.sqrt())).clamp(-1.0, 1.0));
    let interval = correlation.filter(|_| customers.len() >= 4).map(|r| {
        let (z, spread) = (r.atanh(), 1.959_963_984_540_054 / (count - 3.0).sqrt());
        if r.abs() == 1.0 { (r, r) } else { ((z - spread).tanh(), (z + spread).tanh()) }
    });
    Effect {
        customers: customers.len(),
        spent: customers.iter().map(|c| c.0).sum(),
        brought: customers.iter().map(|c| c.1).sum(),
        correlation,
        interval,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_has_an_interval_around_it() {
        // A textbook pair: r = 0.8 over five.
        let told = effect(&[(1, 2), (2, 1), (3, 4), (4, 3), (5, 5)]);
        let (low, high) = told.interval.unwrap();
        assert!((told.correlation.unwrap() - 0.8).abs() < 1e-12);
        // tanh(atanh 0.8 ∓ 1.96 / √2)
        assert!((low + 0.2796).abs() < 1e-3 && (high - 0.9862).abs() < 1e-3, "{low} {high}");
        assert_eq!(effect(&[(5, 1), (5, 2), (5, 3)]).correlation, None);
        assert_eq!(effect(&[]).correlation, None);
    }
}
