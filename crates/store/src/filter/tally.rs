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
    let totals = |hand: i64| {
        store.read(|connection| {
            let mut totals = vec![0_i64; known.customers];
            each_group(connection, asked.wanted(), hand, known.last_fact, |facts| {
                asked.add(facts, &mut totals)
            })?;
            Ok(totals)
        })
    };
    let (even, odd) = std::thread::scope(|threads| {
        let even = threads.spawn(|| totals(0));
        let odd = totals(1);
        (even.join().expect("facts are added up without panicking"), odd)
    });
    let (even, odd) = (even?, odd?);
    let total = |id: u32| {
        let of = |totals: &[i64]| totals.get(id as usize).copied().unwrap_or(0);
        of(&even).saturating_add(of(&odd))
    };
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
    /// Customer and source of each record by its number; nobody is 0.
    of_record: Vec<(u32, u32)>,
    /// One more than the highest number of a customer.
    customers: usize,
    withdrawn: HashSet<i64>,
    last_fact: i64,
    sources: HashMap<u32, String>,
}

impl Known {
    fn of(store: &Store) -> Result<Known> {
        let (lower, upper) = store.halves(records)?;
        let customers = lower.iter().chain(&upper).map(|(_, customer, _)| *customer as usize + 1).max();
        let last = lower.iter().chain(&upper).map(|(record, ..)| *record).max();
        let mut of_record = vec![(0, 0); last.map_or(0, |last| last + 1)];
        for (record, customer, source) in lower.into_iter().chain(upper) {
            of_record[record] = (customer, source);
        }
        store.read(|connection| {
            Ok(Known {
                of_record,
                customers: customers.unwrap_or(0),
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
        Wanted { kind: self.tally.facts.kind(), days: self.days, words: !self.texts.is_empty() }
    }

    /// Adds what facts come to, to the totals by customer.
    fn add(&self, facts: &Facts, totals: &mut [i64]) {
        let mentions: Vec<Vec<bool>> = self.texts.iter().map(|text| facts.mention(text)).collect();
        let counts = |currency: &String| self.currency.as_ref().is_none_or(|asked| asked == currency);
        let currencies: Vec<bool> = facts.currencies.iter().map(counts).collect();
        let returns = self.tally.facts == FactsOf::Return;
        let (is_sale, (from, to)) = (self.tally.facts.kind() == FactKind::Sale, self.days);
        for at in 0..facts.len() {
            let (day, marks) = (facts.day[at], facts.marks(at));
            if day < from || day > to || (is_sale && marks.is_return != returns) {
                continue;
            }
            let record = usize::try_from(facts.record[at]).ok().and_then(|at| self.known.of_record.get(at));
            let Some(&(customer @ 1.., source)) = record else { continue };
            let counts = marks.has_amount && currencies[marks.currency];
            let amount =
                counts.then(|| if returns { facts.amount[at].saturating_neg() } else { facts.amount[at] });
            if mentions.iter().all(|mention| mention[at])
                && self.sources.iter().all(|passing| passing.contains(&source))
                && self.tally.about.iter().all(|about| holds(about, day, amount))
                && (self.known.withdrawn.is_empty() || !self.known.withdrawn.contains(&facts.number[at]))
            {
                let total = &mut totals[customer as usize];
                *total = total.saturating_add(match self.tally.aggregate {
                    Aggregate::Count => 1,
                    Aggregate::Sum => amount.unwrap_or(0),
                });
            }
        }
    }
}

/// Whether a condition on the day or the amount holds; of those on words and sources that is known before.
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
