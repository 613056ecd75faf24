//! Chains of states with rewards, and the choice of what to do in each: Markov decision processes, solved exactly.

/// Something that can be done in a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it brings in the period in which it is done, cost taken off.
    pub reward: f64,
    /// Chances of being in each state a period later; they add up to 1, or to less where the rest is worth nothing.
    pub to: Vec<f64>,
}

/// What to do in each state, and what each is then worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// For each state the place of the chosen action.
    pub choice: Vec<usize>,
    /// Expected discounted reward from each state on, the current period's in full.
    pub values: Vec<f64>,
    /// Rounds of improvement that changed something.
    pub improvements: u32,
}

/// The solution x of `matrix` · x = `right`, by Gauss's elimination with row pivoting; `None` when there is no single
/// one, or a number is not finite. For the few dozen states of a chain.
///
/// ```
/// assert_eq!(maths::solve(&[vec![2.0, 0.0], vec![0.0, 4.0]], &[2.0, 2.0]), Some(vec![1.0, 0.5]));
/// assert_eq!(maths::solve(&[vec![1.0, 1.0], vec![1.0, 1.0]], &[1.0, 2.0]), None);
/// ```
pub fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    if matrix.len() != size || matrix.iter().any(|row| row.len() != size) {
        return None;
    }
    let mut rows: Vec<Vec<f64>> =
        matrix.iter().zip(right).map(|(row, last)| row.iter().copied().chain([*last]).collect()).collect();
    let scale = rows.iter().flatten().fold(0.0_f64, |most, number| most.max(number.abs()));
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|&one, &other| rows[one][column].abs().total_cmp(&rows[other][column].abs()))?;
        let is_usable = rows[pivot][column].abs() > scale * 1e-14;
        if !is_usable {
            return None;
        }
        rows.swap(column, pivot);
        let (done, below) = rows.split_at_mut(column + 1);
        let lead = &done[column];
        for row in below {
            let factor = row[column] / lead[column];
            for place in column..=size {
                row[place] -= factor * lead[place];
            }
        }
    }
    let mut solution = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|place| rows[row][place] * solution[place]).sum();
        solution[row] = (rows[row][size] - known) / rows[row][row];
    }
    solution.iter().all(|number| number.is_finite()).then_some(solution)
}

/// What each state of a chain is worth: V = R + γ P V, the current period's reward in full.
///
/// `discount` is γ = 1 / (1 + rate per period), 0 ≤ γ < 1 (γ = 1 is allowed where the chain surely ends). `None` when
/// the equation has no single solution or sizes do not agree.
///
/// ```
/// // One state worth 10 a period, left with chance 0.5: 10 / (1 − 0.5) without discount.
/// assert_eq!(maths::chain_values(&[vec![0.5]], &[10.0], 1.0), Some(vec![20.0]));
/// ```
pub fn chain_values(transition: &[Vec<f64>], rewards: &[f64], discount: f64) -> Option<Vec<f64>> {
    let matrix: Vec<Vec<f64>> = transition
        .iter()
        .enumerate()
        .map(|(from, row)| {
            row.iter()
                .enumerate()
                .map(|(to, chance)| f64::from(u8::from(from == to)) - discount * chance)
                .collect()
        })
        .collect();
    solve(&matrix, rewards)
}

/// The best thing to do in each state, by policy iteration (Howard 1960, "Dynamic Programming and Markov Processes").
///
/// `states[s]` lists what can be done in state `s`, at least one action each; `discount` is γ, 0 ≤ γ < 1. Of equally
/// good actions the earlier one is kept, so put "do nothing" first. It ends in finitely many rounds with the exact
/// optimum. `None` when a state has no action, sizes do not agree, or a value is not finite.
///
/// ```
/// use maths::{Action, best_policy};
/// // Keep a customer who loses 1 a period, or stop.
/// let keep = Action { reward: -1.0, to: vec![0.9] };
/// let stop = Action { reward: 0.0, to: vec![0.0] };
/// let policy = best_policy(&[vec![keep, stop]], 0.9).unwrap();
/// assert_eq!((policy.choice[0], policy.values[0]), (1, 0.0));
/// ```
pub fn best_policy(states: &[Vec<Action>], discount: f64) -> Option<Policy> {
    let fits = |action: &Action| action.to.len() == states.len();
    if states.iter().any(|actions| actions.is_empty() || !actions.iter().all(fits)) {
        return None;
    }
    let mut choice = vec![0; states.len()];
    let mut improvements = 0;
    loop {
        let chosen = || states.iter().zip(&choice).map(|(actions, &place)| &actions[place]);
        let transition: Vec<Vec<f64>> = chosen().map(|action| action.to.clone()).collect();
        let rewards: Vec<f64> = chosen().map(|action| action.reward).collect();
        let values = chain_values(&transition, &rewards, discount)?;
        let worth = |action: &Action| {
            let later: f64 = action.to.iter().zip(&values).map(|(chance, value)| chance * value).sum();
            action.reward + discount * later
        };
        let mut changed = false;
        for (actions, kept) in states.iter().zip(&mut choice) {
            for (place, action) in actions.iter().enumerate() {
                let now = worth(&actions[*kept]);
                // More than what rounding may pretend, or two equal actions would take turns for ever.
                if worth(action) > now + 1e-11 * (1.0 + now.abs()) {
                    *kept = place;
                    changed = true;
                }
            }
        }
        if !changed {
            return Some(Policy { choice, values, improvements });
        }
        improvements += 1;
    }
}

/// The same optimum approached by value iteration (Bellman 1957): rounds of V ← max (R + γ P V) until no value moves by
/// more than `tolerance` · (1 − γ) / 2γ, which puts every value within `tolerance` of the optimum.
///
/// For checks and for chains too large to solve at once. `None` as in [`best_policy`], and for γ outside 0 to 1.
///
/// ```
/// use maths::{Action, iterated_values};
/// let stay = Action { reward: 1.0, to: vec![1.0] };
/// let values = iterated_values(&[vec![stay]], 0.5, 1e-9).unwrap();
/// assert!((values[0] - 2.0).abs() < 1e-9);
/// ```
pub fn iterated_values(states: &[Vec<Action>], discount: f64, tolerance: f64) -> Option<Vec<f64>> {
    let fits = |action: &Action| action.to.len() == states.len();
    let is_usable = (0.0..1.0).contains(&discount)
        && tolerance > 0.0
        && states.iter().all(|actions| !actions.is_empty() && actions.iter().all(fits));
    if !is_usable {
        return None;
    }
    let enough = tolerance * (1.0 - discount) / (2.0 * discount).max(f64::MIN_POSITIVE);
    let mut values = vec![0.0; states.len()];
    loop {
        let next: Vec<f64> = states
            .iter()
            .map(|actions| {
                let worth = |action: &Action| {
                    let later: f64 =
                        action.to.iter().zip(&values).map(|(chance, value)| chance * value).sum();
                    action.reward + discount * later
                };
                actions.iter().map(worth).fold(f64::NEG_INFINITY, f64::max)
            })
            .collect();
        let moved = next.iter().zip(&values).fold(0.0_f64, |most, (one, old)| most.max((one - old).abs()));
        values = next;
        if !values.iter().all(|value| value.is_finite()) {
            return None;
        }
        let size = values.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
        if moved <= enough.max(size * f64::EPSILON * 4.0) {
            return Some(values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_policy_is_the_best_of_all_policies() {
        let mut state = 11_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for _ in 0..1_000 {
            let size = 1 + (draw() * 5.0) as usize;
            let states: Vec<Vec<Action>> = (0..size)
                .map(|_| {
                    (0..1 + (draw() * 3.0) as usize)
                        .map(|_| {
                            let weights: Vec<f64> = (0..=size).map(|_| draw()).collect();
                            let sum: f64 = weights.iter().sum();
                            let to = weights[..size].iter().map(|weight| weight / sum).collect();
                            Action { reward: draw() * 200.0 - 100.0, to }
                        })
                        .collect()
                })
                .collect();
            let discount = 0.5 + 0.49 * draw();
            let policy = best_policy(&states, discount).unwrap();
            let policies: usize = states.iter().map(Vec::len).product();
            let mut best = vec![f64::NEG_INFINITY; size];
            for mut number in 0..policies {
                let chosen: Vec<&Action> = states
                    .iter()
                    .map(|actions| {
                        let place = number % actions.len();
                        number /= actions.len();
                        &actions[place]
                    })
                    .collect();
                let transition: Vec<Vec<f64>> = chosen.iter().map(|action| action.to.clone()).collect();
                let rewards: Vec<f64> = chosen.iter().map(|action| action.reward).collect();
                let values = chain_values(&transition, &rewards, discount).unwrap();
                for (most, value) in best.iter_mut().zip(values) {
                    *most = most.max(value);
                }
            }
            let iterated = iterated_values(&states, discount, 1e-8).unwrap();
            for ((found, most), near) in policy.values.iter().zip(&best).zip(&iterated) {
                assert!((found - most).abs() < 1e-7, "{found} against {most}");
                assert!((found - near).abs() < 1e-7, "{found} against {near}");
            }
        }
    }

    #[test]
    fn what_is_no_process_is_refused() {
        assert_eq!(best_policy(&[vec![]], 0.9), None);
        assert_eq!(best_policy(&[vec![Action { reward: 1.0, to: vec![] }]], 0.9), None);
        assert_eq!(
            chain_values(&[vec![1.0]], &[1.0], 1.0),
            None,
            "for ever, undiscounted, is worth no number"
        );
    }
}
