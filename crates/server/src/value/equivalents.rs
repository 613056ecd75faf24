//! What to expect of somebody who never bought: what those like him brought.
//!
//! Looks back over a window as long as the horizon, or half of the log where that is shorter; over all of the log where
//! hardly anybody bought for the first time within the window. Of those who had not bought when it began, some have
//! bought since; what each brought within it, nothing for most, is learnt by source and by kind with
//! [`value::equivalents`], and scaled to the horizon. When somebody became known as a prospect no source
//! says, so that those who bought at once count as well: the chance is that of a name in these sources, not of a cold
//! one.

use super::minor;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Sales, Store};
use value::equivalents::{self, Group, Known};
use value::{Histories, Valuation};

/// With fewer first purchases than this, a window tells nothing of how prospects become customers.
const LEAST_BOUGHT: usize = 10;
/// Combinations of sources told apart; rarer ones count with everybody.
const MOST_SOURCES: usize = 200;

/// What those who had not bought are expected to bring within the horizon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prospects {
    /// How far back it looks.
    pub window_days: i64,
    /// By sources and kind; the first stands for everybody.
    pub groups: Vec<Alike>,
}

/// Those of the same sources and kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alike {
    /// As the list shows them; `None` for all.
    pub sources: Option<String>,
    /// 1 person, 2 organisation; `None` for all and for the unknown.
    pub kind: Option<i64>,
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
    /// `everybody`, `sources`, `kind` or `both`.
    pub group: String,
    /// Customers in it.
    pub customers: u64,
    /// How much of what its own customers did is believed, 0 to 1.
    pub weight: f64,
}

impl Prospects {
    /// Those like somebody, or everybody where nobody is.
    pub fn like(&self, sources: &str, kind: Option<i64>) -> Option<&Alike> {
        self.groups
            .iter()
            .find(|alike| alike.sources.as_deref() == Some(sources) && alike.kind == kind)
            .or(self.groups.first())
    }
}

/// Learns it from the base; `None` where nobody has sold anything, so that nobody can be like a buyer.
pub fn learn(
    store: &Store,
    sales: &Sales,
    histories: &Histories,
    valuation: &Valuation,
) -> store::Result<Option<Prospects>> {
    let Some(first) = sales.first_sale else { return Ok(None) };
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
    store.each_origin(|id, kind, sources| {
        while histories.rows.get(next).is_some_and(|history| history.customer < id) {
            next += 1;
        }
        let history = histories.rows.get(next).filter(|history| history.customer == id);
        if history.is_some_and(|history| history.first_day <= since) {
            return;
        }
        let bought = history.map(|_| {
            let activity = sales.activity.get(id as usize).copied().unwrap_or_default();
            let known = (activity.margin_lines > 0).then_some(activity.margin as f64);
            let margin = known.or(pooled.map(|share| activity.revenue as f64 * share)).unwrap_or(0.0);
            (activity.revenue as f64 * scale, margin * scale)
        });
        tally.take(sources, kind, bought);
    })?;
    Ok(tally.learnt(pooled.is_some()).map(|groups| Prospects { window_days: window_days.into(), groups }))
}

type Key = (u32, Option<i64>);

/// Who had not bought, by combination of sources and kind.
#[derive(Default)]
struct Tally {
    sources: Vec<String>,
    place_of: HashMap<String, u32>,
    idle: HashMap<Key, u32>,
    /// Spend and margin of each who bought since.
    bought: Vec<(Key, f64, f64)>,
}

impl Tally {
    fn take(&mut self, sources: &str, kind: Option<i64>, bought: Option<(f64, f64)>) {
        let place = match self.place_of.get(sources) {
            Some(place) => *place,
            None => {
                let place = self.sources.len() as u32;
                self.place_of.insert(sources.to_string(), place);
                self.sources.push(sources.to_string());
                place
            }
        };
        match bought {
            None => *self.idle.entry((place, kind)).or_default() += 1,
            Some((spend, margin)) => self.bought.push(((place, kind), spend, margin)),
        }
    }

    /// Every group in which somebody still has not bought, everybody first; `None` where there is nobody to learn from.
    fn learnt(&self, with_margins: bool) -> Option<Vec<Alike>> {
        let mut counts: HashMap<Key, (u64, u64)> = HashMap::new();
        for (key, idle) in &self.idle {
            counts.entry(*key).or_default().0 += u64::from(*idle);
        }
        for (key, ..) in &self.bought {
            let count = counts.entry(*key).or_default();
            *count = (count.0 + 1, count.1 + 1);
        }
        let common = self.common_sources(&counts);
        let keys = |(place, kind): Key| {
            vec![common.contains(&place).then_some(place), kind.and_then(|kind| u32::try_from(kind).ok())]
        };
        let of = |outcome: &dyn Fn(&(Key, f64, f64)) -> f64| {
            let row = |key: Key, outcome: f64, customers: u32| Known {
                keys: keys(key),
                outcome,
                variance: 0.0,
                customers,
            };
            let known: Vec<Known> = self
                .idle
                .iter()
                .map(|(key, idle)| row(*key, 0.0, *idle))
                .chain(self.bought.iter().map(|bought| row(bought.0, outcome(bought), 1)))
                .collect();
            let least = known.iter().map(|known| known.outcome).fold(0.0, f64::min);
            equivalents::learn(&known, least).ok()
        };
        let spend = of(&|bought| bought.1)?;
        let margin = if with_margins { of(&|bought| bought.2) } else { None };
        let alike = |sources: Option<String>, kind: Option<i64>, keys: &[Option<u32>], count: (u64, u64)| {
            let five = |learnt: &equivalents::Equivalents| {
                let expected = learnt.expect(keys).ok()?;
                let i = expected.interval;
                Some((expected.equivalents, [expected.mean, i.lo80, i.hi80, i.lo95, i.hi95].map(minor)))
            };
            let (rests_on, expected) = five(&spend)?;
            Some(Alike {
                sources,
                kind,
                customers: count.0,
                bought: count.1,
                spend: expected,
                margin: margin.as_ref().and_then(five).map(|(_, five)| five),
                rests_on: rests_on.iter().map(support).collect(),
            })
        };
        let all = counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        let mut groups = vec![alike(None, None, &[None, None], all)?];
        let mut idle: Vec<&Key> = self.idle.keys().filter(|key| common.contains(&key.0)).collect();
        idle.sort_unstable();
        groups.extend(idle.into_iter().filter_map(|key| {
            alike(Some(self.sources[key.0 as usize].clone()), key.1, &keys(*key), counts[key])
        }));
        Some(groups)
    }

    /// The combinations of sources with most customers.
    fn common_sources(&self, counts: &HashMap<Key, (u64, u64)>) -> Vec<u32> {
        let mut sizes = vec![0; self.sources.len()];
        for ((place, _), (customers, _)) in counts {
            sizes[*place as usize] += customers;
        }
        let mut places: Vec<u32> = (0..self.sources.len() as u32).collect();
        places.sort_by_key(|place| (std::cmp::Reverse(sizes[*place as usize]), *place));
        places.truncate(MOST_SOURCES);
        places
    }
}

fn support(equivalent: &equivalents::Equivalent) -> Support {
    let group = match (equivalent.group, equivalent.dimension) {
        (Group::Everybody, _) => "everybody",
        (Group::Combination, _) => "both",
        (Group::Key(_), Some(0)) => "sources",
        (Group::Key(_), _) => "kind",
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
            tally.take("Fair", Some(2), fair);
            tally.take("Bought addresses", Some(2), (n % 50 == 0).then_some((9_000.0, 1_500.0)));
        }
        let prospects = Prospects { window_days: 365, groups: tally.learnt(true).unwrap() };
        let fair = prospects.like("Fair", Some(2)).unwrap();
        let bought = prospects.like("Bought addresses", Some(2)).unwrap();
        assert_eq!((fair.customers, fair.bought), (300, 150));
        assert!((4_500..6_500).contains(&fair.spend[0]), "{fair:?}");
        assert!(bought.spend[0] < 600 && bought.spend[1] >= 0, "{bought:?}");
        assert!(fair.margin.unwrap()[0] > 5 * bought.margin.unwrap()[0]);
        let nobody = prospects.like("Cousins", None).unwrap();
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
