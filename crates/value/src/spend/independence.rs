//! Whether customers who buy often also spend more, or less, per purchase: what Gamma-Gamma assumes they do not.

use super::Spending;
use maths::student_beyond;
use std::collections::BTreeMap;

/// How spend per purchase goes with the number of purchases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Independence {
    /// Pearson's correlation of number and mean spend, −1 to 1.
    pub correlation: f64,
    /// How often independent customers would show as much, 0 to 1.
    pub p_value: f64,
    /// Spearman's correlation of their ranks, which single large customers hardly move.
    pub rank_correlation: f64,
    /// The same for the ranks.
    pub rank_p_value: f64,
    /// Customers with repeat purchases.
    pub customers: u64,
}

impl Independence {
    /// Whether expected purchases times expected spend would mislead: ranks are correlated by more than a tenth, and
    /// by more than chance explains.
    pub fn is_violated(&self) -> bool {
        self.rank_correlation.abs() > 0.1 && self.rank_p_value < 0.01
    }

    /// The verdict in words.
    pub fn verdict(&self) -> &'static str {
        match (self.is_violated(), self.rank_correlation > 0.0) {
            (false, _) => "spend per purchase hardly depends on how often customers buy",
            (true, true) => {
                "who buys more often spends more per purchase: the value of the best customers is understated"
            }
            (true, false) => {
                "who buys more often spends less per purchase: the value of the best customers is overstated"
            }
        }
    }
}

/// Tests number against mean of repeat purchases; `None` for fewer than three customers, or where either is the same
/// for all.
///
/// t test of a correlation (Kendall & Stuart, "The Advanced Theory of Statistics 2", section 26.23), ties at their mean
/// rank.
///
/// ```
/// use value::spend::{Spending, independence};
/// let buys = |purchases, mean| Spending { purchases, mean };
/// let test = independence(&[buys(1, 10.0), buys(2, 20.0), buys(3, 25.0), buys(4, 60.0), buys(5, 70.0)]).unwrap();
/// assert!(test.rank_correlation > 0.999_999);
/// assert!(test.is_violated());
/// assert!(independence(&[buys(1, 10.0), buys(1, 20.0), buys(1, 30.0)]).is_none());
/// ```
pub fn independence(spendings: &[Spending]) -> Option<Independence> {
    let mut repeaters: Vec<(f64, u32)> = spendings
        .iter()
        .filter(|s| s.purchases > 0 && s.mean.is_finite())
        .map(|s| (s.mean, s.purchases))
        .collect();
    repeaters.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let correlation = correlation(repeaters.iter().map(|(mean, number)| (f64::from(*number), *mean)))?;
    let of_number = Ranks::of(repeaters.iter().map(|(_, number)| *number));
    let mut passed = 0;
    let ranked = repeaters.chunk_by(|one, next| one.0 == next.0).flat_map(|same| {
        let rank = middle(passed, same.len());
        passed += same.len();
        same.iter().map(move |(_, number)| (*number, rank))
    });
    let ranked: Vec<(u32, f64)> = ranked.collect();
    let rank_correlation =
        self::correlation(ranked.iter().map(|(number, rank)| (of_number.rank(*number), *rank)))?;
    let freedom = repeaters.len() as f64 - 2.0;
    let p_value = |r: f64| student_beyond(r * (freedom / (1.0 - r * r).max(1e-300)).sqrt(), freedom);
    Some(Independence {
        correlation,
        p_value: p_value(correlation),
        rank_correlation,
        rank_p_value: p_value(rank_correlation),
        customers: repeaters.len() as u64,
    })
}

fn correlation(pairs: impl ExactSizeIterator<Item = (f64, f64)> + Clone) -> Option<f64> {
    let n = pairs.len() as f64;
    if pairs.len() < 3 {
        return None;
    }
    let (x_sum, y_sum) = pairs.clone().fold((0.0, 0.0), |(x_sum, y_sum), (x, y)| (x_sum + x, y_sum + y));
    let (x_mean, y_mean) = (x_sum / n, y_sum / n);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (dx, dy) = (x - x_mean, y - y_mean);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let r = xy / (xx.sqrt() * yy.sqrt());
    // What rounding leaves of a spread of none is none.
    let differs = xx > 1e-20 * n * x_mean * x_mean && yy > 1e-20 * n * y_mean * y_mean;
    (differs && r.is_finite()).then(|| r.clamp(-1.0, 1.0))
}

/// The mean rank of so many equal ones after those that have passed.
fn middle(passed: usize, same: usize) -> f64 {
    passed as f64 + 0.5 * (same as f64 + 1.0)
}

/// Ranks of whole numbers, of which there are few different ones.
struct Ranks {
    /// Each number and its rank, rising.
    ranks: Vec<(u32, f64)>,
}

impl Ranks {
    fn of(numbers: impl Iterator<Item = u32>) -> Ranks {
        let mut counts = [0_usize; 256];
        let mut many = BTreeMap::<u32, usize>::new();
        for number in numbers {
            *counts.get_mut(number as usize).unwrap_or_else(|| many.entry(number).or_default()) += 1;
        }
        let few = (0_u32..).zip(counts).filter(|(_, count)| *count > 0);
        let mut passed = 0;
        let ranks = few
            .chain(many)
            .map(|(number, count)| {
                let rank = middle(passed, count);
                passed += count;
                (number, rank)
            })
            .collect();
        Ranks { ranks }
    }

    fn rank(&self, number: u32) -> f64 {
        self.ranks.binary_search_by_key(&number, |(known, _)| *known).map_or(0.0, |place| self.ranks[place].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_rank() {
        let ranks = Ranks::of([3, 1, 3, 2, 900].into_iter());
        assert_eq!([3, 1, 3, 2, 900].map(|number| ranks.rank(number)), [3.5, 1.0, 3.5, 2.0, 5.0]);
    }

    #[test]
    fn one_large_customer_moves_the_correlation_but_not_the_ranks() {
        let mut spendings: Vec<Spending> =
            (0..200).map(|i| Spending { purchases: 1 + i % 5, mean: 20.0 + f64::from(i * 7 % 11) }).collect();
        spendings.push(Spending { purchases: 300, mean: 5_000.0 });
        let test = independence(&spendings).unwrap();
        assert!(test.correlation > 0.9 && test.p_value < 1e-10 && !test.is_violated(), "{test:?}");
    }

    #[test]
    fn constant_spend_and_bad_numbers_have_no_answer() {
        let same: Vec<Spending> = (1..9).map(|i| Spending { purchases: i, mean: 0.1 }).collect();
        assert_eq!(independence(&same), None);
        assert_eq!(independence(&[Spending { purchases: 1, mean: f64::NAN }; 5]), None);
        assert_eq!(independence(&[]), None);
    }
}
