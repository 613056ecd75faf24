//! Few who buy like nobody else: organisations among households, resellers among people.
//!
//! One gamma distribution of rates draws everybody towards the base's usual rate, and the few who buy twenty times as often
//! far below their own. Where the counts of purchases ask for it, a second gamma stands for them: a mixture of two NBDs
//! (McLachlan & Peel 2000, "Finite Mixture Models", on mixtures, expectation and maximisation, and how many parts), by which each customer belongs to the few with a
//! chance of his own. Who does is foretold at a rate by the second gamma, is active as the blend's members say and stays for
//! the horizon: who has bought fifty times would leave too soon by what is known of those who bought twice. For everybody else
//! all is as the members say, and so is what lies beyond a horizon.

use crate::lifetime::{Evidence, Group, Leaving, Path, Prospect, Rhythm, nbd};
use maths::ln_rising;
use std::fmt;

/// The few of a base; times in weeks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Few {
    /// Their share of the customers, 0 to a fifth.
    pub share: f64,
    /// Rates of the others: shape …
    pub r: f64,
    /// … and scale.
    pub alpha: f64,
    /// Rates of the few: shape …
    pub few_r: f64,
    /// … and scale.
    pub few_alpha: f64,
}

/// Rounds of expectation and maximisation; the last ones hardly move anything.
const ROUNDS: usize = 12;
/// The few are no more than this part of a base: more are a base of two kinds, which the members tell apart by how they
/// leave.
const MOST: f64 = 0.2;
/// They buy at least so many times as often as the others.
const LEAST_TIMES: f64 = 3.0;
/// Less of them in all is no second kind but chance.
const LEAST: f64 = 3.0;

impl Few {
    /// The few of a base, where two kinds are worth their three parameters more by the Bayesian information criterion, and
    /// the second kind are few who buy several times as often; `None` else.
    ///
    /// ```
    /// use value::blend::Few;
    /// use value::lifetime::{Evidence, Path};
    /// // Three hundred who buy once in a while, and six who buy every four days.
    /// let days: Vec<Vec<u32>> = (0..306_u32)
    ///     .map(|i| match i {
    ///         0..300 => (1..=i % 4).map(|n| n * (20 + i % 37)).collect(),
    ///         _ => (1..70).map(|n| n * 4).collect(),
    ///     })
    ///     .collect();
    /// let paths = |customers: usize| days[..customers].iter().map(|days| Path { repeats: days, age: 280 }).collect();
    /// assert_eq!(Few::of(&Evidence::of(paths(300))), None);
    /// let few = Few::of(&Evidence::of(paths(306))).unwrap();
    /// assert!((few.share - 0.02).abs() < 0.01);
    /// assert!(few.chance(&Path { repeats: &days[305], age: 280 }) > 0.99);
    /// assert!(few.chance(&Path { repeats: &[], age: 280 }) < 0.01);
    /// ```
    pub fn of(evidence: &Evidence<'_>) -> Option<Few> {
        let groups = &evidence.groups;
        let customers: f64 = groups.iter().map(|group| f64::from(group.customers)).sum();
        let one = nbd::fit(groups).params;
        // Who is far above the usual rate begins as one of the few.
        let usual = one.r / one.alpha;
        let is_far = |group: &&Group| {
            let x = group.timing.repeat_purchases;
            x >= 5 && f64::from(x) > LEAST_TIMES * usual * (group.timing.age + one.alpha)
        };
        if groups.iter().filter(is_far).map(|group| f64::from(group.customers)).sum::<f64>() < LEAST {
            return None;
        }
        let mut chances: Vec<f64> =
            groups.iter().map(|group| if is_far(&group) { 0.9 } else { 0.01 }).collect();
        let mut few = Few { share: 0.0, r: one.r, alpha: one.alpha, few_r: one.r, few_alpha: one.alpha };
        for _ in 0..ROUNDS {
            let all: f64 = groups.iter().zip(&chances).map(|(group, p)| f64::from(group.customers) * p).sum();
            if !(LEAST..=0.5 * customers).contains(&all) {
                return None;
            }
            let of_few = nbd::fit(&part(groups, &chances, |chance| chance)).params;
            let others = nbd::fit(&part(groups, &chances, |chance| 1.0 - chance)).params;
            few = Few {
                share: all / customers,
                r: others.r,
                alpha: others.alpha,
                few_r: of_few.r,
                few_alpha: of_few.alpha,
            };
            if ![few.r, few.alpha, few.few_r, few.few_alpha].iter().all(|x| x.is_finite() && *x > 0.0) {
                return None;
            }
            for (chance, group) in chances.iter_mut().zip(groups) {
                *chance = few.chance_of(group.timing.repeat_purchases, group.timing.age);
            }
        }
        let gain: f64 = groups
            .iter()
            .map(|group| {
                let (x, age) = (group.timing.repeat_purchases, group.timing.age);
                let (of_few, of_others) = few.ln_densities(x, age);
                let top = of_few.max(of_others);
                let mixed = top + ((of_few - top).exp() + (of_others - top).exp()).ln();
                f64::from(group.customers) * (mixed - ln_density(x, age, one.r, one.alpha))
            })
            .sum();
        let times = (few.few_r / few.few_alpha) / (few.r / few.alpha);
        let is_worth_it = 2.0 * gain > 3.0 * customers.ln();
        (is_worth_it && few.share <= MOST && times >= LEAST_TIMES).then_some(few)
    }

    /// Chance that a customer is one of the few, 0 to 1.
    pub fn chance(&self, path: &Path<'_>) -> f64 {
        self.chance_of(path.repeats.len() as u32, f64::from(path.age) / 7.0)
    }

    fn chance_of(&self, repeats: u32, age: f64) -> f64 {
        let (few, others) = self.ln_densities(repeats, age);
        1.0 / (1.0 + (others - few).exp())
    }

    /// ln of the probability of so many purchases within `age`, of the few and of the others, each with its share.
    fn ln_densities(&self, repeats: u32, age: f64) -> (f64, f64) {
        (
            self.share.ln() + ln_density(repeats, age, self.few_r, self.few_alpha),
            (-self.share).ln_1p() + ln_density(repeats, age, self.r, self.alpha),
        )
    }

    /// The prospect of a customer by a member, in two: as the member says, and as one of the few, each with its chance. The
    /// few buy at rates of their own, are active as the member says, and stay.
    pub(crate) fn split(few: Option<&Few>, path: &Path<'_>, prospect: Prospect) -> [(f64, Prospect); 2] {
        /// Who is one of the few by a smaller chance is none.
        const LEAST_CHANCE: f64 = 1e-3;
        match few.map(|few| (few, few.chance(path))) {
            Some((few, chance)) if chance > LEAST_CHANCE => {
                let of_few = Prospect {
                    p_alive: prospect.p_alive,
                    shape: few.few_r + path.repeats.len() as f64,
                    exposure: few.few_alpha + f64::from(path.age) / 7.0,
                    rhythm: Rhythm::RANDOM,
                    leaving: Leaving::Never,
                };
                [(1.0 - chance, prospect), (chance, of_few)]
            }
            _ => [(1.0, prospect), (0.0, prospect)],
        }
    }
}

impl fmt::Display for Few {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = (self.few_r / self.few_alpha) / (self.r / self.alpha);
        write!(
            f,
            "{:.1} % of the customers buy {times:.0} times as often as the others, and are foretold at rates of their own",
            100.0 * self.share
        )
    }
}

/// Groups that count by a part of them, to a hundredth of a customer.
fn part(groups: &[Group], chances: &[f64], of: impl Fn(f64) -> f64) -> Vec<Group> {
    const FINE: f64 = 100.0;
    groups
        .iter()
        .zip(chances)
        .map(|(group, chance)| {
            let customers = (f64::from(group.customers) * of(*chance) * FINE).round().min(4e9) as u32;
            Group { customers, ..*group }
        })
        .filter(|group| group.customers > 0)
        .collect()
}

/// ln of the probability of a number of purchases under NBD, but for what its parameters do not move.
fn ln_density(repeats: u32, age: f64, r: f64, alpha: f64) -> f64 {
    // r ln(α / (α + T)), which is what is left of it without a purchase.
    let ln_none = -r * (age / alpha).ln_1p();
    ln_rising(r, repeats) + ln_none - f64::from(repeats) * (alpha + age).ln()
}
