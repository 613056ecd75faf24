//! What to expect of somebody who never bought: what those like him brought.
//!
//! Looks back over a window as long as the horizon, or half of the log where that is shorter; over all of the log where
//! hardly anybody bought for the first time within the window. Of those who had not bought when it began, some have
//! bought since; what each brought within it, nothing for most, is learnt by source, kind, country, line of business and
//! credit limit with [`value::equivalents`], and scaled to the horizon. When somebody became known as a prospect no source
//! says, so that those who bought at once count as well: the chance is that of a name in these sources, not of a cold
//! one.

use super::likeness::DIMENSIONS;
use super::minor;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::Sales;
use value::equivalents::{self, Group, Known};
use value::newcomers::Likeness;
use value::{Histories, Valuation};

/// With fewer first purchases than this, a window tells nothing of how prospects become customers.
const LEAST_BOUGHT: usize = 10;
/// Groups of each dimension told apart; rarer ones count with everybody.
const MOST_GROUPS: [usize; DIMENSIONS.len()] = [60, 2, 20, 20, 12];
/// Combinations of groups in all dimensions that are kept; those of rarer ones are of their sources and kind.
const MOST_COMBINATIONS: usize = 300;

/// What those who had not bought are expected to bring within the horizon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prospects {
    /// How far back it looks.
    pub window_days: i64,
    /// The first stands for everybody.
    pub groups: Vec<Alike>,
}

/// Those of the same groups.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alike {
    /// As the list shows them; `None` for all.
    pub sources: Option<String>,
    /// 1 person, 2 organisation; `None` for all and for the unknown.
    pub kind: Option<i64>,
    /// Country, line of business and power of ten of the credit limit; `None` for all and for the unknown.
    #[serde(default)]
    pub others: [Option<String>; 3],
    /// How many had not bought when the window began.
    pub customers: u64,
    /// How many of them bought since.
    pub bought: u64,
    /// What one of them is expected to spend: expected, lo80, hi80, lo95, hi95, in minor units.
    pub spend: [i64; 5],
    /// The same for margins, where known.
    pub margin: Option<[i64; 5]>,
    /// What it rests on.
    pub rests_on: Vec<Support>,
}

/// A group that an expectation rests on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Support {
    /// `everybody` or one of [`DIMENSIONS`].
    pub group: String,
    /// Customers in it.
    pub customers: u64,
    /// How much of what its own customers did is believed, 0 to 1.
    pub weight: f64,
}

impl Prospects {
    /// Those like a customer: of the same groups in every dimension, else of the same sources and kind, else everybody.
    pub fn like(&self, customer: u32, likeness: &Likeness) -> Option<&Alike> {
        let [sources, kind, others @ ..] = labels(customer, likeness);
        let same = |alike: &&Alike| alike.sources.as_deref() == sources && kind_of(alike.kind) == kind;
        let narrow = |alike: &&Alike| same(alike) && alike.others.each_ref().map(Option::as_deref) == others;
        let wide = |alike: &&Alike| same(alike) && alike.others.iter().all(Option::is_none);
        let found = self.groups.iter().find(narrow).or_else(|| self.groups.iter().find(wide));
        found.or(self.groups.first())
    }
}

fn labels(customer: u32, likeness: &Likeness) -> [Option<&str>; DIMENSIONS.len()] {
    std::array::from_fn(|dimension| likeness.of(customer, dimension))
}

fn kind_of(kind: Option<i64>) -> Option<&'static str> {
    match kind {
        Some(1) => Some("person"),
        Some(2) => Some("organisation"),
        _ => None,
    }
}

/// Learns it from the base; `None` where nobody has sold anything, so that nobody can be like a buyer.
pub fn learn(
    sales: &Sales,
    histories: &Histories,
    valuation: &Valuation,
    likeness: &Likeness,
) -> Option<Prospects> {
    let first = sales.first_sale?;
    let horizon_days = valuation.horizon.days();
    let whole = histories.until.0 - first.0 + 1;
    let usual = (whole / 2).min(horizon_days.round() as i32);
    let bought_since = |day: i32| histories.rows.iter().filter(|history| history.first_day > day).count();
    let is_telling = bought_since(histories.until.0 - usual) >= LEAST_BOUGHT;
    let window_days = if is_telling { usual } else { whole };
    let since = histories.until.0 - window_days;
    let scale = horizon_days / f64::from(window_days);
    let pooled = valuation.margins.map(|margins| margins.pooled);
    let mut tally = Tally::default();
    let mut next = 0;
    for id in &sales.customers {
        while histories.rows.get(next).is_some_and(|history| history.customer < *id) {
            next += 1;
        }
        let history = histories.rows.get(next).filter(|history| history.customer == *id);
        // Who bought in another currency is neither a buyer here nor somebody who did not buy.
        let is_elsewhere = history.is_none() && sales.is_elsewhere(*id);
        if is_elsewhere || history.is_some_and(|history| history.first_day <= since) {
            continue;
        }
        let bought = history.map(|_| {
            let activity = sales.activity.get(*id as usize).copied().unwrap_or_default();
            let known = (activity.margin_lines > 0).then_some(activity.margin as f64);
            let margin = known.or(pooled.map(|share| activity.revenue as f64 * share)).unwrap_or(0.0);
            (activity.revenue as f64 * scale, margin * scale)
        });
        tally.take(labels(*id, likeness), bought);
    }
    tally.learnt(pooled.is_some()).map(|groups| Prospects { window_days: window_days.into(), groups })
}

/// A group in each dimension, by number.
type Key = [Option<u32>; DIMENSIONS.len()];

/// Who had not bought, by combination of groups.
#[derive(Default)]
struct Tally {
    /// Of each dimension, the labels by number.
    labels: [Vec<String>; DIMENSIONS.len()],
    place_of: [HashMap<String, u32>; DIMENSIONS.len()],
    idle: HashMap<Key, u32>,
    /// Spend and margin of each who bought since.
    bought: Vec<(Key, f64, f64)>,
}

impl Tally {
    fn take(&mut self, labels: [Option<&str>; DIMENSIONS.len()], bought: Option<(f64, f64)>) {
        let mut key = Key::default();
        for (dimension, label) in labels.into_iter().enumerate() {
            let Some(label) = label else { continue };
            key[dimension] = Some(match self.place_of[dimension].get(label) {
                Some(place) => *place,
                None => {
                    let place = self.labels[dimension].len() as u32;
                    self.place_of[dimension].insert(label.to_string(), place);
                    self.labels[dimension].push(label.to_string());
                    place
                }
            });
        }
        match bought {
            None => *self.idle.entry(key).or_default() += 1,
            Some((spend, margin)) => self.bought.push((key, spend, margin)),
        }
    }

    /// Every group in which somebody still has not bought, everybody first; `None` where there is nobody to learn from.
    fn learnt(&self, with_margins: bool) -> Option<Vec<Alike>> {
        let mut counts: BTreeMap<Key, (u64, u64)> = BTreeMap::new();
        for (key, idle) in &self.idle {
            counts.entry(*key).or_default().0 += u64::from(*idle);
        }
        for (key, ..) in &self.bought {
            let count = counts.entry(*key).or_default();
            *count = (count.0 + 1, count.1 + 1);
        }
        let common: [Vec<u32>; DIMENSIONS.len()] =
            std::array::from_fn(|dimension| self.common(dimension, &counts));
        let keys = |key: &Key| -> Vec<Option<u32>> {
            let common = key.iter().zip(&common);
            common.map(|(number, common)| number.filter(|number| common.contains(number))).collect()
        };
        let of = |outcome: &dyn Fn(&(Key, f64, f64)) -> f64| {
            let row = |key: &Key, outcome: f64, customers: u32| Known {
                keys: keys(key),
                outcome,
                variance: 0.0,
                customers,
            };
            let known: Vec<Known> = counts
                .keys()
                .filter_map(|key| Some(row(key, 0.0, *self.idle.get(key)?)))
                .chain(self.bought.iter().map(|bought| row(&bought.0, outcome(bought), 1)))
                .collect();
            let least = known.iter().map(|known| known.outcome).fold(0.0, f64::min);
            equivalents::learn_additive(&known, least).ok()
        };
        let spend = of(&|bought| bought.1)?;
        let margin = if with_margins { of(&|bought| bought.2) } else { None };
        let alike = |key: Key, count: (u64, u64)| {
            let keys = keys(&key);
            let five = |learnt: &equivalents::Equivalents| {
                let expected = learnt.expect(&keys).ok()?;
                let i = expected.interval;
                Some((expected.equivalents, [expected.mean, i.lo80, i.hi80, i.lo95, i.hi95].map(minor)))
            };
            let (rests_on, expected) = five(&spend)?;
            let label = |dimension: usize| Some(self.labels[dimension][key[dimension]? as usize].clone());
            Some(Alike {
                sources: label(0),
                kind: label(1)
                    .and_then(|label| [1, 2].into_iter().find(|kind| kind_of(Some(*kind)) == Some(&label))),
                others: [label(2), label(3), label(4)],
                customers: count.0,
                bought: count.1,
                spend: expected,
                margin: margin.as_ref().and_then(five).map(|(_, five)| five),
                rests_on: rests_on
                    .iter()
                    .filter(|one| one.group != Group::Combination)
                    .map(support)
                    .collect(),
            })
        };
        let all = counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        let mut groups = vec![alike(Key::default(), all)?];
        // Those of the same sources and kind, whatever else they are; then those alike in every dimension, the largest first.
        let mut wide: BTreeMap<Key, (u64, u64, u32)> = BTreeMap::new();
        let mut narrow: Vec<(Key, (u64, u64), u32)> = Vec::new();
        for (key, count) in &counts {
            if !key[0].is_some_and(|sources| common[0].contains(&sources)) {
                continue;
            }
            let idle = self.idle.get(key).copied().unwrap_or(0);
            let of = wide.entry([key[0], key[1], None, None, None]).or_default();
            *of = (of.0 + count.0, of.1 + count.1, of.2 + idle);
            if key[2..].iter().any(Option::is_some) && idle > 0 {
                narrow.push((*key, *count, idle));
            }
        }
        narrow.sort_by_key(|(key, _, idle)| (std::cmp::Reverse(*idle), *key));
        narrow.truncate(MOST_COMBINATIONS);
        let wide = wide.into_iter().filter(|(_, of)| of.2 > 0).map(|(key, of)| (key, (of.0, of.1)));
        let narrow = narrow.into_iter().map(|(key, count, _)| (key, count));
        groups.extend(wide.chain(narrow).filter_map(|(key, count)| alike(key, count)));
        Some(groups)
    }

    /// The groups of a dimension with most customers.
    fn common(&self, dimension: usize, counts: &BTreeMap<Key, (u64, u64)>) -> Vec<u32> {
        let mut sizes = vec![0; self.labels[dimension].len()];
        for (key, (customers, _)) in counts {
            if let Some(place) = key[dimension] {
                sizes[place as usize] += customers;
            }
        }
        let mut places: Vec<u32> = (0..sizes.len() as u32).collect();
        places.sort_by_key(|place| (std::cmp::Reverse(sizes[*place as usize]), *place));
        places.truncate(MOST_GROUPS[dimension]);
        places
    }
}

fn support(equivalent: &equivalents::Equivalent) -> Support {
    let group = match (equivalent.group, equivalent.dimension) {
        (Group::Key(_), Some(dimension)) => DIMENSIONS[dimension],
        _ => "everybody",
    };
    Support { group: group.to_string(), customers: equivalent.customers, weight: equivalent.weight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_brings_buyers_promises_more_than_one_that_does_not() {
        let mut tally = Tally::default();
        for n in 0..300_u32 {
            let fair = (n % 2 == 0).then_some((f64::from(10_000 + n % 5 * 500), 2_000.0));
            let of = |sources| [Some(sources), Some("organisation"), Some("FR"), None, None];
            tally.take(of("Fair"), fair);
            tally.take(of("Bought addresses"), (n % 50 == 0).then_some((9_000.0, 1_500.0)));
        }
        let mut likeness = Likeness::new(DIMENSIONS);
        let organisation = Some("organisation");
        likeness.put(1, [Some("Fair"), organisation, Some("FR")]);
        likeness.put(2, [Some("Bought addresses"), organisation, Some("BE")]);
        likeness.put(3, [Some("Cousins"), None, None]);
        let prospects = Prospects { window_days: 365, groups: tally.learnt(true).unwrap() };
        let fair = prospects.like(1, &likeness).unwrap();
        let bought = prospects.like(2, &likeness).unwrap();
        assert_eq!((fair.customers, fair.bought), (300, 150));
        assert!((4_500..6_500).contains(&fair.spend[0]), "{fair:?}");
        assert!(bought.spend[0] < 600 && bought.spend[1] >= 0, "{bought:?}");
        assert!(fair.margin.unwrap()[0] > 5 * bought.margin.unwrap()[0]);
        let nobody = prospects.like(3, &likeness).unwrap();
        assert_eq!(
            (nobody.sources.as_deref(), nobody.customers),
            (None, 600),
            "everybody stands for the rest"
        );
        assert!(nobody.rests_on.iter().any(|support| support.group == "everybody"));
    }

    #[test]
    fn without_anybody_there_is_nothing_to_learn() {
        assert!(Tally::default().learnt(false).is_none());
    }
}
