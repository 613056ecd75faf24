//! Whether we invest where the value is: scores of every customer, the rules they follow, the worklist with what was
//! decided, and what was bought at which price.
//!
//! Scores, parts and the worklist are projections of the last scoring; rules and decisions are append-only.

use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::customers::Group;
use crate::error::Result;
use crate::filter::number;
use crate::house;
use crate::pool::Store;
use ::portfolio::{BargainRule, Bargains};
use ledger::{Day, Moment};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// A customer as scoring sees him.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScoredCustomer {
    /// His number.
    pub id: u32,
    /// What he is expected to bring, in minor units; `None` where he is not valued.
    pub value: Option<i64>,
    /// His scores as kept.
    pub scores: Scores,
}

/// What scoring writes of a customer; `None` where it cannot be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// 5 strategic to 1 negligible.
    pub level: Option<i64>,
    /// 5 strategic to 1 negligible.
    pub investment_level: Option<i64>,
    /// Investment less value, −4 to +4.
    pub delta: Option<i64>,
    /// 4 for D1 to 1 for D4.
    pub class: Option<i64>,
}

/// Rules of levels and classes, as somebody set them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedLevelRules {
    /// Their number, which rises.
    pub id: i64,
    /// When they were set.
    pub decided_at: Moment,
    /// The name of who set them; `None` for a command on the machine itself.
    pub decided_by: Option<String>,
    /// The rules as JSON.
    pub rules: String,
}

/// An incoherent customer. Money in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Case {
    /// From 1, the most money at stake.
    pub place: i64,
    pub customer: u32,
    pub name: String,
    /// The code of a [`portfolio::Reason`].
    pub reason: String,
    /// 5 strategic to 1 negligible.
    pub value_level: i64,
    pub investment_level: i64,
    pub value: i64,
    pub investment: i64,
    pub coherent_investment: i64,
    /// What was decided about him before, the newest first.
    pub decisions: Vec<Decision>,
}

impl Case {
    /// Investment above (positive) or below the coherent one; what is below zero counts as none invested.
    pub fn gap(&self) -> i64 {
        self.investment.max(0) - self.coherent_investment
    }

    /// Whether the last decision was made at other levels than the customer has now.
    pub fn is_changed(&self) -> bool {
        self.decisions.first().is_some_and(|last| {
            (last.value_level, last.investment_level) != (self.value_level, self.investment_level)
        })
    }
}

/// What somebody decided about an incoherent customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Decision {
    pub id: i64,
    pub customer: u32,
    /// `accept`, `reject` or `later`.
    pub decision: String,
    pub note: String,
    pub reason: String,
    pub value_level: i64,
    pub investment_level: i64,
    pub gap: i64,
    pub decided_at: Moment,
    /// The name of who decided; `None` for a command on the machine itself.
    pub decided_by: Option<String>,
}

/// Which cases of the worklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Nobody decided at the levels they have now, or what was put off is due.
    Open,
    /// Somebody did.
    Decided,
}

/// A part of the worklist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Worklist {
    pub open: u64,
    pub decided: u64,
    /// The money at stake in the open cases.
    pub at_stake: i64,
    pub cases: Vec<Case>,
    /// What there is of every reason, by its code, whichever is asked for.
    pub reasons: Vec<(String, ReasonCount)>,
}

/// Cases of one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ReasonCount {
    pub open: u64,
    pub decided: u64,
    /// The money at stake in the open cases.
    pub at_stake: i64,
}

impl Store {
    /// Every customer with what he is expected to bring and his scores, by rising number.
    pub fn scored_customers(&self) -> Result<Vec<ScoredCustomer>> {
        let (mut lower, upper) = self.halves(|connection, from, to| {
            connection.rows(sql!("coherence/customers"), binds![from, to], |row| {
                Ok(ScoredCustomer {
                    id: number(row.int(0)?),
                    value: row.int_or_null(1)?,
                    scores: Scores {
                        level: row.int_or_null(2)?,
                        investment_level: row.int_or_null(3)?,
                        delta: row.int_or_null(4)?,
                        class: row.int_or_null(5)?,
                    },
                })
            })
        })?;
        lower.extend(upper);
        lower.sort_unstable_by_key(|customer| customer.id);
        Ok(lower)
    }

    /// Writes the scores of customers whose scores changed; lists show them from then on.
    pub fn save_scores(
        &self,
        changed: &[(u32, Scores)],
        progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        self.write_customers(SCORES, changed, |row, binds| fill_scores(row, binds), progress)?;
        self.publish(Group::Scores)
    }

    /// Keeps a part of what scoring found, as JSON.
    pub fn put_coherence(&self, part: &str, data: &str) -> Result<()> {
        self.write(|tx| tx.execute(sql!("coherence/put_part"), binds![part, data]).map(|_| ()))
    }

    /// A part of what the last scoring found.
    pub fn coherence(&self, part: &str) -> Result<Option<String>> {
        self.read(|connection| connection.first(sql!("coherence/part"), binds![part], |row| row.string(0)))
    }

    /// Puts rules of levels and classes in force and gives their number; `None`, and nothing is changed, where others
    /// than `beside` are in force (0: none were ever set).
    pub fn add_level_rules(
        &self,
        rules: &str,
        beside: Option<i64>,
        at: Moment,
        by: Option<i64>,
    ) -> Result<Option<i64>> {
        self.write(|tx| {
            let newest = tx.first(sql!("coherence/newest_rules"), binds![], |row| row.int(0))?;
            if beside.is_some_and(|beside| newest != Some(beside)) {
                return Ok(None);
            }
            let id = tx.take_ids("level_rules", 1)?;
            tx.execute(sql!("coherence/add_rules"), binds![id, at.0, by, rules])?;
            Ok(Some(id))
        })
    }

    /// The rules in force and those before, the newest first; none before anybody set some.
    pub fn level_rules(&self, most: u32) -> Result<Vec<SavedLevelRules>> {
        self.read(|connection| {
            connection.rows(sql!("coherence/rules"), binds![i64::from(most)], |row| {
                Ok(SavedLevelRules {
                    id: row.int(0)?,
                    decided_at: Moment(row.int(1)?),
                    decided_by: row.string_or_null(2)?,
                    rules: row.string(3)?,
                })
            })
        })
    }

    /// Puts a new worklist in place of the old one; the cases are in order, their places are given here.
    pub fn put_worklist(&self, cases: &[Case]) -> Result<()> {
        self.write(|tx| {
            tx.execute(sql!("coherence/drop_worklist"), binds![])?;
            let mut reasons: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
            for case in cases {
                let sums = reasons.entry(&case.reason).or_default();
                *sums = (sums.0 + 1, sums.1 + case.gap().abs());
            }
            let reasons: Vec<Reason<'_>> =
                reasons.into_iter().map(|(of, sums)| (of.into(), sums.0, sums.1)).collect();
            let reasons = serde_json::to_string(&reasons).expect("counts are plain data");
            tx.execute(sql!("coherence/put_part"), binds![REASONS, &reasons])?;
            let mut place = 0;
            tx.insert_many("incoherence", CASE, cases, |case, row| {
                place += 1;
                row.extend([
                    Bind::Int(place),
                    i64::from(case.customer).into(),
                    Bind::from(&case.reason),
                    case.value_level.into(),
                    case.investment_level.into(),
                    case.value.into(),
                    case.investment.into(),
                    case.coherent_investment.into(),
                ]);
            })
        })
    }

    /// A part of the worklist, of one reason or of all, the most money first; cases put off before `due` are open again.
    pub fn worklist(
        &self,
        state: CaseState,
        reason: Option<&str>,
        due: Moment,
        offset: u64,
        limit: u32,
    ) -> Result<Worklist> {
        self.read(|connection| {
            let mut reasons: BTreeMap<String, ReasonCount> = BTreeMap::new();
            for (reason, open, at_stake) in reasons_of(connection)? {
                reasons.insert(reason, ReasonCount { open, at_stake, decided: 0 });
            }
            let mut decided: Vec<i64> = Vec::new();
            connection.each(sql!("coherence/decided"), binds![due.0], |row| {
                let of = row.text(2)?;
                if let Some(count) = reasons.get_mut(of) {
                    (count.open, count.decided) = (count.open - 1, count.decided + 1);
                    count.at_stake -= row.int(1)?;
                }
                if reason.is_none_or(|reason| reason == of) {
                    decided.push(row.int(0)?);
                }
                Ok(())
            })?;
            let shown = |name: &String| reason.is_none_or(|reason| reason == name);
            let counts = || reasons.iter().filter(|(name, _)| shown(name)).map(|(_, count)| count);
            let open: u64 = counts().map(|count| count.open).sum();
            let mut worklist = Worklist {
                open,
                decided: decided.len() as u64,
                at_stake: counts().map(|count| count.at_stake).sum(),
                cases: Vec::new(),
                reasons: Vec::new(),
            };
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let places = match (state, reason) {
                (CaseState::Open, None) => {
                    let last = open.min(offset.saturating_add(u64::from(limit)));
                    open_from(&decided, offset).take(last.saturating_sub(offset) as usize).collect()
                }
                (CaseState::Open, Some(reason)) => {
                    let most = offset.saturating_add(u64::from(limit)).saturating_add(decided.len() as u64);
                    let most = i64::try_from(most).unwrap_or(i64::MAX);
                    let binds = binds![reason, most];
                    let places =
                        connection.rows(sql!("coherence/places_of_reason"), binds, |row| row.int(0))?;
                    let is_open = |place: &i64| decided.binary_search(place).is_err();
                    places.into_iter().filter(is_open).skip(from).take(limit as usize).collect()
                }
                (CaseState::Decided, _) => {
                    decided.iter().copied().skip(from).take(limit as usize).collect::<Vec<i64>>()
                }
            };
            for run in places.chunk_by(|one, next| one + 1 == *next) {
                worklist.cases.extend(cases(connection, run[0], run[run.len() - 1])?);
            }
            for case in &mut worklist.cases {
                case.decisions = decisions(connection, case.customer)?;
            }
            worklist.reasons = reasons.into_iter().collect();
            Ok(worklist)
        })
    }

    /// The case of a customer, if he is on the worklist.
    pub fn case(&self, customer: u32) -> Result<Option<Case>> {
        self.read(|connection| {
            let binds = binds![i64::from(customer)];
            let Some(found) = connection.first(sql!("coherence/of_customer"), binds, case)? else {
                return Ok(None);
            };
            Ok(Some(Case { decisions: decisions(connection, customer)?, ..found }))
        })
    }

    /// What was ever decided about a customer, the newest first.
    pub fn decisions(&self, customer: u32) -> Result<Vec<Decision>> {
        self.read(|connection| decisions(connection, customer))
    }

    /// Keeps what somebody decided about a case.
    pub fn decide(
        &self,
        case: &Case,
        decision: &str,
        note: &str,
        at: Moment,
        by: Option<i64>,
    ) -> Result<i64> {
        self.write(|tx| {
            let id = tx.take_ids("worklist_decision", 1)?;
            let binds = binds![
                id,
                i64::from(case.customer),
                decision,
                note,
                &case.reason,
                case.value_level,
                case.investment_level,
                case.gap(),
                at.0,
                by
            ];
            tx.execute(sql!("coherence/add_decision"), binds)?;
            Ok(id)
        })
    }

    /// What each customer bought from one day to another, both included, at full price, on promotion and below cost,
    /// by each of some rules; by customer number, in the company's currency. `progress` gets (facts done, facts in all).
    pub fn bargains(
        &self,
        from: Day,
        until: Day,
        rules: &[BargainRule],
        progress: impl Fn(u64, u64) -> Result<()> + Sync,
    ) -> Result<Vec<Vec<Bargains>>> {
        let (newest, company, owners, withdrawn) = self.read(|connection| {
            let newest = connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?;
            let withdrawn = crate::value::withdrawn(connection)?;
            let owners = crate::value::owners(connection)?;
            Ok((newest.unwrap_or(0), house::company_currency(connection)?, owners, withdrawn))
        })?;
        let size = owners.iter().max().map_or(0, |last| *last as usize + 1);
        let done = AtomicU64::new(0);
        let tick =
            |facts: u64| progress(done.fetch_add(facts, Ordering::Relaxed) + facts, newest.unsigned_abs());
        let span = (from.start().0, Day(until.0 + 1).start().0);
        let scan = |connection: &mut Connection, first: i64, last: i64| -> Result<Vec<Vec<Bargains>>> {
            let mut bargains = vec![vec![Bargains::default(); size]; rules.len()];
            // In steps: where few facts are of these days, the scan would pass over many without saying so.
            let mut at = first;
            while at <= last {
                let end = last.min(at + STEP - 1);
                let binds = binds![at, end, span.0, span.1, company.code()];
                connection.each(sql!("coherence/sale_lines"), binds, |row| {
                    let customer = owners.get(row.int(1)? as usize).copied().unwrap_or(0);
                    if customer == 0 || (!withdrawn.is_empty() && withdrawn.contains(&row.int(0)?)) {
                        return Ok(());
                    }
                    let discount = row.text_or_null(4)?.map_or(0, discount);
                    let (amount, margin) = (row.int(2)?, row.int_or_null(3)?);
                    for (rule, bargains) in rules.iter().zip(&mut bargains) {
                        rule.add(&mut bargains[customer as usize], amount, discount, margin);
                    }
                    Ok(())
                })?;
                tick((end - at + 1).unsigned_abs())?;
                at = end + 1;
            }
            Ok(bargains)
        };
        let middle = newest / 2;
        let (lower, upper) = std::thread::scope(|threads| {
            let lower = threads.spawn(|| self.read(|connection| scan(connection, 1, middle)));
            let upper = self.read(|connection| scan(connection, middle + 1, newest));
            (lower.join().expect("facts are read without panicking"), upper)
        });
        let mut all = lower?;
        for (mine, theirs) in all.iter_mut().flatten().zip(upper?.into_iter().flatten()) {
            mine.lines += theirs.lines;
            mine.amount += theirs.amount;
            mine.promoted += theirs.promoted;
            mine.below_cost += theirs.below_cost;
            mine.either += theirs.either;
        }
        Ok(all)
    }
}

/// Facts passed over between two words about progress.
const STEP: i64 = 100_000;

/// The places of the open cases from the `n`th on (from 0), which are not among these.
fn open_from(decided: &[i64], n: u64) -> impl Iterator<Item = i64> + '_ {
    (nth_open(decided, n)..).filter(|place| decided.binary_search(place).is_err())
}

/// The place of the `n`th case (from 0) that is not among these places.
fn nth_open(decided: &[i64], n: u64) -> i64 {
    let mut place = i64::try_from(n).unwrap_or(i64::MAX - 1) + 1;
    for taken in decided {
        if *taken > place {
            break;
        }
        place += 1;
    }
    place
}

/// The discount in a fact's detail, in minor units; none where it says none.
fn discount(detail: &str) -> i64 {
    #[derive(Deserialize)]
    struct Discounted {
        #[serde(default)]
        discount: Option<i64>,
    }
    if !detail.contains("\"discount\"") {
        return 0;
    }
    serde_json::from_str::<Discounted>(detail).ok().and_then(|detail| detail.discount).unwrap_or(0)
}

/// Cases of a reason and the money at stake in them: its code, how many, minor units.
type Reason<'a> = (Cow<'a, str>, u64, i64);

/// The part under which counts by reason are kept beside the worklist, which may be long.
const REASONS: &str = "reasons";

fn reasons_of(connection: &mut Connection) -> Result<Vec<(String, u64, i64)>> {
    let kept = connection.first(sql!("coherence/part"), binds![REASONS], |row| row.string(0))?;
    match kept.and_then(|text| serde_json::from_str(&text).ok()) {
        Some(kept) => Ok(kept),
        None => connection.rows(sql!("coherence/reasons"), binds![], |row| {
            Ok((row.string(0)?, row.int(1)?.unsigned_abs(), row.int(2)?))
        }),
    }
}

fn cases(connection: &mut Connection, from: i64, to: i64) -> Result<Vec<Case>> {
    connection.rows(sql!("coherence/between"), binds![from, to], case)
}

fn case(row: &Row<'_>) -> Result<Case> {
    Ok(Case {
        place: row.int(0)?,
        customer: number(row.int(1)?),
        name: row.string(2)?,
        reason: row.string(3)?,
        value_level: row.int(4)?,
        investment_level: row.int(5)?,
        value: row.int(6)?,
        investment: row.int(7)?,
        coherent_investment: row.int(8)?,
        decisions: Vec::new(),
    })
}

fn decisions(connection: &mut Connection, customer: u32) -> Result<Vec<Decision>> {
    connection.rows(sql!("coherence/decisions"), binds![i64::from(customer)], |row| {
        Ok(Decision {
            id: row.int(0)?,
            customer: number(row.int(1)?),
            decision: row.string(2)?,
            note: row.string(3)?,
            reason: row.string(4)?,
            value_level: row.int(5)?,
            investment_level: row.int(6)?,
            gap: row.int(7)?,
            decided_at: Moment(row.int(8)?),
            decided_by: row.string_or_null(9)?,
        })
    })
}

const SCORES: &[(&str, &str)] =
    &[("level", "bigint"), ("investment_level", "bigint"), ("delta", "bigint"), ("class", "bigint")];

fn fill_scores<'a>((id, scores): &'a (u32, Scores), row: &mut Vec<Bind<'a>>) {
    row.extend([
        i64::from(*id).into(),
        scores.level.into(),
        scores.investment_level.into(),
        scores.delta.into(),
        scores.class.into(),
    ]);
}

const CASE: &[&str] = &[
    "place",
    "customer_id",
    "reason",
    "value_level",
    "investment_level",
    "value",
    "investment",
    "coherent_investment",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_places_pass_over_the_decided_ones() {
        let places = |decided: &[i64]| {
            let one_by_one: Vec<i64> = (0..4).map(|n| nth_open(decided, n)).collect();
            assert_eq!(open_from(decided, 0).take(4).collect::<Vec<_>>(), one_by_one);
            assert_eq!(open_from(decided, 2).take(2).collect::<Vec<_>>(), one_by_one[2..]);
            one_by_one
        };
        assert_eq!(places(&[]), [1, 2, 3, 4]);
        assert_eq!(places(&[1, 2, 5]), [3, 4, 6, 7]);
        assert_eq!(places(&[2, 4, 6, 8]), [1, 3, 5, 7]);
    }

    #[test]
    fn a_discount_is_read_from_the_detail_that_has_one() {
        assert_eq!(discount(r#"{"description":"\"discount\" sale","discount":250}"#), 250);
        assert_eq!(discount(r#"{"description":"the \"discount\" shelf"}"#), 0);
        assert_eq!((discount("{}"), discount("no json \"discount\"")), (0, 0));
    }
}
