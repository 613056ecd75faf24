//! What the past tells of customers who stood at high risk: how many came back, by level, drawn towards the whole.
//!
//! Takes counts of past month ends, gives a share for each level. It leaves out what an effort adds: who came back may have
//! done so by himself, so that the share is the most that efforts of the past won back, never what they did. Decision 0014
//! says why.

/// Fewer customers than this in all tell nothing.
pub const LEAST_AT_RISK: u64 = 30;

/// Customers of a level who stood at high risk at the ends of past months.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Returns {
    /// How many.
    pub customers: u64,
    /// Those of them who bought again within the time looked at; at most `customers`.
    pub returned: u64,
    /// The sum of their chances of being active when they stood there, 0 to `customers`.
    pub alive: f64,
}

/// What a level's past is believed to tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReturnShare {
    /// Share who come back, 0 to 1: the level's own, drawn towards that of all.
    pub share: f64,
    /// How far the level's own counts, 0 to 1.
    pub credibility: f64,
    /// The mean chance of being active of the level's customers that it was seen of, of all of them where there were none;
    /// 0 to 1.
    pub mean_alive: f64,
}

/// What the past tells of every level.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// One share a level, in the order given.
    pub levels: Vec<ReturnShare>,
    /// All levels together.
    pub whole: Returns,
}

/// Share who came back by level; `None` where fewer than [`LEAST_AT_RISK`] stood at risk.
///
/// A level's share is Beta distributed around that of all, and its returns are binomial, so that what is believed of it is
/// (returned + s·mean) / (customers + s). The size s comes from how much more the levels differ than chance makes them
/// (method of moments, Kleinman 1973, "Proportions with Extraneous Variance: Single and Independent Samples", without his
/// weights). Levels that differ no more than by chance have the share of all.
///
/// ```
/// use portfolio::{Returns, recovered};
/// let of = |customers, returned| Returns { customers, returned, alive: customers as f64 * 0.3 };
/// let found = recovered(&[of(2, 2), of(400, 40), of(2_000, 100)]).unwrap();
/// // Two out of two are hardly believed, a hundred in two thousand are.
/// assert!(found.levels[0].share < 0.3 && found.levels[0].credibility < 0.2);
/// assert!((found.levels[2].share - 0.05).abs() < 0.005);
/// assert!(found.levels.iter().all(|level| (level.mean_alive - 0.3).abs() < 1e-9));
/// assert!(recovered(&[of(10, 3)]).is_none(), "ten customers tell nothing");
/// ```
pub fn recovered(levels: &[Returns]) -> Option<Recovered> {
    let mut whole = Returns::default();
    for level in levels {
        whole.customers += level.customers;
        whole.returned += level.returned.min(level.customers);
        whole.alive += level.alive;
    }
    if whole.customers < LEAST_AT_RISK {
        return None;
    }
    let mean = whole.returned as f64 / whole.customers as f64;
    let size = size(levels, mean, whole.customers as f64);
    let shares = levels.iter().map(|level| {
        let n = level.customers as f64;
        let credibility = match size {
            Some(size) if n > 0.0 => n / (n + size),
            _ => 0.0,
        };
        let own = if n > 0.0 { level.returned.min(level.customers) as f64 / n } else { mean };
        let share = (mean + credibility * (own - mean)).clamp(0.0, 1.0);
        let mean_alive = if n > 0.0 { level.alive / n } else { whole.alive / whole.customers as f64 };
        ReturnShare { share, credibility, mean_alive }
    });
    Some(Recovered { levels: shares.collect(), whole })
}

/// How many customers of the whole each level's own are weighed against; `None` where levels differ by chance alone.
fn size(levels: &[Returns], mean: f64, all: f64) -> Option<f64> {
    let binomial = mean * (1.0 - mean);
    let telling: Vec<f64> = levels.iter().map(|level| level.customers as f64).filter(|n| *n > 0.0).collect();
    let freedom = telling.len() as f64 - 1.0;
    // What the squares below gather of the variance between levels, over what they gather of that within them.
    let gathered = all - telling.iter().map(|n| n * n).sum::<f64>() / all;
    if binomial <= 0.0 || freedom < 1.0 || gathered <= freedom {
        return None;
    }
    let squares: f64 = levels
        .iter()
        .filter(|level| level.customers > 0)
        .map(|level| {
            let n = level.customers as f64;
            n * (level.returned.min(level.customers) as f64 / n - mean).powi(2)
        })
        .sum();
    // E(squares) = freedom · (binomial − between) + gathered · between.
    let between = ((squares - freedom * binomial) / (gathered - freedom)).min(binomial);
    (between > 0.0).then(|| binomial / between - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    impl Draws {
        /// Of so many customers, how many come back.
        fn returns(&mut self, customers: u64, share: f64) -> Returns {
            let returned = (0..customers).filter(|_| self.unit() < share).count() as u64;
            Returns { customers, returned, alive: 0.3 * customers as f64 }
        }
    }

    /// Over many bases the drawn shares are nearer to the truth than the levels' own, and than that of all.
    #[test]
    fn drawn_shares_come_nearer_to_the_truth_than_raw_ones_and_than_one_for_all() {
        let mut draws = Draws(11);
        let (mut drawn, mut raw, mut one) = (0.0, 0.0, 0.0);
        for _ in 0..2_000 {
            let truth: Vec<f64> = (0..5).map(|_| 0.08 + 0.24 * draws.unit()).collect();
            let seen: Vec<Returns> =
                [12, 25, 60, 150, 400].iter().zip(&truth).map(|(n, p)| draws.returns(*n, *p)).collect();
            let found = recovered(&seen).unwrap();
            let mean = found.whole.returned as f64 / found.whole.customers as f64;
            for ((level, truth), seen) in found.levels.iter().zip(&truth).zip(&seen) {
                drawn += (level.share - truth).powi(2);
                raw += (seen.returned as f64 / seen.customers as f64 - truth).powi(2);
                one += (mean - truth).powi(2);
            }
        }
        assert!(drawn < 0.7 * raw && drawn < 0.8 * one, "{drawn} {raw} {one}");
    }

    #[test]
    fn levels_that_do_not_differ_share_one_number() {
        let mut draws = Draws(3);
        let mut spread = 0.0;
        for _ in 0..500 {
            let seen: Vec<Returns> = [20, 40, 80, 200, 500].iter().map(|n| draws.returns(*n, 0.15)).collect();
            let found = recovered(&seen).unwrap();
            spread += found.levels.iter().map(|level| level.credibility).sum::<f64>() / 5.0;
        }
        assert!(spread / 500.0 < 0.25, "mean credibility {}", spread / 500.0);
    }

    #[test]
    fn shares_stay_shares_whatever_is_counted() {
        let mut draws = Draws(29);
        for _ in 0..2_000 {
            let seen: Vec<Returns> = (0..5)
                .map(|_| {
                    let (n, share) = ((draws.unit() * 60.0) as u64, draws.unit().powi(3));
                    draws.returns(n, share)
                })
                .collect();
            let all: u64 = seen.iter().map(|level| level.customers).sum();
            let Some(found) = recovered(&seen) else {
                assert!(all < LEAST_AT_RISK);
                continue;
            };
            assert_eq!((found.whole.customers, found.levels.len()), (all, 5));
            for (level, seen) in found.levels.iter().zip(&seen) {
                assert!((0.0..=1.0).contains(&level.share) && (0.0..=1.0).contains(&level.credibility));
                assert!(seen.customers > 0 || level.credibility == 0.0, "nobody is no evidence");
            }
        }
        let nobody = recovered(&[Returns { customers: 50, returned: 0, alive: 1.0 }; 2]).unwrap();
        assert!(nobody.levels.iter().all(|level| level.share == 0.0));
    }
}
