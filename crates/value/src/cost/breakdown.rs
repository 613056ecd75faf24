//! Cost by words of the facts (channel, source, campaign, outcome, activity), and spending beside what it brought.

use super::catalogue::{Catalogue, CostKind};
use super::event::{Event, WordField};
use maths::{apportion, round_together};
use std::collections::{HashMap, VecDeque};

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
#[derive(Clone, Debug, Default)]
pub struct Breakdown {
    by: Vec<WordField>,
    /// The words that occur, in lower case, each with its number.
    numbers: HashMap<Vec<String>, usize>,
    /// The last few as they were written: facts come in runs.
    recent: VecDeque<(Vec<String>, usize)>,
    /// By number of the words, by activity: facts, and cost in millionths of a minor unit.
    cells: Vec<Vec<(i64, i128)>>,
}

/// How many are kept as they were written.
const RECENT: usize = 16;

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
        Breakdown { by: words, ..Breakdown::default() }
    }

    /// Adds what a fact costs.
    pub fn post(&mut self, catalogue: &Catalogue, event: &Event<'_>) {
        catalogue.price(event, |charge| {
            if let Ok(charge) = charge {
                self.charge(event, charge.activity, charge.cost, 1);
            }
        });
    }

    /// Adds one charge of a fact, or takes it back where `sign` is −1 (`cost` bears its sign already).
    pub(super) fn charge(&mut self, event: &Event<'_>, activity: usize, cost: i64, sign: i64) {
        if self.by.is_empty() {
            return;
        }
        let number = self.number(event);
        let cells = &mut self.cells[number];
        if activity >= cells.len() {
            cells.resize(activity + 1, (0, 0));
        }
        cells[activity].0 += sign;
        cells[activity].1 += i128::from(cost);
    }

    fn number(&mut self, event: &Event<'_>) -> usize {
        let is_same = |words: &[String]| words.iter().zip(&self.by).all(|(word, by)| word == by.of(event));
        if let Some((_, number)) = self.recent.iter().find(|(words, _)| is_same(words)) {
            return *number;
        }
        let written: Vec<String> = self.by.iter().map(|word| word.of(event).to_string()).collect();
        let number = self.number_of(written.iter().map(|word| word.to_lowercase()).collect());
        self.recent.truncate(RECENT - 1);
        self.recent.push_front((written, number));
        number
    }

    fn number_of(&mut self, words: Vec<String>) -> usize {
        let next = self.cells.len();
        let number = *self.numbers.entry(words).or_insert(next);
        if number == next {
            self.cells.push(Vec::new());
        }
        number
    }

    /// Adds a breakdown by the same words.
    pub(super) fn merge(&mut self, other: &Breakdown) {
        for (words, theirs) in &other.numbers {
            let mine = self.number_of(words.clone());
            let (mine, theirs) = (&mut self.cells[mine], &other.cells[*theirs]);
            mine.resize(mine.len().max(theirs.len()), (0, 0));
            for (sum, part) in mine.iter_mut().zip(theirs) {
                *sum = (sum.0 + part.0, sum.1 + part.1);
            }
        }
    }

    /// The lines by rising words and activity, rounded together activity by activity.
    pub fn lines(&self, catalogue: &Catalogue) -> Vec<BreakdownLine> {
        self.rounded(catalogue, |_, parts| round_together(parts, 1_000_000))
    }

    /// The same lines, adding up to what a closed book charged by each activity: where a team ran over, a little less.
    pub fn lines_of(&self, catalogue: &Catalogue, totals: &[i64]) -> Vec<BreakdownLine> {
        self.rounded(catalogue, |activity, parts| {
            let rounded = round_together(parts, 1_000_000);
            let total = totals.get(activity).copied().unwrap_or_default();
            if rounded.iter().sum::<i64>() == total {
                return rounded;
            }
            let weights: Vec<u64> =
                parts.iter().map(|part| u64::try_from((*part).max(0)).unwrap_or(u64::MAX)).collect();
            apportion(total, &weights).unwrap_or(rounded)
        })
    }

    fn rounded(
        &self,
        catalogue: &Catalogue,
        round: impl Fn(usize, &[i128]) -> Vec<i64>,
    ) -> Vec<BreakdownLine> {
        let mut found: Vec<(&Vec<String>, usize, u64, i128)> = Vec::new();
        for (words, number) in &self.numbers {
            for (activity, (facts, cost)) in self.cells[*number].iter().enumerate() {
                if *facts != 0 || *cost != 0 {
                    found.push((words, activity, facts.unsigned_abs(), *cost));
                }
            }
        }
        found.sort_unstable();
        let mut lines: Vec<BreakdownLine> = found
            .iter()
            .map(|(words, activity, facts, _)| BreakdownLine {
                words: (*words).clone(),
                activity: *activity,
                cost_kind: catalogue.activities()[*activity].cost_kind,
                facts: *facts,
                cost: 0,
            })
            .collect();
        for activity in 0..catalogue.activities().len() {
            let places: Vec<usize> =
                (0..lines.len()).filter(|line| lines[*line].activity == activity).collect();
            let parts: Vec<i128> = places.iter().map(|place| found[*place].3).collect();
            for (place, cost) in places.into_iter().zip(round(activity, &parts)) {
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
