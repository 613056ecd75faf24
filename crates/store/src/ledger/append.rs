//! A batch of rows: first it is judged against what stands, which only reads, then it is written.
//!
//! A rehearsal judges and does not write; what it would have written it remembers in the session.

use super::content::{FACT_COLUMNS, FactRow, fact_row, without_nul};
use super::describe::{Description, Said, Saying, describe, write_descriptions};
use super::standing::{latest_before, put_references, standing_references, standing_twins};
use super::undo::withdraw;
use super::{Counts, Entry, ImportId, ImportSession, RecordState, RejectedRow};
use crate::connection::{Bind, Connection, binds, sql};
use crate::error::Result;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a batch brings.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Records that no file of the source named before.
    pub records: Vec<(i64, Box<str>)>,
    pub facts: Vec<FactRow>,
    /// Facts that others replace.
    pub withdrawn: Vec<i64>,
    /// Which fact stands for a reference, by kind.
    pub references: BTreeMap<(i64, String), i64>,
    pub described: HashMap<i64, Description>,
    /// How all rows up to this batch were taken.
    pub counts: Counts,
    rows: u64,
    first_fact: i64,
    next_fact: i64,
}

impl Batch {
    /// The number of the next fact.
    pub fn take(&mut self) -> i64 {
        self.next_fact += 1;
        self.next_fact - 1
    }

    fn created(&mut self, mut row: FactRow) {
        self.counts.created += 1;
        row.id = self.take();
        self.keep(row);
    }

    fn keep(&mut self, row: FactRow) {
        self.counts.keep(&row);
        self.facts.push(row);
    }
}

/// Appends a batch and moves the checkpoint on. The session moves on once the batch is written.
pub(super) fn append(
    tx: &mut Connection,
    session: &mut ImportSession,
    entries: Vec<Entry>,
    rejected: &[RejectedRow],
) -> Result<()> {
    let first_record = match new_keys(session, &entries).len() as u64 {
        0 => 0,
        count => tx.take_ids("record", count)?,
    };
    let first_fact = tx.take_ids("fact", facts_at_most(&entries))?;
    let batch = judge(tx, session, entries, rejected.len(), first_record, first_fact)?;
    write(tx, session, &batch, rejected)?;
    session.counts = batch.counts;
    session.rows_done += batch.rows;
    Ok(())
}

/// What [`append`] would do, from a connection that only reads.
pub(super) fn rehearse(
    connection: &mut Connection,
    session: &mut ImportSession,
    entries: Vec<Entry>,
    rejected: &[RejectedRow],
) -> Result<()> {
    let first_record = session.rehearsed.take_records(new_keys(session, &entries).len());
    let batch = judge(connection, session, entries, rejected.len(), first_record, i64::MAX / 2)?;
    session.counts = batch.counts;
    session.rows_done += batch.rows;
    session.rehearsed.remember(batch);
    Ok(())
}

/// A row brings a fact and what it says of its record.
fn facts_at_most(entries: &[Entry]) -> u64 {
    2 * entries.len() as u64 + 1
}

/// The keys that the batch names first, each once.
fn new_keys<'e>(session: &ImportSession, entries: &'e [Entry]) -> Vec<&'e str> {
    let mut seen = HashSet::new();
    let keys = entries.iter().map(|entry| entry.customer.as_deref().unwrap_or_default());
    keys.filter(|key| !session.records.contains_key(*key) && seen.insert(*key)).collect()
}

/// Compares rows with what stands; numbers of records and facts count up from those given.
fn judge(
    connection: &mut Connection,
    session: &mut ImportSession,
    entries: Vec<Entry>,
    rejected: usize,
    first_record: i64,
    first_fact: i64,
) -> Result<Batch> {
    let mut batch = Batch {
        counts: session.counts,
        rows: entries.len() as u64 + rejected as u64,
        first_fact,
        next_fact: first_fact,
        ..Batch::default()
    };
    batch.counts.invalid += rejected as u64;
    batch.records = (first_record..).zip(new_keys(session, &entries).into_iter().map(Box::from)).collect();
    for (id, key) in &batch.records {
        let state = RecordState { id: *id, described_at: i64::MIN, ..RecordState::default() };
        session.records.insert(key.clone(), state);
    }
    let fresh: HashSet<i64> = batch.records.iter().map(|(id, _)| *id).collect();
    let mut by_content: Vec<FactRow> = Vec::with_capacity(entries.len());
    let mut by_reference: Vec<FactRow> = Vec::new();
    for entry in entries {
        let Entry { customer, attributes, fact, .. } = entry;
        let key = customer.as_deref().unwrap_or_default();
        let record = session.records.get(key).expect("records of the batch were added above").id;
        let at = fact.as_ref().map_or(session.learned_at.0, |fact| fact.happened_at.0);
        let saying = Saying { record, key, attributes, at, describes_only: fact.is_none() };
        let said =
            if key.is_empty() { Said::Nothing } else { describe(connection, session, &mut batch, saying)? };
        match fact {
            None => {
                let seen = !session.described.insert(record);
                match said {
                    _ if fresh.contains(&record) && !seen => batch.counts.created += 1,
                    Said::Changed => batch.counts.updated += 1,
                    Said::Nothing if seen => batch.counts.duplicate += 1,
                    Said::Nothing => batch.counts.unchanged += 1,
                }
            }
            Some(fact) => {
                let mut row = fact_row(session, record, fact);
                row.names_nobody = key.is_empty();
                if row.reference.is_some() { by_reference.push(row) } else { by_content.push(row) }
            }
        }
    }
    take_by_content(connection, session, &fresh, by_content, &mut batch)?;
    take_by_reference(connection, session, by_reference, &mut batch)?;
    Ok(batch)
}

/// Facts without a reference: new unless a standing fact has the same content.
fn take_by_content(
    connection: &mut Connection,
    session: &mut ImportSession,
    fresh: &HashSet<i64>,
    mut rows: Vec<FactRow>,
    batch: &mut Batch,
) -> Result<()> {
    // By record and moment: neighbours in the index, and what a page shows together.
    rows.sort_by_key(|row| (row.record, row.happened_at, row.fingerprint));
    let same = |a: &FactRow, b: &FactRow| {
        (a.record, a.happened_at, a.fingerprint) == (b.record, b.happened_at, b.fingerprint)
    };
    let before = rows.len();
    rows.dedup_by(|b, a| same(a, b));
    batch.counts.duplicate += (before - rows.len()) as u64;
    let latest = latest_before(connection, session, &rows)?;
    let twins =
        standing_twins(connection, &rows, |row| row.happened_at <= latest && !fresh.contains(&row.record))?;
    for (row, twin) in rows.into_iter().zip(twins) {
        match twin {
            Some(by) if by == session.import => batch.counts.duplicate += 1,
            Some(_) => batch.counts.unchanged += 1,
            None if session.rehearsed.has_content(row.fingerprint) => batch.counts.duplicate += 1,
            None => batch.created(row),
        }
    }
    Ok(())
}

/// Facts with a reference: new, the same, or replacing the one that stands.
fn take_by_reference(
    connection: &mut Connection,
    session: &ImportSession,
    rows: Vec<FactRow>,
    batch: &mut Batch,
) -> Result<()> {
    let mut standing = standing_references(connection, session.source, &rows)?;
    for mut row in rows {
        let reference = row.reference.clone().expect("the caller sorted rows by their reference");
        let key = (row.kind, reference);
        let stands = match standing.get(&key) {
            // What this batch brought is newer than what the rehearsal brought before it.
            Some(found) if found.2 == session.import => Some(*found),
            found => session.rehearsed.reference(row.kind, &key.1, session.import).or(found.copied()),
        };
        match stands {
            Some((_, content, by)) if content == row.fingerprint => {
                if by == session.import {
                    batch.counts.duplicate += 1
                } else {
                    batch.counts.unchanged += 1
                }
                continue;
            }
            Some((fact, ..)) => {
                batch.withdrawn.push(fact);
                batch.counts.updated += 1;
            }
            None => batch.counts.created += 1,
        }
        row.id = batch.take();
        batch.references.insert((row.kind as i64, key.1.clone()), row.id);
        standing.insert(key, (row.id, row.fingerprint, session.import));
        batch.keep(row);
    }
    Ok(())
}

fn write(
    tx: &mut Connection,
    session: &ImportSession,
    batch: &Batch,
    rejected: &[RejectedRow],
) -> Result<()> {
    let (source, import, learned_at) = (session.source, session.import, session.learned_at);
    tx.insert_many("record", &["id", "source_id", "key"], &batch.records, |(id, key), row| {
        row.extend([(*id).into(), source.into(), (&**key).into()]);
    })?;
    tx.insert_many("fact", FACT_COLUMNS, &batch.facts, |fact, row| {
        let columns = &fact.columns;
        row.extend([
            fact.id.into(),
            fact.record.into(),
            (fact.kind as i64).into(),
            fact.happened_at.into(),
            learned_at.0.into(),
            import.into(),
            fact.fingerprint.into(),
            columns.amount.into(),
            columns.margin.into(),
            columns.currency.as_ref().into(),
            columns.quantity.into(),
            i64::from(columns.is_return).into(),
            fact.reference.as_ref().into(),
            columns.document.as_ref().into(),
            columns.item.as_ref().into(),
            columns.detail.as_ref().into(),
        ]);
    })?;
    withdraw(tx, &batch.withdrawn, import, "replaced", learned_at)?;
    put_references(tx, source, &batch.references)?;
    write_descriptions(tx, &batch.described)?;
    reject(tx, import, rejected)?;
    advance(tx, session, batch)
}

fn advance(tx: &mut Connection, session: &ImportSession, batch: &Batch) -> Result<()> {
    let numbers = (!batch.facts.is_empty()).then_some((batch.first_fact, batch.next_fact - 1));
    let counts = &batch.counts;
    tx.execute(
        sql!("ledger/advance_import"),
        binds![
            session.import,
            (session.rows_done + batch.rows) as i64,
            counts.created as i64,
            counts.updated as i64,
            counts.unchanged as i64,
            counts.duplicate as i64,
            counts.invalid as i64,
            counts.without_customer as i64,
            counts.returns as i64,
            numbers.map(|numbers| numbers.0),
            numbers.map(|numbers| numbers.1)
        ],
    )
    .map(|_| ())
}

fn reject(tx: &mut Connection, import: ImportId, rejected: &[RejectedRow]) -> Result<()> {
    let columns = &["import_id", "row_number", "column_name", "code", "cause", "remedy", "cells", "said"];
    tx.insert_many("rejection", columns, rejected, |rejected, row| {
        let cells: Vec<String> = rejected.cells.iter().map(|cell| without_nul(cell)).collect();
        row.extend([
            import.into(),
            (rejected.row as i64).into(),
            rejected.column.as_deref().map(without_nul).into(),
            Bind::from(&rejected.code),
            without_nul(&rejected.cause).into(),
            without_nul(&rejected.remedy).into(),
            serde_json::to_string(&cells).expect("strings always serialise").into(),
            rejected.said.as_deref().map(without_nul).into(),
        ]);
    })
}
