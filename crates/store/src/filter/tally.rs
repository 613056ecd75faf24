//! Customers by what their facts come to: how many there are, or what they add up to.
//!
//! All facts are looked at once, as columns, and added up here: both databases mean the same by a word or a day. Who is
//! whose and what was withdrawn is read before.

use super::{IdSet, number};
use crate::connection::{Connection, binds, sql};
use crate::error::Result;
use crate::pool::Store;
use crate::row_groups::{Facts, Wanted, each_group};
use crate::value;
use access::{About, Aggregate, Comparison, FactsOf, Tally, Value};
use ledger::{Day, FactKind};
use std::collections::{HashMap, HashSet};

/// Those of `all` whose facts come to what is asked; who has none has zero.
pub(crate) fn passing(
    store: &Store,
    tally: &Tally,
    comparison: Comparison,
    value: &Value,
    all: &IdSet,
) -> Result<IdSet> {
    let known = Known::of(store)?;
    let asked = Asked::of(tally, value, &known);
    let by_record = |hand: i64| {
        store.read(|connection| {
            let mut totals = Vec::new();
            each_group(connection, asked.wanted(), hand, known.last_fact, |facts| {
                asked.add(facts, &mut totals)
            })?;
            Ok(totals)
        })
    };
    let (even, odd) = std::thread::scope(|threads| {
        let even = threads.spawn(|| by_record(0));
        let odd = by_record(1);
        (even.join().expect("facts are added up without panicking"), odd)
    });
    let mut totals: Vec<i64> = Vec::new();
    for by_record in [even?, odd?] {
        asked.by_customer(&by_record, &mut totals);
    }
    let total = |id: u32| totals.get(id as usize).copied().unwrap_or(0);
    let mut set = IdSet::default();
    for id in all.iter() {
        let ordering = match value {
            Value::Money(money) => Some(total(id).cmp(&money.minor)),
            Value::Number(number) => (total(id) as f64).partial_cmp(number),
            _ => None,
        };
        if ordering.is_some_and(|ordering| comparison.holds(ordering)) {
            set.insert(id);
        }
    }
    Ok(set)
}

/// What facts do not say themselves.
struct Known {
    /// Records of customers, each with its customer and its source.
    records: [Vec<(usize, u32, u32)>; 2],
    withdrawn: HashSet<i64>,
    last_fact: i64,
    sources: HashMap<u32, String>,
}

impl Known {
    fn of(store: &Store) -> Result<Known> {
        let (lower, upper) = store.halves(records)?;
        store.read(|connection| {
            Ok(Known {
                records: [lower, upper],
                withdrawn: value::withdrawn(connection)?,
                last_fact: state(connection)?.0,
                sources: value::source_names(connection)?,
            })
        })
    }
}

/// Records of the customers from one number to another, each with its customer and its source.
fn records(connection: &mut Connection, from: i64, to: i64) -> Result<Vec<(usize, u32, u32)>> {
    let mut records = Vec::new();
    connection.each(sql!("portfolio/records_of_customers"), binds![from, to], |row| {
        let record = usize::try_from(row.int(0)?).expect("records are numbered from 1");
        records.push((record, number(row.int(1)?), row.int(2)? as u32));
        Ok(())
    })?;
    Ok(records)
}

/// A tally made ready to be asked of many facts.
struct Asked<'t> {
    tally: &'t Tally,
    known: &'t Known,
    /// The first and the last day that pass.
    days: (i64, i64),
    /// The currency that amounts count in.
    currency: Option<String>,
    /// Texts that have to be mentioned, folded.
    texts: Vec<String>,
    /// For each condition on the source, the sources that it lets pass.
    sources: Vec<HashSet<u32>>,
}

impl<'t> Asked<'t> {
    fn of(tally: &'t Tally, value: &Value, known: &'t Known) -> Asked<'t> {
        let (currency, texts, sources) = (None, Vec::new(), Vec::new());
        let mut asked = Asked { tally, known, days: days(tally), currency, texts, sources };
        if let Value::Money(money) = value {
            asked.currency = Some(money.currency.code().to_string());
        }
        for about in &tally.about {
            match about {
                About::Day(..) => {}
                About::Amount(_, Value::Money(money)) => {
                    asked.currency = Some(money.currency.code().to_string());
                }
                About::Amount(..) => {}
                About::Text(text) => asked.texts.push(identity::search_key(text)),
                About::Source { name, contains, negated } => {
                    let name = identity::search_key(name);
                    let passes = |source: &str| {
                        let source = identity::search_key(source);
                        (if *contains { source.contains(&name) } else { source == name }) != *negated
                    };
                    let sources =
                        known.sources.iter().filter(|(_, source)| passes(source)).map(|(id, _)| *id);
                    asked.sources.push(sources.collect());
                }
            }
        }
        asked
    }

    fn wanted(&self) -> Wanted {
        let about_amounts = self.tally.about.iter().any(|about| matches!(about, About::Amount(..)));
        Wanted {
            kind: self.tally.facts.kind(),
            days: self.days,
            amounts: about_amounts || self.tally.aggregate == Aggregate::Sum,
            numbers: !self.known.withdrawn.is_empty(),
            words: !self.texts.is_empty(),
        }
    }

    /// Adds what facts come to, to the totals by record.
    fn add(&self, facts: &Facts, totals: &mut Vec<i64>) {
        let last =
            facts.record.iter().copied().max().and_then(|last| usize::try_from(last).ok()).unwrap_or(0);
        if last >= totals.len() {
            totals.resize((last + 1).max(totals.len() * 2), 0);
        }
        let mentions: Vec<Vec<bool>> = self.texts.iter().map(|text| facts.mention(text)).collect();
        let counts = |currency: &String| self.currency.as_ref().is_none_or(|asked| asked == currency);
        let currencies: Vec<bool> = facts.currencies.iter().map(counts).collect();
        let returns = self.tally.facts == FactsOf::Return;
        let (is_sale, (from, to)) = (self.tally.facts.kind() == FactKind::Sale, self.days);
        let amounts = !facts.amount.is_empty();
        let mut passing: Vec<(usize, i64)> = Vec::with_capacity(facts.len());
        for at in 0..facts.len() {
            let (day, marks) = (facts.day[at], facts.marks(at));
            if day < from || day > to || (is_sale && marks.is_return != returns) {
                continue;
            }
            let counts = amounts && marks.has_amount && currencies[marks.currency];
            let amount =
                counts.then(|| if returns { facts.amount[at].saturating_neg() } else { facts.amount[at] });
            if mentions.iter().all(|mention| mention[at])
                && self.tally.about.iter().all(|about| holds(about, day, amount))
                && (self.known.withdrawn.is_empty() || !self.known.withdrawn.contains(&facts.number[at]))
            {
                let worth = match self.tally.aggregate {
                    Aggregate::Count => 1,
                    Aggregate::Sum => amount.unwrap_or(0),
                };
                passing.push((facts.record[at] as usize, worth));
            }
        }
        // Records lie anywhere in memory: a loop that does nothing else fetches many of them at a time.
        for (record, worth) in passing {
            totals[record] = totals[record].saturating_add(worth);
        }
    }

    /// Adds totals by record to those by customer, from the sources that pass.
    fn by_customer(&self, by_record: &[i64], totals: &mut Vec<i64>) {
        let customers =
            self.known.records.iter().flatten().map(|(_, customer, _)| *customer as usize + 1).max();
        totals.resize(customers.unwrap_or(0), 0);
        for (record, customer, source) in self.known.records.iter().flatten() {
            let Some(&of_record) = by_record.get(*record) else { continue };
            if of_record != 0 && self.sources.iter().all(|passing| passing.contains(source)) {
                let total = &mut totals[*customer as usize];
                *total = total.saturating_add(of_record);
            }
        }
    }
}

/// Whether a condition on the day or the amount holds; those on words and sources are looked at elsewhere.
fn holds(about: &About, day: i64, amount: Option<i64>) -> bool {
    match about {
        About::Day(comparison, Value::Day { day: than, .. }) => comparison.holds(day.cmp(&i64::from(than.0))),
        About::Amount(comparison, Value::Money(money)) => {
            amount.is_some_and(|amount| comparison.holds(amount.cmp(&money.minor)))
        }
        _ => true,
    }
}

/// The first and the last day between which all facts lie that pass.
fn days(tally: &Tally) -> (i64, i64) {
    let (mut from, mut to) = (i64::MIN, i64::MAX);
    for about in &tally.about {
        let About::Day(comparison, Value::Day { day: Day(day), .. }) = about else { continue };
        let day = i64::from(*day);
        match comparison {
            Comparison::Equal => (from, to) = (from.max(day), to.min(day)),
            Comparison::Greater => from = from.max(day + 1),
            Comparison::GreaterOrEqual => from = from.max(day),
            Comparison::Less => to = to.min(day - 1),
            Comparison::LessOrEqual => to = to.min(day),
            Comparison::NotEqual => {}
        }
    }
    (from, to)
}

/// What sets of tallies hold for, beside the state of customers: facts that came and went. The log of withdrawals grows when
/// one is taken back, too.
pub(crate) fn state(connection: &mut Connection) -> Result<(i64, i64)> {
    let found =
        connection.first(sql!("portfolio/facts_state"), binds![], |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or_default())
}
