//! Who is active under Pareto/NBD, for very many customers whose purchases are known by whole days.
//!
//! With A = α + t and B = β + t, who made x repeat purchases, the last at t_x, has left by T with the odds
//!
//! ```text
//! s A(T)^(r + x) B(T)^s (G(t_x) − G(T)),   G(t) = ∫ from t on of A^−(r + x) B^−(s + 1)
//! ```
//!
//! against being active (Fader & Hardie 2005, "A Note on Deriving the Pareto/NBD Model", eq. 19, as an integral). G is summed up
//! day by day from the oldest on, once for each number of purchases, in units of A^(1 − r − x) B^−(s + 1).

use super::Path;
use super::pareto_nbd::Params;
use maths::gauss_legendre;

/// Sums for one model, by number of purchases and day.
pub struct ByDay {
    shape: f64,
    leave: f64,
    /// ln A and ln B by day.
    ln_bought: Vec<f64>,
    ln_left: Vec<f64>,
    /// By number of purchases: the first day from which a day's step is short, and the sums.
    sums: Vec<(usize, Vec<f64>)>,
}

const DAY: f64 = 1.0 / 7.0;
/// Nodes in a day.
const NODES: usize = 6;
/// The integrand falls within a day by e^−this at the most where so few nodes say what it is.
const STEEP: f64 = 1.5;

impl ByDay {
    /// For customers as old as `oldest` days with at most `most` repeat purchases; others are told nothing.
    pub fn of(params: &Params, oldest: usize, most: usize) -> ByDay {
        let &Params { r, alpha, s, beta } = params;
        let week = |day: usize| day as f64 * DAY;
        let ln_bought: Vec<f64> = (0..=oldest).map(|day| (alpha + week(day)).ln()).collect();
        let ln_left: Vec<f64> = (0..=oldest).map(|day| (beta + week(day)).ln()).collect();
        let rule = gauss_legendre(NODES);
        // By day and node: the integrand against that of the day's beginning, and what one more purchase multiplies it by;
        // the same for the next day's beginning.
        let (mut parts, mut more) = (Vec::with_capacity(oldest), Vec::with_capacity(oldest));
        let (mut next, mut next_more) = (Vec::with_capacity(oldest), Vec::with_capacity(oldest));
        for day in 0..oldest {
            let (bought, left) = (alpha + week(day), beta + week(day));
            let mut of_day = [0.0; NODES];
            let mut more_of_day = [0.0; NODES];
            for (i, (node, weight)) in rule.nodes.iter().zip(&rule.weights).enumerate() {
                let ln_fallen = (DAY * node / bought).ln_1p();
                more_of_day[i] = (-ln_fallen).exp();
                let ln = -r * ln_fallen - (s + 1.0) * (DAY * node / left).ln_1p();
                of_day[i] = weight * DAY / bought * ln.exp();
            }
            parts.push(of_day);
            more.push(more_of_day);
            let ln_fallen = (DAY / bought).ln_1p();
            next.push(((1.0 - r) * ln_fallen - (s + 1.0) * (DAY / left).ln_1p()).exp());
            next_more.push((-ln_fallen).exp());
        }
        let mut sums = Vec::with_capacity(most + 1);
        for x in 0..=most {
            let steep = |day: usize| {
                let slope = (r + x as f64) / (alpha + week(day)) + (s + 1.0) / (beta + week(day));
                slope * DAY > STEEP
            };
            let first = (0..=oldest).find(|day| !steep(*day)).unwrap_or(oldest + 1);
            let mut of_number = vec![0.0; oldest + 1];
            for day in (0..oldest).rev() {
                let within: f64 = parts[day].iter().sum();
                of_number[day] = of_number[day + 1] * next[day] + within;
            }
            sums.push((first, of_number));
            for (part, more) in parts.iter_mut().zip(&more) {
                for (part, more) in part.iter_mut().zip(more) {
                    *part *= more;
                }
            }
            for (next, more) in next.iter_mut().zip(&next_more) {
                *next *= more;
            }
        }
        ByDay { shape: r, leave: s, ln_bought, ln_left, sums }
    }

    /// Chance of being active; `None` where there is no sum.
    pub fn p_alive(&self, path: &Path<'_>) -> Option<f64> {
        let x = path.repeats.len();
        let (first, sums) = self.sums.get(x)?;
        let (last, age) = (path.repeats.last().map_or(0, |day| *day as usize), path.age as usize);
        if last < *first || age >= sums.len() {
            return None;
        }
        let at = |day: usize| sums[day] * (self.ln_bought[day] - self.ln_left[day]).exp();
        let bought = (self.shape + x as f64) * (self.ln_bought[age] - self.ln_bought[last]);
        let left = self.leave * (self.ln_left[age] - self.ln_left[last]);
        let odds = self.leave * (at(last) * (bought + left).exp() - at(age));
        Some(1.0 / (1.0 + odds.max(0.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::pareto_nbd::p_alive;

    #[test]
    fn it_says_what_the_integral_says() {
        for params in [
            Params { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 },
            Params { r: 3.0, alpha: 0.4, s: 2.5, beta: 300.0 },
            Params { r: 0.2, alpha: 40.0, s: 0.05, beta: 0.3 },
        ] {
            let by_day = ByDay::of(&params, 1_000, 120);
            let mut told = 0;
            for x in [0_u32, 1, 2, 5, 17, 60, 120] {
                for last in [x, x + 1, 2 * x + 30, 400, 900] {
                    let repeats: Vec<u32> = (1..=x).map(|n| (last * n / x).max(n)).collect();
                    for silence in [0, 1, 8, 90, 600] {
                        let age = repeats.last().copied().unwrap_or(0) + silence;
                        let path = Path { repeats: &repeats, age };
                        let Some(found) = by_day.p_alive(&path) else { continue };
                        let exact = p_alive(&path.timing(), &params);
                        assert!(
                            (found - exact).abs() < 1e-10 && (found / exact - 1.0).abs() < 1e-8,
                            "{params:?} {x} {age}: {found} {exact}"
                        );
                        told += 1;
                    }
                }
            }
            assert!(told > 100, "{params:?}: {told}");
        }
    }

    #[test]
    fn who_is_older_or_buys_more_is_left_to_the_integral() {
        let by_day = ByDay::of(&Params { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 }, 50, 1);
        assert!(by_day.p_alive(&Path { repeats: &[9], age: 50 }).is_some());
        assert_eq!(by_day.p_alive(&Path { repeats: &[9], age: 51 }), None);
        assert_eq!(by_day.p_alive(&Path { repeats: &[9, 10], age: 50 }), None);
    }
}
