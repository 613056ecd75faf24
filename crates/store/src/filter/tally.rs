//! Customers by what their facts come to: how many there are, or what they add up to.
//!
//! All facts are read once, in the order of their numbers, and added up here: both databases mean the same by a word or a day,
//! and a base of ten million facts is read in the time of one scan. Who is whose and what was withdrawn is read before.

use super::IdSet;
use crate::connection::{Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::ledger::Detail;
use crate::pool::Store;
use crate::value;
use access::{About, Aggregate, Comparison, FactsOf, Tally, Value};
use ledger::{Day, FactKind, Moment};
use std::collections::{HashMap, HashSet};

/// Those of `all` whose facts come to what is asked; who has none has zero.
pub(crate) fn passing(
    store: &Store,
    tally: &Tally,
    comparison: Comparison,
    value: &Value,
    all: &IdSet,
) -> Result<IdSet> {
    let known = store.read(Known::of)?;
    let middle = known.last_fact / 2;
    let totals = |from: i64, to: i64| {
        store.read(|connection| totals(connection, Asked::of(tally, value, &known), &known, (from, to)))
    };
    let (lower, upper) = std::thread::scope(|threads| {
        let lower = threads.spawn(|| totals(0, middle));
        let upper = totals(middle + 1, known.last_fact);
        (lower.join().expect("facts are added up without panicking"), upper)
    });
    let (lower, upper) = (lower?, upper?);
    let total = |id: u32| {
        let of = |totals: &[i64]| totals.get(id as usize).copied().unwrap_or(0);
        of(&lower).saturating_add(of(&upper))
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
    withdrawn: HashSet<i64>,
    last_fact: i64,
    sources: HashMap<u32, String>,
}

impl Known {
    fn of(connection: &mut Connection) -> Result<Known> {
        Ok(Known {
            of_record: value::records(connection)?,
            withdrawn: value::withdrawn(connection)?,
            last_fact: state(connection)?.0,
            sources: value::source_names(connection)?,
        })
    }
}

/// What the facts of a range of numbers come to, by customer.
fn totals(
    connection: &mut Connection,
    mut asked: Asked<'_>,
    known: &Known,
    (from, to): (i64, i64),
) -> Result<Vec<i64>> {
    let customers = known.of_record.iter().map(|(customer, _)| *customer as usize + 1).max().unwrap_or(0);
    let mut totals = vec![0_i64; customers];
    let kind = asked.tally.facts.kind() as i64;
    let (since, until) = days(asked.tally);
    let words = i64::from(!asked.texts.is_empty());
    let binds = binds![from, to, kind, since.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX), words];
    connection.each(sql!("portfolio/facts_to_tally"), binds, |row| {
        let (customer, source) = known.of_record.get(row.int(1)? as usize).copied().unwrap_or_default();
        if customer > 0 && !known.withdrawn.contains(&row.int(0)?) {
            let total = &mut totals[customer as usize];
            *total = total.saturating_add(asked.worth(row, source)?);
        }
        Ok(())
    })?;
    Ok(totals)
}

/// The moments between which all facts lie that pass, the second not included.
fn days(tally: &Tally) -> (Option<i64>, Option<i64>) {
    let (mut from, mut to) = (None::<i64>, None::<i64>);
    for about in &tally.about {
        let About::Day(comparison, Value::Day { day, .. }) = about else { continue };
        let (start, end) = (day.start().0, Day(day.0.saturating_add(1)).start().0);
        let mut after = |moment: i64| from = Some(from.map_or(moment, |from| from.max(moment)));
        match comparison {
            Comparison::Equal => after(start),
            Comparison::Greater => after(end),
            Comparison::GreaterOrEqual => after(start),
            _ => {}
        }
        let mut before = |moment: i64| to = Some(to.map_or(moment, |to| to.min(moment)));
        match comparison {
            Comparison::Equal | Comparison::LessOrEqual => before(end),
            Comparison::Less => before(start),
            _ => {}
        }
    }
    (from, to)
}

/// A tally made ready to be asked of many facts.
struct Asked<'t> {
    tally: &'t Tally,
    /// The currency that amounts count in.
    currency: Option<String>,
    /// Texts that have to be mentioned, folded.
    texts: Vec<String>,
    /// For each condition on the source, the sources that it lets pass.
    sources: Vec<HashSet<u32>>,
    /// For each text, what was said before and whether it mentions it: products and channels come again and again.
    said: Vec<HashMap<String, bool>>,
}

impl<'t> Asked<'t> {
    fn of(tally: &'t Tally, value: &Value, known: &Known) -> Asked<'t> {
        let mut asked =
            Asked { tally, currency: None, texts: Vec::new(), sources: Vec::new(), said: Vec::new() };
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
        asked.said.resize_with(asked.texts.len(), HashMap::new);
        asked
    }

    /// What a fact adds: nothing where it does not pass.
    fn worth(&mut self, row: &Row<'_>, source: u32) -> Result<i64> {
        let facts = self.tally.facts;
        let is_return = row.int(5)? == 1;
        if facts.kind() == FactKind::Sale && is_return != (facts == FactsOf::Return) {
            return Ok(0);
        }
        if !self.sources.iter().all(|passing| passing.contains(&source)) {
            return Ok(0);
        }
        let mut amount = row.int_or_null(3)?;
        if let Some(currency) = &self.currency
            && row.text_or_null(4)? != Some(currency.as_str())
        {
            amount = None;
        }
        if facts == FactsOf::Return {
            amount = amount.map(i64::saturating_neg);
        }
        let day = Moment(row.int(2)?).day();
        let passes = self.tally.about.iter().all(|about| match about {
            About::Day(comparison, Value::Day { day: than, .. }) => comparison.holds(day.cmp(than)),
            About::Amount(comparison, Value::Money(money)) => {
                amount.is_some_and(|amount| comparison.holds(amount.cmp(&money.minor)))
            }
            _ => true,
        });
        if !passes || !self.mentions(row)? {
            return Ok(0);
        }
        Ok(match self.tally.aggregate {
            Aggregate::Count => 1,
            Aggregate::Sum => amount.unwrap_or(0),
        })
    }

    /// Whether the words of a fact contain each text that is asked for.
    fn mentions(&mut self, row: &Row<'_>) -> Result<bool> {
        if self.texts.is_empty() {
            return Ok(true);
        }
        let detail = row.text_or_null(8)?.map_or(Ok(Detail::default()), serde_json::from_str);
        let detail: Detail = detail.map_err(|error| Error::Sql(error.into()))?;
        let mut words: Vec<&str> = Vec::with_capacity(12);
        words.extend(row.text_or_null(6)?);
        // A closed request keeps a mark in the place of the item.
        if self.tally.facts != FactsOf::Request {
            words.extend(row.text_or_null(7)?);
        }
        let of_detail = [
            &detail.description,
            &detail.channel,
            &detail.who,
            &detail.subject,
            &detail.campaign,
            &detail.outcome,
            &detail.text,
        ];
        words.extend(of_detail.into_iter().flatten().map(String::as_str));
        Ok(self.texts.iter().zip(&mut self.said).all(|(text, said)| {
            words.iter().any(|word| {
                if let Some(known) = said.get(*word) {
                    return *known;
                }
                let contains = identity::search_key(word).contains(text.as_str());
                if said.len() < MOST_SAID {
                    said.insert((*word).to_string(), contains);
                }
                contains
            })
        }))
    }
}

/// Words that are kept with what they contain, at most.
const MOST_SAID: usize = 50_000;

/// What sets of tallies hold for, beside the state of customers: facts that came and went. The log of withdrawals grows when
/// one is taken back, too.
pub(crate) fn state(connection: &mut Connection) -> Result<(i64, i64)> {
    let found =
        connection.first(sql!("portfolio/facts_state"), binds![], |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or_default())
}
