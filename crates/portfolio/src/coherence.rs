//! Do we invest where the value is? Delta, the 5×5 matrix, and what to look at first.

use crate::Level;
use maths::apportion;
use std::cmp::Reverse;

/// Investment score less value score, −4 to +4: above zero we put in more than the customer is worth to us, below zero
/// less. Scores run from 5 (strategic) to 1 (negligible).
///
/// ```
/// use portfolio::{Level, delta};
/// assert_eq!(delta(Level::Negligible, Level::Strategic), 4); // much for nothing
/// assert_eq!(delta(Level::Strategic, Level::Negligible), -4); // nothing for much
/// ```
pub fn delta(value: Level, investment: Level) -> i8 {
    investment.score() - value.score()
}

/// The customers of one value level and one investment level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many they are.
    pub customers: u64,
    /// What they are worth together, in minor units.
    pub value: i64,
    /// What is invested in them together, in minor units.
    pub investment: i64,
}

/// Every customer by value level and investment level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// `cells[value][investment]`, each 0 (strategic) to 4 (negligible).
    pub cells: [[Cell; 5]; 5],
}

impl Matrix {
    /// The cell of these levels.
    pub fn cell(&self, value: Level, investment: Level) -> &Cell {
        &self.cells[value as usize - 1][investment as usize - 1]
    }

    /// All cells with this delta, together.
    pub fn with_delta(&self, wanted: i8) -> Cell {
        let mut sum = Cell::default();
        for value in Level::ALL {
            for investment in Level::ALL.into_iter().filter(|one| delta(value, *one) == wanted) {
                let cell = self.cell(value, investment);
                sum.customers += cell.customers;
                sum.value += cell.value;
                sum.investment += cell.investment;
            }
        }
        sum
    }
}

/// A customer as coherence sees him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Strategic value, in minor units.
    pub value: i64,
    /// Its level.
    pub value_level: Level,
    /// Invested over the period, in minor units.
    pub investment: i64,
    /// Its level.
    pub investment_level: Level,
}

impl Position {
    /// Investment score less value score.
    pub fn delta(&self) -> i8 {
        delta(self.value_level, self.investment_level)
    }
}

/// The positions of all customers, from values and investments in the same order and the rules of their levels.
///
/// ```
/// use portfolio::{Level, Rule, matrix, positions};
/// let positions = positions(&[900, 90, 10], &[5, 80, 15], &Rule::DEFAULT, &Rule::DEFAULT);
/// assert_eq!(positions[0].delta(), -3);
/// assert_eq!(matrix(&positions).cell(Level::Strategic, Level::Low).customers, 1);
/// ```
pub fn positions(
    values: &[i64],
    investments: &[i64],
    value_rule: &crate::Rule,
    investment_rule: &crate::Rule,
) -> Vec<Position> {
    let value_levels = crate::levels(values, value_rule);
    let investment_levels = crate::levels(investments, investment_rule);
    let rows = values.iter().zip(value_levels).zip(investments.iter().zip(investment_levels));
    rows.map(|((value, value_level), (investment, investment_level))| Position {
        value: *value,
        value_level,
        investment: *investment,
        investment_level,
    })
    .collect()
}

/// The 5×5 matrix of these positions.
pub fn matrix(positions: &[Position]) -> Matrix {
    let mut matrix = Matrix::default();
    for position in positions {
        let cell =
            &mut matrix.cells[position.value_level as usize - 1][position.investment_level as usize - 1];
        cell.customers += 1;
        cell.value += position.value;
        cell.investment += position.investment;
    }
    matrix
}

/// Why a customer is on the worklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// We spend on a customer who is worth nothing or less.
    SpentOnNothing,
    /// More is invested than the value calls for.
    OverInvested,
    /// A customer of value gets nothing: he passes under the radar.
    Overlooked,
    /// Less is invested than the value calls for.
    UnderInvested,
}

impl Reason {
    /// One word for it, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Reason::SpentOnNothing => "spent_on_nothing",
            Reason::OverInvested => "over_invested",
            Reason::Overlooked => "overlooked",
            Reason::UnderInvested => "under_invested",
        }
    }

    /// What is proposed for it: stop what goes to nothing, start with whom we overlook, move the rest.
    pub fn proposal(self) -> Move {
        match self {
            Reason::SpentOnNothing => Move::Stop,
            Reason::Overlooked => Move::Start,
            Reason::OverInvested | Reason::UnderInvested => Move::Move,
        }
    }
}

/// A proposed move; a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// Stop investing.
    Stop,
    /// Start investing.
    Start,
    /// Move part of the investment: from where it is too much to where it is too little.
    Move,
}

impl Move {
    /// The word for it in files and the API.
    pub fn name(self) -> &'static str {
        match self {
            Move::Stop => "stop",
            Move::Start => "start",
            Move::Move => "move",
        }
    }
}

/// A customer in whom we invest incoherently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoherence {
    /// Place in the input.
    pub customer: u32,
    /// Where he stands.
    pub position: Position,
    /// Why he is here.
    pub reason: Reason,
    /// What the same total investment would give him if it followed value: his share of all positive value.
    pub coherent_investment: i64,
    /// Investment above (positive) or below (negative) that: the money at stake, by which the list is ranked.
    pub gap: i64,
}

impl Incoherence {
    /// The money that is in the wrong place, positive, in minor units.
    pub fn at_stake(&self) -> i64 {
        self.gap.abs()
    }

    /// What is proposed.
    pub fn proposal(&self) -> Move {
        self.reason.proposal()
    }
}

/// Customers whose delta is at least `least_delta` (1 to 4, usually 2) from zero and whose investment lies on the same side
/// of the coherent one, the most money first; those worth nothing on whom we spend are always there.
///
/// Coherent is what follows value: the investment of all, shared by positive value to the cent. The gaps of *all*
/// customers add up to zero, so what the list takes from some is what it can give to others. An investment below zero
/// (a cost that was given back) counts as none.
///
/// ```
/// use portfolio::{Move, Reason, Rule, positions, worklist};
/// // Ada is worth most and gets nothing; Bob is worth nothing and gets most.
/// let list = worklist(&positions(&[800, 0, 200], &[0, 90, 10], &Rule::DEFAULT, &Rule::DEFAULT), 2);
/// let told: Vec<_> = list.iter().map(|one| (one.customer, one.reason, one.proposal(), one.gap)).collect();
/// assert_eq!(told[0], (1, Reason::SpentOnNothing, Move::Stop, 90));
/// assert_eq!(told[1], (0, Reason::Overlooked, Move::Start, -80));
/// ```
pub fn worklist(positions: &[Position], least_delta: i8) -> Vec<Incoherence> {
    let all: i64 = positions.iter().map(|position| position.investment.max(0)).sum();
    let weights: Vec<u64> = positions.iter().map(|position| position.value.max(0) as u64).collect();
    // Without any value nothing is coherent.
    let coherent = apportion(all, &weights).unwrap_or_else(|| vec![0; positions.len()]);
    let mut list: Vec<Incoherence> = positions
        .iter()
        .zip(coherent)
        .enumerate()
        .filter_map(|(customer, (position, coherent_investment))| {
            let investment = position.investment.max(0);
            let gap = investment - coherent_investment;
            let delta = position.delta();
            let reason = if position.value <= 0 && investment > 0 {
                Reason::SpentOnNothing
            } else if delta >= least_delta && gap > 0 {
                Reason::OverInvested
            } else if delta <= -least_delta && gap < 0 {
                if investment == 0 { Reason::Overlooked } else { Reason::UnderInvested }
            } else {
                return None;
            };
            Some(Incoherence {
                customer: customer as u32,
                position: *position,
                reason,
                coherent_investment,
                gap,
            })
        })
        .collect();
    list.sort_unstable_by_key(|one| (Reverse(one.at_stake()), one.customer));
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

    #[test]
    fn every_customer_is_in_one_cell_and_every_delta_has_its_diagonal() {
        let values: Vec<i64> = (0..5_000).map(|i| (i * 7_919) % 10_007 - 1_000).collect();
        let investments: Vec<i64> = (0..5_000).map(|i| (i * 6_133) % 997).collect();
        let positions =
            positions(&values, &investments, &Rule::DEFAULT, &Rule::Quantile([0.05, 0.2, 0.5, 0.8]));
        let matrix = matrix(&positions);
        let mut customers = 0;
        for wanted in -4..=4 {
            let diagonal = matrix.with_delta(wanted);
            let there = positions.iter().filter(|position| position.delta() == wanted);
            assert_eq!(diagonal.customers, there.clone().count() as u64);
            assert_eq!(diagonal.value, there.map(|position| position.value).sum::<i64>());
            customers += diagonal.customers;
        }
        assert_eq!(customers, 5_000);

        let list = worklist(&positions, 2);
        assert!(!list.is_empty() && list.is_sorted_by(|one, next| one.at_stake() >= next.at_stake()));
        for one in &list {
            let is_low = matches!(one.reason, Reason::Overlooked | Reason::UnderInvested);
            assert_eq!(one.gap < 0, is_low);
            assert_eq!(one.gap, one.position.investment - one.coherent_investment);
            assert!(one.reason == Reason::SpentOnNothing || one.position.delta().abs() >= 2);
        }
        // From −4 on, every delta is large enough, and everybody with a gap is listed.
        let everyone = worklist(&positions, -4);
        let listed: i64 = everyone.iter().map(|one| one.gap).sum();
        assert_eq!(listed, 0, "what is taken from some can be given to others");
    }

    #[test]
    fn nobody_is_no_trouble() {
        assert!(worklist(&[], 2).is_empty());
        let worthless = positions(&[0, -5], &[10, 0], &Rule::DEFAULT, &Rule::DEFAULT);
        let list = worklist(&worthless, 2);
        assert_eq!((list.len(), list[0].gap, list[0].proposal()), (1, 10, Move::Stop));
    }
}
