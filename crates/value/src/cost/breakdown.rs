//! Cost by words of the facts (channel, source, campaign, outcome, activity).

use super::catalogue::{Catalogue, CostKind};
use super::event::{Event, WordField};
use super::words::Words;
use maths::{apportion, round_together};

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
    words: Words,
    /// By number of the words, by activity: facts, and cost in millionths of a minor unit.
    cells: Vec<Vec<(i64, i128)>>,
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
        Breakdown { words: Words::by(words), ..Breakdown::default() }
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
        if self.words.is_none() {
            return;
        }
        let number = self.words.number(event);
        let cells = self.cells_of(number);
        if activity >= cells.len() {
            cells.resize(activity + 1, (0, 0));
        }
        cells[activity].0 += sign;
        cells[activity].1 += i128::from(cost);
    }

    fn cells_of(&mut self, number: usize) -> &mut Vec<(i64, i128)> {
        if number >= self.cells.len() {
            self.cells.resize(number + 1, Vec::new());
        }
        &mut self.cells[number]
    }

    /// Adds a breakdown by the same words.
    pub(super) fn merge(&mut self, other: &Breakdown) {
        for (words, theirs) in other.words.iter() {
            let Some(theirs) = other.cells.get(theirs) else { continue };
            let mine = self.words.number_of(words.clone());
            let mine = self.cells_of(mine);
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
        for (words, number) in self.words.iter() {
            for (activity, (facts, cost)) in self.cells.get(number).into_iter().flatten().enumerate() {
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
