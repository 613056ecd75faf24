//! Facts as columns: what filters look at of them, in row groups of their numbers.
//!
//! Facts are appended and never changed, so a group that is full is packed once and stays. A filter reads packed groups
//! in a tenth of the time that it takes to read their rows; what came after the last full group is packed as it is read.

use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::ledger::Detail;
use crate::packed::{put, put_column, skip_column, take, take_column};
use crate::pool::Store;
use ledger::{FactKind, Moment};
use memchr::memmem::Finder;
use std::collections::{BTreeMap, HashMap};

/// Facts in a row group.
const GROUP: i64 = 1 << 15;

/// Which facts are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) kind: FactKind,
    /// The first and the last day.
    pub(crate) days: (i64, i64),
    /// Whether their amounts are.
    pub(crate) amounts: bool,
    /// Whether their numbers are.
    pub(crate) numbers: bool,
    /// Whether their words are.
    pub(crate) words: bool,
}

/// Facts of one kind, column by column; one that is not wanted may be empty.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) number: Vec<i64>,
    pub(crate) record: Vec<i64>,
    pub(crate) day: Vec<i64>,
    /// In minor units; 0 without one.
    pub(crate) amount: Vec<i64>,
    /// Whether it came back, whether it has an amount, and in which of the currencies; see [`Facts::marks`].
    marks: Vec<i64>,
    pub(crate) currencies: Vec<String>,
    /// Every word that is said, folded, each followed by the end of a line.
    said: String,
    /// Which words each fact says: the place of one, counted from 1, or 0. Empty where no fact says any.
    words: [Vec<i64>; WORDS],
}

/// Words that a fact can say: document, item, and those of its detail.
const WORDS: usize = 9;

/// What a fact's marks say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    pub(crate) is_return: bool,
    pub(crate) has_amount: bool,
    /// Place among the currencies.
    pub(crate) currency: usize,
}

impl Facts {
    pub(crate) fn len(&self) -> usize {
        self.record.len()
    }

    pub(crate) fn marks(&self, at: usize) -> Marks {
        let marks = self.marks[at];
        Marks { is_return: marks & 1 == 1, has_amount: marks & 2 == 2, currency: (marks >> 2) as usize }
    }

    /// For each fact, whether one of its words contains a text that is folded, too.
    pub(crate) fn mention(&self, text: &str) -> Vec<bool> {
        let words = self.said.bytes().filter(|byte| *byte == b'\n').count();
        let mut contains = vec![false; words + 1];
        let (finder, mut rest, mut word) = (Finder::new(text), self.said.as_bytes(), 1);
        while let Some(found) = finder.find(rest) {
            let before = rest[..found].iter().filter(|byte| **byte == b'\n').count();
            word += before;
            contains[word] = true;
            let end = memchr::memchr(b'\n', &rest[found..]).map_or(rest.len(), |end| found + end + 1);
            rest = &rest[end..];
            word += 1;
        }
        let mut mention = vec![false; self.len()];
        for column in &self.words {
            for (mention, word) in mention.iter_mut().zip(column) {
                *mention |= contains[*word as usize];
            }
        }
        mention
    }

    /// The bytes of all columns but the words.
    fn numbers_packed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() * 12);
        put(&mut bytes, self.len() as u64);
        put(&mut bytes, self.currencies.len() as u64);
        for currency in &self.currencies {
            put(&mut bytes, currency.len() as u64);
            bytes.extend(currency.as_bytes());
        }
        for column in [&self.number, &self.record, &self.day, &self.amount, &self.marks] {
            put_column(&mut bytes, column);
        }
        bytes
    }

    fn words_packed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.said.len() + self.len() * 4);
        put(&mut bytes, self.said.len() as u64);
        bytes.extend(self.said.as_bytes());
        self.words.iter().for_each(|column| put_column(&mut bytes, column));
        bytes
    }

    /// Takes the place of what was there; `None` where the bytes are damaged.
    fn unpack(&mut self, mut rest: &[u8], words: Option<&[u8]>, wanted: Wanted) -> Option<()> {
        let count = usize::try_from(take(&mut rest)).ok()?;
        let currencies = take(&mut rest);
        self.currencies.clear();
        for _ in 0..currencies {
            self.currencies.push(taken_text(&mut rest)?.to_string());
        }
        for (column, wanted) in [
            (&mut self.number, wanted.numbers),
            (&mut self.record, true),
            (&mut self.day, true),
            (&mut self.amount, wanted.amounts),
            (&mut self.marks, true),
        ] {
            if wanted {
                take_column(&mut rest, count, column)?;
            } else {
                column.clear();
                skip_column(&mut rest, count)?;
            }
        }
        let currencies = self.currencies.len() as i64;
        let in_range = |marks: &i64| *marks >= 0 && (marks & 2 == 0 || marks >> 2 < currencies);
        if !self.marks.iter().all(in_range) || self.record.iter().any(|record| *record < 0) {
            return None;
        }
        self.said.clear();
        self.words.iter_mut().for_each(Vec::clear);
        let Some(mut rest) = words else { return Some(()) };
        self.said.push_str(taken_text(&mut rest)?);
        let said = self.said.bytes().filter(|byte| *byte == b'\n').count() as i64;
        for column in &mut self.words {
            take_column(&mut rest, count, column)?;
            let (least, most) =
                column.iter().fold((0, 0), |(least, most), word| (*word.min(&least), *word.max(&most)));
            if least < 0 || most > said {
                return None;
            }
            if most == 0 {
                column.clear();
            }
        }
        Some(())
    }
}

fn taken_text<'b>(rest: &mut &'b [u8]) -> Option<&'b str> {
    let length = usize::try_from(take(rest)).ok()?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    std::str::from_utf8(text).ok()
}

/// Facts of one kind that are being packed.
#[derive(Debug, Default)]
struct Packing {
    facts: Facts,
    /// The place of each word that was said, as it was said.
    places: HashMap<String, i64>,
}

impl Packing {
    fn take(&mut self, row: &Row<'_>, kind: FactKind) -> Result<()> {
        let facts = &mut self.facts;
        facts.number.push(row.int(0)?);
        facts.record.push(row.int(1)?);
        facts.day.push(i64::from(Moment(row.int(3)?).day().0));
        let amount = row.int_or_null(4)?.zip(row.text_or_null(5)?);
        facts.amount.push(amount.map_or(0, |(amount, _)| amount));
        let currency = amount.map_or(0, |(_, currency)| {
            let known = facts.currencies.iter().position(|known| known == currency);
            known.unwrap_or_else(|| {
                facts.currencies.push(currency.to_string());
                facts.currencies.len() - 1
            })
        });
        let marks = row.int(6)? | i64::from(amount.is_some()) << 1 | (currency as i64) << 2;
        facts.marks.push(marks);
        let detail = row.text_or_null(9)?.map_or(Ok(Detail::default()), serde_json::from_str);
        let detail: Detail = detail.map_err(|error| Error::Sql(error.into()))?;
        // A closed request keeps a mark in the place of the item.
        let item = if kind == FactKind::Request { None } else { row.text_or_null(8)? };
        let words = [row.text_or_null(7)?, item].into_iter().chain(detail.words());
        for (column, word) in facts.words.iter_mut().zip(words) {
            let place = word.map_or(0, |word| {
                let known = self.places.get(word).copied();
                known.unwrap_or_else(|| {
                    facts.said.push_str(&identity::search_key(word));
                    facts.said.push('\n');
                    let place = self.places.len() as i64 + 1;
                    self.places.insert(word.to_string(), place);
                    place
                })
            });
            column.push(place);
        }
        Ok(())
    }
}

/// Facts with numbers from one to another, packed by kind; one kind or every one.
fn packed(
    connection: &mut Connection,
    (from, to): (i64, i64),
    kind: Option<FactKind>,
    words: bool,
) -> Result<BTreeMap<i64, Packing>> {
    let mut kinds: BTreeMap<i64, Packing> = BTreeMap::new();
    let binds = binds![from, to, kind.map_or(0, |kind| kind as i64), i64::from(words)];
    connection.each(sql!("portfolio/facts_to_pack"), binds, |row| {
        let number = row.int(2)?;
        match FactKind::from_number(number) {
            Some(kind) => kinds.entry(number).or_default().take(row, kind),
            None => Ok(()),
        }
    })?;
    Ok(kinds)
}

/// Calls `visit` with facts that are wanted, group by group. Days bound which groups are read: facts of other days may be among
/// them. Each of two hands (0 and 1) reads half of the groups.
pub(crate) fn each_group(
    connection: &mut Connection,
    wanted: Wanted,
    hand: i64,
    last_fact: i64,
    mut visit: impl FnMut(&Facts),
) -> Result<()> {
    let (mut facts, words) = (Facts::default(), i64::from(wanted.words));
    let next = packed_groups(connection)?;
    let binds = binds![wanted.kind as i64, wanted.days.0, wanted.days.1, hand, words, next];
    connection.each(sql!("portfolio/packed_facts"), binds, |row| {
        facts.unpack(row.bytes(0)?, row.bytes_or_null(1)?, wanted).ok_or_else(damaged)?;
        visit(&facts);
        Ok(())
    })?;
    for group in (next..=last_fact / GROUP).filter(|group| group % 2 == hand) {
        let range = (group * GROUP, (group + 1) * GROUP - 1);
        packed(connection, range, Some(wanted.kind), wanted.words)?
            .values()
            .for_each(|kind| visit(&kind.facts));
    }
    Ok(())
}

fn packed_groups(connection: &mut Connection) -> Result<i64> {
    Ok(connection.first(sql!("portfolio/packed_groups"), binds![], |row| row.int(0))?.unwrap_or(0))
}

/// How many facts of a kind there are, what their amounts add up to, and the numbers of their records.
pub(crate) type Sums = BTreeMap<i64, (i64, i64, i64)>;

/// What is packed, and what the same facts say by their rows; `None` where bytes are damaged.
pub(crate) fn compared(connection: &mut Connection) -> Result<Option<(Sums, Sums)>> {
    let (mut columns, mut rows) = (Sums::new(), Sums::new());
    let (mut facts, mut whole) = (Facts::default(), true);
    let everything = Wanted {
        kind: FactKind::Sale,
        days: (i64::MIN, i64::MAX),
        amounts: true,
        numbers: true,
        words: true,
    };
    connection.each(sql!("portfolio/all_packed_facts"), binds![], |row| {
        whole &= facts.unpack(row.bytes(1)?, Some(row.bytes(2)?), everything).is_some();
        if whole && facts.len() > 0 {
            let sum = |column: &[i64]| column.iter().fold(0, |sum: i64, number| sum.wrapping_add(*number));
            let sums = columns.entry(row.int(0)?).or_default();
            *sums = (
                sums.0 + facts.len() as i64,
                sums.1.wrapping_add(sum(&facts.amount)),
                sums.2.wrapping_add(sum(&facts.record)),
            );
        }
        Ok(())
    })?;
    let end = packed_groups(connection)? * GROUP;
    connection.each(sql!("doctor/facts_by_kind"), binds![end], |row| {
        rows.insert(row.int(0)?, (row.int(1)?, row.int(2)?, row.int(3)?));
        Ok(())
    })?;
    Ok(whole.then_some((columns, rows)))
}

fn damaged() -> Error {
    Error::Refused(
        "what filters look at of facts cannot be read: back the base up and restore it, which makes it anew"
            .to_string(),
    )
}

impl Store {
    /// Packs facts for filters, as far as row groups are full and not packed yet.
    ///
    /// `progress` gets (facts done, facts in all) and may stop it with an error; what is packed stays.
    pub fn pack_facts(&self, mut progress: impl FnMut(u64, u64) -> Result<()>) -> Result<()> {
        let (first, end) = self.read(|connection| {
            let newest = connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?;
            // The group of the newest fact may still grow.
            Ok((packed_groups(connection)?, newest.unwrap_or(0) / GROUP))
        })?;
        let total = (end - first).max(0) as u64 * GROUP as u64;
        for group in (first..end).step_by(2) {
            progress((group - first) as u64 * GROUP as u64, total)?;
            let read = |group: i64| {
                let range = (group * GROUP, (group + 1) * GROUP - 1);
                self.read(|connection| packed(connection, range, None, true))
            };
            let (one, other) = std::thread::scope(|threads| {
                let one = threads.spawn(|| read(group));
                let other = (group + 1 < end).then(|| read(group + 1)).transpose();
                (one.join().expect("facts are packed without panicking"), other)
            });
            self.write(|tx| {
                put_group(tx, group, &one?)?;
                other?.map_or(Ok(()), |other| put_group(tx, group + 1, &other))
            })?;
        }
        progress(total, total)
    }
}

fn put_group(tx: &mut Connection, group: i64, kinds: &BTreeMap<i64, Packing>) -> Result<()> {
    // The row of no facts tells that the group is packed.
    let nothing = Facts::default();
    let kinds = kinds.iter().map(|(kind, packing)| (*kind, &packing.facts));
    for (kind, facts) in kinds.chain([(FactKind::Description as i64, &nothing)]) {
        let days = facts.day.iter().copied();
        let (first, last) = (days.clone().min().unwrap_or(0), days.max().unwrap_or(0));
        let (numbers, words) = (facts.numbers_packed(), facts.words_packed());
        let mut binds = vec![group.into(), kind.into(), first.into(), last.into()];
        binds.extend([Bind::Bytes(&numbers), Bind::Bytes(&words)]);
        tx.execute(sql!("portfolio/put_packed_facts"), &binds)?;
    }
    Ok(())
}
