//! What the next month end should bring: the expected closing, and whom to keep.
//!
//! Everybody at risk is kept, so that any share that may be recovered gives its list and its sums, to the cent; with what lies
//! ahead the first of the list at the shares of the day, which is what the home page asks for.

use super::returns::KeptReturns;
use crate::coherence::rules::Recoverability;
use crate::value::minor;
use ::portfolio::{AtRisk, Basis, Level, Recovered, Retention};
use ledger::Day;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use store::MonthEndMeasure::{self as Measure, Alive, Risk, ValueIfThere, WorthLevel};
use store::Store;
use value::month_ends::Passage;

/// The chance that an effort keeps a customer who is about to leave, before anybody measured it against a control group,
/// and where the past tells nothing. Who has left already is not kept: it counts times the chance of being there.
pub const USUAL_RECOVERABILITY: f64 = 0.2;
/// Under which it is kept.
pub const NOTE: &str = "ahead";
/// Customers kept with what lies ahead at the most.
const FIRST_ROWS: usize = 100;
/// Chances are kept in so many parts.
const BILLION: f64 = 1e9;

/// What is kept of it. Amounts in minor units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ahead {
    /// The next month end, as a day since 1970.
    pub until: i32,
    /// What today's customers should be worth then.
    pub expected: i64,
    /// What they should bring until then.
    pub expected_margin: i64,
    /// The list as it was when the base was valued; `None` where an older program did.
    #[serde(default)]
    first: Option<First>,
}

/// The list at some rates. Amounts in minor units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct First {
    /// The day of the valuation, as of which everybody at risk is kept.
    as_of: i32,
    /// The rates, in words that only their equals have.
    rates: String,
    customers: u64,
    at_stake: i64,
    worth_saving: i64,
    /// Those with most to save, with the places of their levels.
    rows: Vec<(usize, Kept)>,
}

/// A customer at risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    customer: u32,
    /// What he is worth if he is there, in minor units.
    value: i64,
    /// Billionths of the chance that he is gone by then.
    risk: u32,
    /// Billionths of the chance that he is there today.
    alive: u32,
}

/// What is recoverable of a level, and where that is known from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Chance, 0 to 1.
    pub share: f64,
    /// Where it comes from.
    pub basis: Basis,
}

/// What is recoverable of each level.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// Strategic to negligible.
    pub levels: [Rate; 5],
    /// Of each level, the mean chance of being there of those the past was seen of; 1 where it tells nothing.
    mean_alive: [f64; 5],
}

impl Rates {
    /// What somebody set, else what the past tells, else what is usual.
    pub fn of(set: &Recoverability, past: Option<&Recovered>) -> Rates {
        let rate = |place: usize| match (set.levels()[place], past) {
            (Some(share), _) => Rate { share, basis: Basis::Set },
            (None, Some(past)) => Rate { share: past.levels[place].share, basis: Basis::Estimated },
            (None, None) => Rate { share: USUAL_RECOVERABILITY, basis: Basis::Assumed },
        };
        Rates { levels: std::array::from_fn(rate), mean_alive: mean_alive(past) }
    }

    /// One of a level as he stands on the list; `None` where an effort saves nothing with him.
    fn keep(&self, level: usize, kept: &Kept) -> Option<Retention> {
        Retention::of(AtRisk {
            customer: kept.customer,
            value: kept.value,
            risk: f64::from(kept.risk) / BILLION,
            recoverability: self.of_one(level, f64::from(kept.alive) / BILLION),
            basis: self.levels[level].basis,
        })
    }

    /// Words that only the same rates have.
    fn text(&self) -> String {
        format!("{self:?}")
    }

    /// The chance that one who is there with a chance of `alive` is kept.
    fn of_one(&self, level: usize, alive: f64) -> f64 {
        let Rate { share, basis } = self.levels[level];
        match basis {
            Basis::Estimated => share * seen(alive, self.mean_alive[level]),
            Basis::Set | Basis::Assumed | Basis::Measured => share * alive,
        }
    }
}

/// By level, the mean chance of being there of those the past was seen of.
fn mean_alive(past: Option<&Recovered>) -> [f64; 5] {
    let of = |place: usize| Some(past?.levels.get(place)?.mean_alive);
    std::array::from_fn(|place| of(place).unwrap_or(1.0))
}

/// How far the past tells of one who is there with this chance: all of it where he is as likely there as those it was seen
/// of, less where he is not.
fn seen(alive: f64, mean_alive: f64) -> f64 {
    if mean_alive > 0.0 { (alive / mean_alive).min(1.0) } else { 0.0 }
}

/// Whom to keep, at some rates. Amounts in minor units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToKeep {
    /// Customers worth an effort.
    pub customers: u64,
    /// Value × risk of all of them.
    pub at_stake: i64,
    /// Value × risk × recoverability of all of them.
    pub worth_saving: i64,
    /// Those with most to save, the most first, with their level.
    pub rows: Vec<(Level, Retention)>,
}

impl Ahead {
    /// What is kept.
    pub fn of(store: &Store) -> store::Result<Option<Ahead>> {
        Ok(store.equity_note(NOTE)?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Whether it was kept with whom one may keep; what an older program kept tells nobody.
    pub fn knows_whom(&self) -> bool {
        self.first.is_some()
    }

    /// Whom to keep at these rates: sums over all of them, and the first rows.
    pub fn to_keep(&self, store: &Store, rates: &Rates, rows: usize) -> store::Result<ToKeep> {
        let Some(first) = &self.first else { return Ok(ToKeep::default()) };
        if first.rates != rates.text() || (first.rows.len() < rows && first.customers > FIRST_ROWS as u64) {
            return Ok(EverybodyAtRisk::of(store, Day(first.as_of))?.to_keep(rates, rows));
        }
        let row = |(place, kept): &(usize, Kept)| Some((Level::ALL[*place], rates.keep(*place, kept)?));
        Ok(ToKeep {
            customers: first.customers,
            at_stake: first.at_stake,
            worth_saving: first.worth_saving,
            rows: first.rows.iter().take(rows).filter_map(row).collect(),
        })
    }
}

/// What is worth saving under each of some settings, in minor units; `None` before equity is measured.
pub fn worth_saving(store: &Store, settings: &[Recoverability]) -> store::Result<Option<Vec<i64>>> {
    let ahead = Ahead::of(store)?;
    let Some(first) = ahead.as_ref().and_then(|ahead| ahead.first.as_ref()) else { return Ok(None) };
    let past = KeptReturns::of(store)?.and_then(|kept| kept.recovered());
    let everybody = EverybodyAtRisk::of(store, Day(first.as_of))?;
    let worth = |set: &Recoverability| everybody.to_keep(&Rates::of(set, past.as_ref()), 0).worth_saving;
    Ok(Some(settings.iter().map(worth).collect()))
}

/// Everybody whom one may lose, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EverybodyAtRisk {
    /// With the places of their levels, strategic to negligible.
    all: Vec<(usize, Kept)>,
}

impl EverybodyAtRisk {
    /// As the valuation of a day kept them.
    fn of(store: &Store, day: Day) -> store::Result<EverybodyAtRisk> {
        let column = |measure| -> store::Result<_> { Ok(store.month_end(day, measure)?.unwrap_or_default()) };
        let (values, levels) = (column(ValueIfThere)?, column(WorthLevel)?);
        let (risks, alive) = (column(Risk)?, column(Alive)?);
        let of = |customer: usize, value: Option<i64>| {
            let at = |column: &[Option<i64>]| column.get(customer).copied().flatten();
            let parts = |column: &[Option<i64>]| at(column).and_then(|number| u32::try_from(number).ok());
            let place = usize::try_from(at(&levels)?).ok().filter(|place| *place < Level::ALL.len())?;
            let (risk, alive) = (parts(&risks)?, parts(&alive)?);
            Some((place, Kept { customer: customer as u32, value: value?, risk, alive }))
        };
        let all = values.iter().enumerate().filter_map(|(customer, value)| of(customer, *value)).collect();
        Ok(EverybodyAtRisk { all })
    }

    /// Keeps them as of the day of a valuation.
    pub fn keep(&self, store: &Store, day: Day) -> store::Result<()> {
        let put = |measure: Measure, of: fn(&(usize, Kept)) -> i64| {
            let last = self.all.last().map_or(0, |(_, kept)| kept.customer as usize + 1);
            let mut column = vec![None; last];
            for one in &self.all {
                column[one.1.customer as usize] = Some(of(one));
            }
            store.put_month_end(day, measure, &column)
        };
        put(ValueIfThere, |(_, kept)| kept.value)?;
        put(WorthLevel, |(place, _)| *place as i64)?;
        put(Risk, |(_, kept)| kept.risk.into())?;
        put(Alive, |(_, kept)| kept.alive.into())
    }

    /// Forgets those of other days, which no list names any more.
    pub fn forget_all_but(store: &Store, day: Day) -> store::Result<()> {
        for measure in Measure::AT_RISK {
            for old in store.month_ends(measure)?.into_iter().filter(|old| *old != day) {
                store.drop_month_end(old, measure)?;
            }
        }
        Ok(())
    }

    /// Whom to keep at these rates: sums over all of them, and the first rows.
    fn to_keep(&self, rates: &Rates, rows: usize) -> ToKeep {
        let row = |(place, kept): &(usize, Kept)| Some((Level::ALL[*place], rates.keep(*place, kept)?));
        let mut all = ToKeep { rows: self.all.iter().filter_map(row).collect(), ..ToKeep::default() };
        all.customers = all.rows.len() as u64;
        all.at_stake = all.rows.iter().map(|(_, row)| row.at_stake).sum();
        all.worth_saving = all.rows.iter().map(|(_, row)| row.worth_saving).sum();
        let order = |(_, row): &(Level, Retention)| (Reverse(row.worth_saving), row.at_risk.customer);
        if rows < all.rows.len() {
            all.rows.select_nth_unstable_by_key(rows, order);
            all.rows.truncate(rows);
        }
        all.rows.sort_unstable_by_key(order);
        all
    }
}

/// Looks ahead, customer by customer.
pub struct Looking {
    until: Day,
    expected: f64,
    expected_margin: f64,
    seen: Vec<Kept>,
}

impl Looking {
    /// Towards a day.
    pub fn to(until: Day) -> Looking {
        Looking { until, expected: 0.0, expected_margin: 0.0, seen: Vec::new() }
    }

    /// The next customer, with the chance that he is active today.
    pub fn at(&mut self, passage: &Passage, alive: f64) {
        self.expected += passage.expected_closing;
        self.expected_margin += passage.expected_margin;
        if passage.expected_alive <= 0.0 {
            return;
        }
        let parts = |chance: f64| (chance.clamp(0.0, 1.0) * BILLION).round() as u32;
        let value = minor(passage.expected_closing / passage.expected_alive);
        let risk = parts(1.0 - passage.expected_alive);
        if (value as f64 * f64::from(risk) / BILLION).round() > 0.0 {
            self.seen.push(Kept { customer: passage.customer, value, risk, alive: parts(alive) });
        }
    }

    /// The end, on the day of a valuation. `level` gives everybody's level by number; the list is that at `rates`.
    pub fn done(self, as_of: Day, level: impl Fn(u32) -> Level, rates: &Rates) -> (Ahead, EverybodyAtRisk) {
        let place = |kept: &Kept| level(kept.customer) as usize - 1;
        let mut all: Vec<(usize, Kept)> = self.seen.iter().map(|kept| (place(kept), *kept)).collect();
        all.sort_unstable_by_key(|(_, kept)| kept.customer);
        let everybody = EverybodyAtRisk { all };
        let list = everybody.to_keep(rates, FIRST_ROWS);
        let row = |(level, row): &(Level, Retention)| {
            let customer = row.at_risk.customer;
            let at = everybody.all.binary_search_by_key(&customer, |(_, kept)| kept.customer).ok()?;
            Some((*level as usize - 1, everybody.all[at].1))
        };
        let first = First {
            as_of: as_of.0,
            rates: rates.text(),
            customers: list.customers,
            at_stake: list.at_stake,
            worth_saving: list.worth_saving,
            rows: list.rows.iter().filter_map(row).collect(),
        };
        let ahead = Ahead {
            until: self.until.0,
            expected: minor(self.expected),
            expected_margin: minor(self.expected_margin),
            first: Some(first),
        };
        (ahead, everybody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::portfolio::{Returns, recovered};

    fn passage(customer: u32, closing: f64, alive: f64) -> Passage {
        Passage {
            customer,
            opening: closing,
            birth: None,
            expected_margin: 1.0,
            expected_closing: closing,
            expected_alive: alive,
            alive,
            was_lost: false,
            unchanged: closing,
            reassumed: closing,
            closing,
            realised_margin: 0,
            first_margin: 0,
            future: None,
        }
    }

    /// Customers of two levels, worth `1000 + n` if they are there.
    fn everybody(customers: u32) -> (Ahead, EverybodyAtRisk) {
        let mut looking = Looking::to(Day(100));
        for n in (0..customers).rev() {
            let alive = f64::from(n % 97 + 1) / 100.0;
            looking.at(&passage(n, f64::from(1_000 + n) * alive, alive * 0.98), alive);
        }
        let usual = Rates::of(&Recoverability::default(), None);
        looking.done(Day(90), |n| if n % 3 == 0 { Level::High } else { Level::Low }, &usual)
    }

    fn base() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&store::Location::File(folder.path().join("base.db"))).unwrap();
        (folder, store)
    }

    #[test]
    fn a_share_counts_for_its_level_and_another_one_changes_the_list() {
        let (_, everybody) = everybody(300);
        let usual = Rates::of(&Recoverability::default(), None);
        assert!(usual.levels.iter().all(|rate| rate.basis == Basis::Assumed && rate.share == 0.2));
        let list = everybody.to_keep(&usual, usize::MAX);
        assert_eq!((list.customers, list.rows.len()), (300, 300));
        let none_of_low = Recoverability { low: Some(0.0), high: Some(0.4), ..Recoverability::default() };
        let rates = Rates::of(&none_of_low, None);
        assert_eq!((rates.levels[1].basis, rates.levels[2].basis), (Basis::Set, Basis::Assumed));
        let list = everybody.to_keep(&rates, usize::MAX);
        assert!(list.rows.iter().all(|(level, _)| *level == Level::High) && list.customers == 100);
        let one = list.rows[0].1;
        assert!((one.worth_saving as f64 - one.at_stake as f64 * one.at_risk.recoverability).abs() <= 1.0);
    }

    #[test]
    fn what_the_past_tells_stands_where_nobody_set_a_share() {
        let of = |customers, returned| Returns { customers, returned, alive: 0.3 * customers as f64 };
        let past = recovered(&[of(40, 12), of(200, 50), of(300, 40), of(500, 50), of(900, 40)]).unwrap();
        let set = Recoverability { median: Some(0.5), ..Recoverability::default() };
        let rates = Rates::of(&set, Some(&past));
        let bases = rates.levels.map(|rate| rate.basis);
        assert_eq!(bases[2], Basis::Set);
        assert_eq!([bases[0], bases[1], bases[3], bases[4]], [Basis::Estimated; 4]);
        assert_eq!(rates.of_one(0, 0.3), past.levels[0].share, "of those it was seen of");
        assert_eq!(rates.of_one(0, 0.9), past.levels[0].share, "never more than the past showed");
        assert!((rates.of_one(0, 0.03) - past.levels[0].share / 10.0).abs() < 1e-12, "who is hardly there");
        assert_eq!(rates.of_one(2, 0.3), 0.15, "what somebody set counts times the chance of being there");
    }

    #[test]
    fn the_chance_of_being_there_is_weighed_against_that_of_the_own_level() {
        let of =
            |customers, returned, alive| Returns { customers, returned, alive: alive * customers as f64 };
        let past = [of(200, 60, 0.45), of(200, 50, 0.3), of(300, 40, 0.2), of(500, 50, 0.15), of(0, 0, 0.0)];
        let past = recovered(&past).unwrap();
        let rates = Rates::of(&Recoverability::default(), Some(&past));
        for (place, alive) in [(0, 0.45), (1, 0.3), (2, 0.2), (3, 0.15)] {
            let share = past.levels[place].share;
            assert!((rates.of_one(place, alive) - share).abs() < 1e-12, "who is as those of his level were");
            assert!((rates.of_one(place, alive / 3.0) - share / 3.0).abs() < 1e-12);
        }
        let whole = past.whole.alive / past.whole.customers as f64;
        assert!(
            (rates.of_one(4, whole) - past.levels[4].share).abs() < 1e-12,
            "nobody of it was seen: all are"
        );
    }

    #[test]
    fn what_an_older_program_kept_tells_nobody() {
        for old in [
            r#"{"until":20000,"expected":5,"expected_margin":1}"#,
            r#"{"until":20000,"expected":5,"expected_margin":1,"levels":[]}"#,
        ] {
            assert!(!serde_json::from_str::<Ahead>(old).unwrap().knows_whom());
        }
        assert!(everybody(0).0.knows_whom(), "nobody is at risk, and that is known");
    }

    /// The list once ended with the 500 that matter most.
    #[test]
    fn everybody_at_risk_is_on_the_list_and_pages_of_it_add_up_to_the_sums() {
        let (_folder, store) = base();
        let (ahead, everybody) = everybody(5_000);
        everybody.keep(&store, Day(90)).unwrap();
        assert_eq!(EverybodyAtRisk::of(&store, Day(90)).unwrap(), everybody);
        let set = Recoverability { low: Some(0.35), ..Recoverability::default() };
        for rates in [Rates::of(&Recoverability::default(), None), Rates::of(&set, None)] {
            let all = ahead.to_keep(&store, &rates, usize::MAX).unwrap();
            assert_eq!((all.customers, all.rows.len()), (5_000, 5_000));
            assert_eq!(all.rows.iter().map(|(_, row)| row.worth_saving).sum::<i64>(), all.worth_saving);
            assert_eq!(all.rows.iter().map(|(_, row)| row.at_stake).sum::<i64>(), all.at_stake);
            assert!(all.rows.is_sorted_by_key(|(_, row)| (Reverse(row.worth_saving), row.at_risk.customer)));
            for rows in [0, 5, FIRST_ROWS, FIRST_ROWS + 1, 777] {
                let some = ahead.to_keep(&store, &rates, rows).unwrap();
                assert_eq!(some.rows, all.rows[..rows], "the same, however many are asked for");
                assert_eq!((some.customers, some.worth_saving), (all.customers, all.worth_saving));
            }
        }
        everybody.keep(&store, Day(91)).unwrap();
        EverybodyAtRisk::forget_all_but(&store, Day(91)).unwrap();
        assert_eq!(store.month_ends(Risk).unwrap(), [Day(91)], "those of other days go");
        let kept = serde_json::to_string(&ahead).unwrap();
        assert_eq!(serde_json::from_str::<Ahead>(&kept).unwrap(), ahead);
    }
}
