//! Taking an import back: its facts are withdrawn, what it had replaced stands again, nothing is deleted.

use super::describe::describe_again;
use super::{ImportId, SourceId};
use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::pool::Store;
use ledger::Moment;
use std::collections::BTreeSet;

impl Store {
    /// Takes an import back: its facts are withdrawn, what it had replaced is put back, nothing is deleted.
    /// Gives the number of facts withdrawn. `progress` gets facts done and may stop it with an error.
    pub fn undo_import(
        &self,
        import: ImportId,
        now: Moment,
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<u64> {
        let found = self
            .import(import)?
            .ok_or_else(|| Error::Refused(format!("there is no import {import}: nothing was undone")))?;
        if found.undone_at.is_some() {
            return Err(Error::Refused(format!("import {import} was undone already")));
        }
        self.write(|tx| {
            let (first, last) = found.facts.unwrap_or((0, -1));
            tx.execute(sql!("ledger/undo_import"), binds![import, now.0])?;
            if found.finished_at.is_none() {
                tx.execute(sql!("ledger/finish_import"), binds![import, now.0])?;
            }
            let brought =
                tx.rows(sql!("ledger/facts_of_import"), binds![import, first, last], read_brought)?;
            let plain: Vec<i64> = brought
                .iter()
                .filter(|fact| fact.stands && fact.reference.is_none())
                .map(|fact| fact.id)
                .collect();
            for (done, part) in plain.chunks(50_000).enumerate() {
                withdraw(tx, part, import, "undone", now)?;
                progress((done as u64 + 1) * 50_000)?;
            }
            let mut touched: BTreeSet<i64> = brought.iter().map(|fact| fact.record).collect();
            let described: BTreeSet<i64> =
                brought.iter().filter(|fact| fact.kind == 0).map(|fact| fact.record).collect();
            let references: BTreeSet<(i64, &str)> =
                brought.iter().filter_map(|fact| Some((fact.kind, fact.reference.as_deref()?))).collect();
            let mut withdrawn = plain.len() as u64;
            for (kind, reference) in references {
                let (record, changed) = settle(tx, found.source_id, kind, reference, import, now)?;
                touched.extend(record);
                withdrawn += u64::from(changed);
            }
            describe_again(tx, &described)?;
            silence(tx, &touched, now)?;
            Ok(withdrawn)
        })
    }
}

/// A fact that an import brought.
struct Brought {
    id: i64,
    record: i64,
    kind: i64,
    reference: Option<String>,
    stands: bool,
}

fn read_brought(row: &Row<'_>) -> Result<Brought> {
    Ok(Brought {
        id: row.int(0)?,
        record: row.int(1)?,
        kind: row.int(2)?,
        reference: row.string_or_null(3)?,
        stands: row.int(4)? == 0,
    })
}

/// Lets the last fact of a reference stand whose import was not undone, and no other.
///
/// Gives the record of the fact that stands now, and whether the one that stood was withdrawn.
fn settle(
    tx: &mut Connection,
    source: SourceId,
    kind: i64,
    reference: &str,
    import: ImportId,
    now: Moment,
) -> Result<(Option<i64>, bool)> {
    let key = binds![source, kind, reference];
    let stood = tx.first(sql!("ledger/standing_reference"), key, |row| row.int(0))?;
    let newest = tx.first(sql!("ledger/newest_of_reference"), key, |row| Ok((row.int(0)?, row.int(1)?)))?;
    let stands = newest.map(|(fact, _)| fact);
    if stood == stands {
        return Ok((newest.map(|(_, record)| record), false));
    }
    if let Some(fact) = stood {
        withdraw(tx, &[fact], import, "undone", now)?;
        tx.execute(sql!("ledger/drop_reference"), binds![source, kind, reference, fact])?;
    }
    if let Some(fact) = stands {
        log_retractions(tx, &[fact], false, import, "undone", now)?;
        tx.execute(sql!("ledger/put_back"), binds![fact])?;
        tx.execute(sql!("ledger/put_reference"), binds![source, kind, reference, fact])?;
    }
    Ok((newest.map(|(_, record)| record), stood.is_some()))
}

/// Appends retractions for these facts.
pub(super) fn withdraw(
    tx: &mut Connection,
    facts: &[i64],
    import: ImportId,
    reason: &str,
    now: Moment,
) -> Result<()> {
    log_retractions(tx, facts, true, import, reason, now)?;
    tx.insert_many("retracted", &["fact_id"], facts, |fact, row| row.push((*fact).into()))
}

fn log_retractions(
    tx: &mut Connection,
    facts: &[i64],
    withdraws: bool,
    import: ImportId,
    reason: &str,
    now: Moment,
) -> Result<()> {
    let first = tx.take_ids("retraction", facts.len() as u64)?;
    let rows: Vec<(i64, i64)> = (first..).zip(facts.iter().copied()).collect();
    let columns = &["id", "fact_id", "withdraws", "import_id", "reason", "learned_at"];
    tx.insert_many("retraction", columns, &rows, |(id, fact), row| {
        row.extend([
            (*id).into(),
            (*fact).into(),
            i64::from(withdraws).into(),
            import.into(),
            Bind::from(reason.to_string()),
            now.0.into(),
        ]);
    })
}

/// Records of which nothing stands any more leave their customer; that too is a link fact.
fn silence(tx: &mut Connection, records: &BTreeSet<i64>, now: Moment) -> Result<()> {
    let mut silent = Vec::new();
    for record in records {
        if tx.first(sql!("ledger/any_standing_fact"), binds![*record], |row| row.int(0))?.is_none() {
            tx.execute(sql!("ledger/silence_record"), binds![*record])?;
            silent.push(*record);
        }
    }
    let first = tx.take_ids("link", silent.len() as u64)?;
    let rows: Vec<(i64, i64)> = (first..).zip(silent).collect();
    let columns = &["id", "record_id", "customer_id", "rule", "evidence", "learned_at"];
    tx.insert_many("link", columns, &rows, |(id, record), row| {
        row.extend([(*id).into(), (*record).into(), 0.into(), "withdrawn".into(), "".into(), now.0.into()]);
    })
}
