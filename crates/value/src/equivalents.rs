//! What to expect of somebody of whom little or nothing is known, from those who are like them.
//!
//! Takes customers with categorical keys (cohort, source, segment, size of organisation: any) and an outcome each
//! (purchase rate, yearly value: any number) with its variance. Gives for every combination of keys, also one never
//! seen, an expected value with its interval and the [`Equivalent`]s behind it. Never a blank: an unknown key adds what
//! is uncertain about it. Never a false precision: how much groups differ is itself estimated from few groups, and
//! widens the interval.
//!
//! The model is a crossed one: overall mean, plus an effect of each key, plus one of the whole combination, plus the
//! customer's own, all normal around zero (Searle, Casella & McCulloch 1992, "Variance Components", chapter 7).
//! Variances between groups come from restricted maximum likelihood by Harville's fixed point (Harville 1977, Journal of
//! the American Statistical Association 72), effects from Henderson's mixed model equations, the variance
//! within combinations by DerSimonian & Laird (1986).

use crate::error::Error;
use crate::valuation::Interval;
use maths::{Cholesky, student_quantile};
use std::collections::{BTreeMap, HashMap};

/// One customer whose outcome is known, more or less.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// One key per dimension, in the same order for all; `None` where it is not known.
    pub keys: Vec<Option<u32>>,
    /// The outcome, such as the posterior mean of a purchase rate.
    pub outcome: f64,
    /// Variance of the outcome as an estimate (posterior variance), zero if it is exact.
    pub variance: f64,
    /// How many customers these facts are true of.
    pub customers: u32,
}

/// A group that an expectation rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Equivalent {
    /// The place of its dimension among the keys; `None` for everybody and for the same combination of keys.
    pub dimension: Option<usize>,
    /// Which group.
    pub group: Group,
    /// Customers in it.
    pub customers: u64,
    /// By how much its members differ from what would else be expected, drawn towards zero.
    pub effect: f64,
    /// How much of what the group's own customers say is believed, 0 to 1: 0 for a group never seen.
    pub weight: f64,
}

/// Which customers an [`Equivalent`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// All of them; its effect is the overall mean.
    Everybody,
    /// Those with this key.
    Key(u32),
    /// Those with the same combination of keys.
    Combination,
}

/// What to expect of somebody with given keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Expected outcome of such customers on average.
    pub mean: f64,
    /// Where that average lies.
    pub interval: Interval,
    /// Where the outcome of a single such customer lies; wider by how customers differ.
    pub single: Interval,
    /// Degrees of freedom of both: few where few groups tell how much groups differ.
    pub freedom: f64,
    /// What it rests on: everybody, then the groups, those believed most first. The mean is the sum of their effects.
    pub equivalents: Vec<Equivalent>,
}

/// A fitted base of equivalents.
#[derive(Clone, Debug)]
pub struct Equivalents {
    dimensions: usize,
    /// Place in the equations of each (dimension, key).
    places: HashMap<(usize, u32), usize>,
    /// Customers of each place; everybody at 0.
    customers: Vec<u64>,
    /// Overall mean, then the effects.
    effects: Vec<f64>,
    /// Covariance of the errors of `effects`, row by row.
    covariance: Vec<f64>,
    /// Variance between groups of each dimension, and between combinations.
    between: Vec<f64>,
    /// The same for a group never seen: the prior may widen it, but not narrow it.
    unseen: Vec<f64>,
    /// Number of groups seen of each dimension, and of combinations.
    groups: Vec<usize>,
    cells: HashMap<Vec<Option<u32>>, Cell>,
    within: f64,
    least: f64,
}

/// Customers with the same combination of keys, put together.
#[derive(Clone, Copy, Debug)]
struct Cell {
    mean: f64,
    /// Variance of that mean, the customers' own differences included.
    variance: f64,
    customers: u64,
}

/// More groups over all dimensions together than this are refused; put rare ones together.
pub const MOST_GROUPS: u64 = 1_500;

/// The part of the variance between customers that a new kind of group is taken to explain, with the weight of one
/// group: what keeps a dimension of which only one or two groups were seen from claiming that groups do not differ.
const PRIOR_SHARE: f64 = 0.1;

/// Learns how groups differ. `least` is the smallest possible outcome (0 for rates and counts,
/// `f64::NEG_INFINITY` for margins); intervals do not reach below it.
///
/// ```
/// use value::equivalents::{self, Known};
/// // Two sources, five cohorts; the second source brings customers of twice the value.
/// let known: Vec<Known> = (0..100)
///     .map(|i| Known {
///         keys: vec![Some(i % 2), Some(i % 5)],
///         outcome: 10.0 + 10.0 * f64::from(i % 2) + f64::from(i * 7 % 10) / 5.0,
///         variance: 1.0,
///         customers: 1,
///     })
///     .collect();
/// let equivalents = equivalents::learn(&known, 0.0).unwrap();
/// let of_second = equivalents.expect(&[Some(1), Some(3)]).unwrap();
/// let unknown = equivalents.expect(&[None, None]).unwrap();
/// let never_seen = equivalents.expect(&[Some(9), Some(3)]).unwrap();
/// assert!((of_second.mean - 21.0).abs() < 1.0 && (unknown.mean - 16.0).abs() < 2.0);
/// // A source never seen is answered, with an interval that has room for both.
/// assert!(never_seen.interval.lo95 < 11.0 && never_seen.interval.hi95 > 21.0);
/// ```
pub fn learn(known: &[Known], least: f64) -> Result<Equivalents, Error> {
    learn_by(known, least, true)
}

/// The same where keys add up and a combination of them has no effect of its own: what a key says is then the same whatever
/// the other keys are, and can be told alone.
///
/// ```
/// use value::equivalents::{self, Group, Known};
/// let known: Vec<Known> = (0..200)
///     .map(|i| Known {
///         keys: vec![Some(i % 4)],
///         outcome: f64::from(i % 4) + f64::from(i * 7 % 10) / 10.0,
///         variance: 0.0,
///         customers: 1,
///     })
///     .collect();
/// let third = equivalents::learn_additive(&known, 0.0).unwrap().expect(&[Some(3)]).unwrap();
/// // All of the difference is the key's, and nothing that of the combination.
/// let effect = |group| third.equivalents.iter().find(|one| one.group == group).unwrap().effect;
/// assert!(effect(Group::Key(3)) > 1.2 && effect(Group::Combination).abs() < 1e-3, "{third:?}");
/// assert!((third.mean - 3.45).abs() < 0.1, "{third:?}");
/// ```
pub fn learn_additive(known: &[Known], least: f64) -> Result<Equivalents, Error> {
    learn_by(known, least, false)
}

fn learn_by(known: &[Known], least: f64, combines: bool) -> Result<Equivalents, Error> {
    let dimensions = known.first().ok_or(Error::NoCustomers)?.keys.len();
    let mut customers = 0_u64;
    for (place, one) in known.iter().enumerate() {
        let impossible = |what: String| Err(Error::Impossible { place, what });
        if one.keys.len() != dimensions {
            return impossible(format!("{} keys, where others have {dimensions}", one.keys.len()));
        }
        if !(one.outcome.is_finite() && one.variance >= 0.0 && one.variance.is_finite()) {
            return impossible(format!("outcome {} with variance {}", one.outcome, one.variance));
        }
        customers += u64::from(one.customers);
    }
    if customers == 0 {
        return Err(Error::NoCustomers);
    }
    let mut rows: BTreeMap<&[Option<u32>], Vec<&Known>> = BTreeMap::new();
    for one in known.iter().filter(|one| one.customers > 0) {
        rows.entry(&one.keys).or_default().push(one);
    }
    let within = within(&rows);
    // So that exact outcomes of equals do not weigh infinitely.
    let size = known.iter().map(|k| k.outcome * k.outcome).fold(0.0, f64::max);
    let own = within.max(1e-18 * size).max(1e-200);
    let cells: Vec<(&[Option<u32>], Cell)> =
        rows.iter().map(|(keys, rows)| (*keys, Cell::of(rows, own))).collect();
    let mut places = HashMap::new();
    let mut counts = vec![customers];
    let mut groups = vec![0; dimensions + 1];
    for (keys, cell) in &cells {
        for (dimension, key) in keys.iter().enumerate() {
            let Some(key) = key else { continue };
            let next = counts.len();
            let place = *places.entry((dimension, *key)).or_insert(next);
            if place == next {
                counts.push(0);
                groups[dimension] += 1;
            }
            counts[place] += cell.customers;
        }
    }
    groups[dimensions] = cells.len();
    let given = counts.len() as u64 - 1;
    if given > MOST_GROUPS {
        return Err(Error::TooMany { what: "groups", given, most: MOST_GROUPS });
    }
    let mut equations = Equations {
        dimensions,
        combines,
        cells: &cells,
        places: &places,
        dimension_of: vec![0; counts.len()],
    };
    for ((dimension, _), place) in &places {
        equations.dimension_of[*place] = *dimension;
    }
    let (between, unseen, solution) = equations.solve(&groups, within)?;
    Ok(Equivalents {
        dimensions,
        places: places.clone(),
        customers: counts,
        effects: solution.effects,
        covariance: solution.covariance,
        between,
        unseen,
        groups,
        cells: cells.iter().map(|(keys, cell)| (keys.to_vec(), *cell)).collect(),
        within,
        least,
    })
}

/// Variance between customers of one combination, beyond that of their own estimates: DerSimonian & Laird (1986),
/// over all combinations; from all customers where no combination has two.
fn within(rows: &BTreeMap<&[Option<u32>], Vec<&Known>>) -> f64 {
    let pooled: Vec<&Known> = rows.values().flatten().copied().collect();
    let moments = |sets: &mut dyn Iterator<Item = &[&Known]>| {
        let (mut freedom, mut excess, mut weight) = (0.0, 0.0, 0.0);
        for set in sets {
            // A variance of zero counts as a tiny one, so that weights stay finite; all zero weigh the same.
            let least = set.iter().map(|k| k.variance).fold(0.0, f64::max) * 1e-3;
            let of =
                |k: &Known| f64::from(k.customers) / if least > 0.0 { k.variance.max(least) } else { 1.0 };
            let sum: f64 = set.iter().map(|k| of(k)).sum();
            let mean = set.iter().map(|k| of(k) * k.outcome).sum::<f64>() / sum;
            let n: f64 = set.iter().map(|k| f64::from(k.customers)).sum();
            let q: f64 = set.iter().map(|k| of(k) * (k.outcome - mean).powi(2)).sum();
            let squares: f64 = set.iter().map(|k| of(k).powi(2) / f64::from(k.customers)).sum();
            let expected: f64 =
                set.iter().map(|k| of(k) * k.variance * (1.0 - of(k) / f64::from(k.customers) / sum)).sum();
            freedom += n - 1.0;
            excess += q - expected;
            weight += sum - squares / sum;
        }
        (freedom > 0.0 && weight > 0.0).then(|| (excess / weight).max(0.0))
    };
    let cells = moments(&mut rows.values().map(Vec::as_slice));
    cells.or_else(|| moments(&mut std::iter::once(pooled.as_slice()))).unwrap_or_else(|| {
        // One customer: as different from others as the outcome is large.
        pooled.iter().map(|k| k.outcome * k.outcome).sum()
    })
}

impl Cell {
    fn of(rows: &[&Known], within: f64) -> Cell {
        let weight = |k: &Known| f64::from(k.customers) / (k.variance + within);
        let sum: f64 = rows.iter().map(|k| weight(k)).sum();
        Cell {
            mean: rows.iter().map(|k| weight(k) * k.outcome).sum::<f64>() / sum,
            variance: 1.0 / sum,
            customers: rows.iter().map(|k| u64::from(k.customers)).sum(),
        }
    }
}

/// Henderson's equations over the combinations.
struct Equations<'a> {
    dimensions: usize,
    /// Combinations have effects of their own.
    combines: bool,
    cells: &'a [(&'a [Option<u32>], Cell)],
    places: &'a HashMap<(usize, u32), usize>,
    dimension_of: Vec<usize>,
}

struct Solution {
    effects: Vec<f64>,
    covariance: Vec<f64>,
}

impl Equations<'_> {
    /// Variances between groups, those for groups never seen, and the effects.
    fn solve(&self, groups: &[usize], within: f64) -> Result<(Vec<f64>, Vec<f64>, Solution), Error> {
        let n = self.cells.len() as f64;
        let mean = self.cells.iter().map(|(_, cell)| cell.mean).sum::<f64>() / n;
        let spread = self.cells.iter().map(|(_, cell)| (cell.mean - mean).powi(2)).sum::<f64>() / n;
        let total = within + spread;
        // Everything the same: any scale will do.
        let total = if total > 0.0 { total } else { (1e-6 * mean.abs()).powi(2).max(1e-12) };
        let prior = PRIOR_SHARE * total;
        let floor = 1e-9 * total;
        let mut between: Vec<f64> = groups.iter().map(|_| 0.5 * prior).collect();
        if !self.combines {
            between[self.dimensions] = floor;
        }
        let mut plain = between.clone();
        let mut solution = self.solution(&between, floor)?;
        for _ in 0..100 {
            let old = between.clone();
            for dimension in 0..self.dimensions {
                let (mut squares, mut trace, mut number) = (0.0, 0.0, 0.0);
                for place in (1..solution.effects.len()).filter(|&p| self.dimension_of[p] == dimension) {
                    squares += solution.effects[place].powi(2);
                    trace += self.error(&solution, place, place);
                    number += 1.0;
                }
                // Harville's fixed point, with the prior as one group more.
                let determined = (number - trace / between[dimension]).max(0.0);
                plain[dimension] = squares / determined.max(1.0);
                between[dimension] = ((squares + prior) / (determined + 1.0)).max(floor);
            }
            let combinations = between[self.dimensions];
            let (mut squares, mut determined) = (0.0, 0.0);
            for (keys, cell) in self.cells.iter().filter(|_| self.combines) {
                let fitted = self.sum(keys, &solution.effects);
                let share = combinations / (combinations + cell.variance.max(floor));
                // Error of the sum of the other effects.
                let others = self.error_of_sum(keys, &solution);
                squares += (share * (cell.mean - fitted)).powi(2);
                determined += share * (1.0 - others / (combinations + cell.variance.max(floor))).max(0.0);
            }
            if self.combines {
                between[self.dimensions] = ((squares + prior) / (determined + 1.0)).max(floor);
            }
            solution = self.solution(&between, floor)?;
            let moved = old.iter().zip(&between).map(|(old, new)| (new / old).ln().abs()).fold(0.0, f64::max);
            if moved < 1e-4 {
                break;
            }
        }
        let unseen = between.iter().zip(&plain).map(|(with, without)| with.max(*without)).collect();
        Ok((between, unseen, solution))
    }

    fn solution(&self, between: &[f64], floor: f64) -> Result<Solution, Error> {
        let size = self.dimension_of.len();
        let mut matrix = vec![0.0; size * size];
        let mut right = vec![0.0; size];
        for (keys, cell) in self.cells {
            let weight = 1.0 / (cell.variance.max(floor) + between[self.dimensions]);
            let places = self.places_of(keys);
            for &i in &places {
                right[i] += weight * cell.mean;
                for &j in &places {
                    matrix[i * size + j] += weight;
                }
            }
        }
        for place in 1..size {
            matrix[place * size + place] += 1.0 / between[self.dimension_of[place]];
        }
        let factor = Cholesky::of(size, &matrix).ok_or(Error::NotConverged)?;
        Ok(Solution { effects: factor.solve(&right), covariance: factor.inverse() })
    }

    fn places_of(&self, keys: &[Option<u32>]) -> Vec<usize> {
        let groups = keys.iter().enumerate().filter_map(|(dimension, key)| key.map(|key| (dimension, key)));
        std::iter::once(0).chain(groups.map(|group| self.places[&group])).collect()
    }

    fn sum(&self, keys: &[Option<u32>], effects: &[f64]) -> f64 {
        self.places_of(keys).into_iter().map(|place| effects[place]).sum()
    }

    fn error(&self, solution: &Solution, i: usize, j: usize) -> f64 {
        solution.covariance[i * self.dimension_of.len() + j]
    }

    fn error_of_sum(&self, keys: &[Option<u32>], solution: &Solution) -> f64 {
        let places = self.places_of(keys);
        places.iter().map(|&i| places.iter().map(|&j| self.error(solution, i, j)).sum::<f64>()).sum()
    }
}

impl Equivalents {
    /// Standard deviation between groups of each dimension, and last between combinations of keys beyond it.
    pub fn between(&self) -> Vec<f64> {
        self.between.iter().map(|variance| variance.sqrt()).collect()
    }

    /// Standard deviation between customers with the same keys.
    pub fn within(&self) -> f64 {
        self.within.sqrt()
    }

    /// What to expect of somebody with these keys: unknown (`None`), or never seen, is allowed. Refuses a wrong number
    /// of keys.
    ///
    /// ```
    /// use value::equivalents::{Group, Known, learn};
    /// let known: Vec<Known> = (0..60)
    ///     .map(|i| Known {
    ///         keys: vec![Some(i % 6)],
    ///         outcome: f64::from(i % 6) + f64::from(i % 5) / 10.0,
    ///         variance: 0.1,
    ///         customers: 1,
    ///     })
    ///     .collect();
    /// let expectation = learn(&known, 0.0).unwrap().expect(&[Some(5)]).unwrap();
    /// let why = &expectation.equivalents;
    /// assert_eq!((why[0].group, why[0].customers), (Group::Everybody, 60));
    /// assert!(why.iter().any(|e| e.group == Group::Key(5) && e.customers == 10 && e.weight > 0.4));
    /// ```
    pub fn expect(&self, keys: &[Option<u32>]) -> Result<Expectation, Error> {
        if keys.len() != self.dimensions {
            return Err(Error::OutOfRange {
                name: "number of keys",
                given: keys.len() as f64,
                allowed: "one per dimension of the base",
            });
        }
        let size = self.effects.len();
        let mut equivalents = vec![Equivalent {
            dimension: None,
            group: Group::Everybody,
            customers: self.customers[0],
            effect: self.effects[0],
            weight: 1.0,
        }];
        let mut seen = vec![0];
        // What was never seen differs from the mean as groups do. (variance, degrees of freedom of it)
        let mut parts: Vec<(f64, f64)> = Vec::new();
        for (dimension, key) in keys.iter().enumerate() {
            let place = key.and_then(|key| self.places.get(&(dimension, key)).copied());
            let between = self.between[dimension];
            let freedom = self.freedom(dimension);
            match place {
                Some(place) => {
                    let error = self.covariance[place * size + place];
                    seen.push(place);
                    equivalents.push(Equivalent {
                        dimension: Some(dimension),
                        group: Group::Key(key.unwrap_or_default()),
                        customers: self.customers[place],
                        effect: self.effects[place],
                        weight: (1.0 - error / between).clamp(0.0, 1.0),
                    });
                }
                None => {
                    parts.push((self.unseen[dimension], freedom));
                    if let Some(key) = key {
                        equivalents.push(Equivalent {
                            dimension: Some(dimension),
                            group: Group::Key(*key),
                            customers: 0,
                            effect: 0.0,
                            weight: 0.0,
                        });
                    }
                }
            }
        }
        let mut mean: f64 = seen.iter().map(|&place| self.effects[place]).sum();
        let mut error: f64 =
            seen.iter().map(|&i| seen.iter().map(|&j| self.covariance[i * size + j]).sum::<f64>()).sum();
        let combinations = self.between[self.dimensions];
        let mut left = combinations;
        if let Some(cell) = self.cells.get(keys) {
            let share = combinations / (combinations + cell.variance);
            let effect = share * (cell.mean - mean);
            equivalents.push(Equivalent {
                dimension: None,
                group: Group::Combination,
                customers: cell.customers,
                effect,
                weight: share,
            });
            mean += effect;
            error *= (1.0 - share).powi(2);
            left *= 1.0 - share;
        }
        parts.push((left, self.freedom(self.dimensions)));
        // What is known of seen groups rests on how much all groups are taken to differ.
        let fewest = (0..=self.dimensions).map(|d| self.freedom(d)).fold(f64::INFINITY, f64::min);
        let cells = (self.groups[self.dimensions] as f64 - 1.0).max(1.0);
        parts.push((error, cells.max(fewest)));
        let variance: f64 = parts.iter().map(|(variance, _)| variance).sum();
        // Satterthwaite (1946): the freedom of a sum of variances.
        let freedom = |parts: &[(f64, f64)]| {
            let sum: f64 = parts.iter().map(|(variance, _)| variance).sum();
            let squares: f64 = parts.iter().map(|(variance, freedom)| variance * variance / freedom).sum();
            if squares > 0.0 { (sum * sum / squares).max(1.0) } else { cells }
        };
        let of_mean = freedom(&parts);
        parts.push((self.within, (self.customers[0] as f64 - 1.0).max(1.0)));
        let of_single = freedom(&parts);
        equivalents[1..].sort_by(|one, other| other.weight.total_cmp(&one.weight));
        Ok(Expectation {
            mean: mean.max(self.least),
            interval: self.interval(mean, variance, of_mean),
            single: self.interval(mean, variance + self.within, of_single),
            freedom: of_mean,
            equivalents,
        })
    }

    /// Groups that tell how much groups differ, less one for their mean.
    fn freedom(&self, dimension: usize) -> f64 {
        self.groups[dimension].saturating_sub(1).max(1) as f64
    }

    fn interval(&self, mean: f64, variance: f64, freedom: f64) -> Interval {
        let at = |level: f64| (mean + student_quantile(level, freedom) * variance.sqrt()).max(self.least);
        Interval { lo95: at(0.025), lo80: at(0.1), hi80: at(0.9), hi95: at(0.975) }
    }
}

/// What somebody's own facts say, drawn towards what is expected of their like: weights are inverse variances.
///
/// Gives mean, variance and the weight of the own facts, 0 to 1. With a variance of infinity for the own facts nothing
/// but the expectation is left; with zero nothing but the own facts.
///
/// ```
/// let (mean, variance, own) = value::equivalents::combine((20.0, 4.0), (10.0, 4.0));
/// assert_eq!((mean, variance, own), (15.0, 2.0, 0.5));
/// assert_eq!(value::equivalents::combine((20.0, f64::INFINITY), (10.0, 4.0)).0, 10.0);
/// ```
pub fn combine(own: (f64, f64), expected: (f64, f64)) -> (f64, f64, f64) {
    let weight = match (own.1, expected.1) {
        (own, _) if own.is_infinite() => 0.0,
        (own, expected) if own + expected > 0.0 => expected / (own + expected),
        _ => 1.0,
    };
    let mean = if weight > 0.0 { weight * own.0 + (1.0 - weight) * expected.0 } else { expected.0 };
    (mean, (1.0 - weight) * expected.1, weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(keys: &[u32], outcome: f64, variance: f64) -> Known {
        Known { keys: keys.iter().copied().map(Some).collect(), outcome, variance, customers: 1 }
    }

    #[test]
    fn one_dimension_is_credibility() {
        // Balanced groups: the effect is drawn to zero by between / (between + variance of the group's mean).
        let known: Vec<Known> = (0..200)
            .map(|i| row(&[i % 20], f64::from(i % 20) + if i / 20 % 2 == 0 { 3.0 } else { -3.0 }, 0.0))
            .collect();
        let equivalents = learn(&known, f64::NEG_INFINITY).unwrap();
        // 10 customers per group, with squares of 9 each and nine degrees of freedom.
        assert!((equivalents.within() - 10.0_f64.sqrt()).abs() < 1e-9, "{}", equivalents.within());
        // Groups at 0 … 19 have variance 35; the combination shares it with the only key.
        let between: f64 = equivalents.between().iter().map(|sd| sd * sd).sum();
        assert!((25.0..45.0).contains(&between), "{between}");
        let top = equivalents.expect(&[Some(19)]).unwrap();
        let expected = 9.5 + 9.5 * between / (between + 1.0);
        assert!((top.mean - expected).abs() < 0.05, "{} {expected}", top.mean);
        let sum: f64 = top.equivalents.iter().map(|e| e.effect).sum();
        assert!((sum - top.mean).abs() < 1e-9);
    }

    #[test]
    fn unlike_groups_are_believed_and_like_ones_pooled() {
        // The first key matters, the second does not.
        let known: Vec<Known> = (0..400_u32)
            .map(|i| {
                let noise = f64::from((i * 7_919) % 101) / 101.0 - 0.5;
                row(&[i % 8, i / 8 % 10], f64::from(i % 8) * 4.0 + noise, 0.08)
            })
            .collect();
        let equivalents = learn(&known, f64::NEG_INFINITY).unwrap();
        let between = equivalents.between();
        assert!(between[0] > 5.0 && between[1] < 2.5, "{between:?}");
        let seen = equivalents.expect(&[Some(7), Some(3)]).unwrap();
        assert!((seen.mean - 28.0).abs() < 0.3, "{seen:?}");
        // Never seen in one key: the other carries it, and the interval knows.
        let half = equivalents.expect(&[Some(7), Some(77)]).unwrap();
        assert!((half.mean - 28.0).abs() < 0.5, "{half:?}");
        let width = |e: &Expectation| e.interval.hi95 - e.interval.lo95;
        let other = equivalents.expect(&[Some(77), Some(3)]).unwrap();
        let nothing = equivalents.expect(&[None, None]).unwrap();
        assert!(width(&seen) < width(&half) && width(&half) < width(&other), "{seen:?} {half:?} {other:?}");
        assert!((nothing.mean - 14.0).abs() < 1.0 && nothing.interval.hi95 > 28.0, "{nothing:?}");
        assert_eq!(other.equivalents.iter().filter(|e| e.weight == 0.0).count(), 1);
    }

    #[test]
    fn few_groups_make_wide_intervals() {
        let of = |groups: u32| {
            let known: Vec<Known> = (0..groups * 40)
                .map(|i| row(&[i % groups], f64::from(i % groups % 2) * 4.0 + f64::from(i % 7) / 7.0, 0.1))
                .collect();
            let expectation = learn(&known, f64::NEG_INFINITY).unwrap().expect(&[Some(999)]).unwrap();
            (expectation.interval.hi95 - expectation.interval.lo95, expectation.freedom)
        };
        let (two, many) = (of(2), of(30));
        assert!(two.0 > 1.3 * many.0 && two.1 < many.1, "{two:?} {many:?}");
    }

    #[test]
    fn the_least_there_is_is_never_a_blank() {
        let lone = learn(&[row(&[4, 2], 3.0, 1.0)], 0.0).unwrap();
        for keys in [[Some(4), Some(2)], [Some(9), None], [None, None]] {
            let expectation = lone.expect(&keys).unwrap();
            let i = expectation.interval;
            assert!((expectation.mean - 3.0).abs() < 1e-9, "{expectation:?}");
            assert!(i.lo95 == 0.0 && i.hi95 > 6.0 && i.hi95.is_finite(), "{expectation:?}");
        }
        let same = learn(&vec![row(&[1], 0.0, 0.0); 50], 0.0).unwrap().expect(&[Some(1)]).unwrap();
        assert!(same.mean.abs() < 1e-9 && same.interval.hi95 < 1e-3, "{same:?}");
        let sure = learn(&vec![row(&[1], 5.0, 0.0); 50], 0.0).unwrap().expect(&[Some(1)]).unwrap();
        assert!((sure.mean - 5.0).abs() < 1e-9 && sure.interval.lo95 > 4.0, "{sure:?}");
        let none = learn(&[Known { keys: vec![], ..row(&[], 5.0, 1.0) }], 0.0).unwrap();
        assert!((none.expect(&[]).unwrap().mean - 5.0).abs() < 1e-9);
    }

    #[test]
    fn bad_rows_are_refused_with_words() {
        let words = |known: &[Known]| learn(known, 0.0).unwrap_err().to_string();
        assert_eq!(words(&[]), "there is no customer to learn from");
        assert_eq!(
            words(&[Known { customers: 0, ..row(&[1], 1.0, 1.0) }]),
            "there is no customer to learn from"
        );
        assert_eq!(
            words(&[row(&[1], 1.0, 1.0), row(&[], 1.0, 1.0)]),
            "customer at place 1: 0 keys, where others have 1"
        );
        assert_eq!(words(&[row(&[1], f64::NAN, 1.0)]), "customer at place 0: outcome NaN with variance 1");
        assert_eq!(words(&[row(&[1], 1.0, -1.0)]), "customer at place 0: outcome 1 with variance -1");
        let many: Vec<Known> = (0..2_000).map(|i| row(&[i], 1.0, 1.0)).collect();
        assert_eq!(words(&many), "2000 groups are too many; at most 1500");
        assert!(learn(&[row(&[1], 1.0, 1.0)], 0.0).unwrap().expect(&[]).is_err());
    }
}
