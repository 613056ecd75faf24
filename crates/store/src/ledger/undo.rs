//! Taking an import back: its facts are withdrawn, what it had replaced stands again, nothing is deleted.

use super::describe::describe_again;
use super::{Import, ImportId, SourceId, read_import};
use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::pool::Store;
use ledger::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// What taking an import back did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// Facts withdrawn.
    pub withdrawn: u64,
    /// Imports that stand and told rows which stood already: those of the import taken back went with it, and come
    /// back when the file is imported again.
    pub told_again: Vec<ToldAgain>,
}

/// An import that told rows again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAgain {
    /// Its number.
    pub import: ImportId,
    /// Its file.
    pub file_name: String,
    /// Rows that stood already when it told them, whoever had told them first.
    pub rows: u64,
    /// Records with facts of it that lost attributes: its rows may have told them too, and nothing was kept of that.
    pub records: u64,
}

impl Store {
    /// Takes an import back, with what incomplete imports of its file had brought before it: their facts are withdrawn,
    /// what they had replaced is put back, nothing is deleted. `progress` gets facts done and may stop it with an error.
    pub fn undo_import(
        &self,
        import: ImportId,
        now: Moment,
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<Undone> {
        self.write(|tx| {
            let imports = tx.rows(sql!("ledger/imports"), binds![0], read_import)?;
            let of = |found: &&Import| found.id == import || found.begun_anew_by == Some(import);
            let Some(found) = imports.iter().find(|found| found.id == import) else {
                return Err(Error::Refused(format!("there is no import {import}: nothing was undone")));
            };
            if found.undone_at.is_some() {
                return Err(Error::Refused(format!("import {import} was undone already")));
            }
            let mut withdrawn = 0;
            let mut poorer = BTreeSet::new();
            for part in imports.iter().filter(of) {
                withdrawn += take_back(tx, part, now, withdrawn, &mut poorer, &mut progress)?;
            }
            let mut told_again: Vec<ToldAgain> =
                tx.rows(sql!("ledger/told_again"), binds![found.source_id, import], |row| {
                    Ok(ToldAgain {
                        import: row.int(0)?,
                        file_name: row.string(1)?,
                        rows: row.int(2)?.unsigned_abs(),
                        records: 0,
                    })
                })?;
            for (import, records) in tellers(tx, &poorer)? {
                let Some(found) = imports.iter().find(|found| found.id == import) else { continue };
                let whole = found.begun_anew_by.unwrap_or(import);
                match told_again.iter_mut().find(|told| told.import == whole) {
                    Some(told) => told.records += records,
                    None => told_again.push(ToldAgain {
                        import: whole,
                        file_name: found.file_name.clone(),
                        rows: 0,
                        records,
                    }),
                }
            }
            told_again.sort_by_key(|told| told.import);
            Ok(Undone { withdrawn, told_again })
        })
    }
}

/// Imports of which facts stand on these records, and on how many of them.
fn tellers(tx: &mut Connection, records: &BTreeSet<i64>) -> Result<BTreeMap<ImportId, u64>> {
    let mut tellers = BTreeMap::new();
    for record in records {
        tx.each(sql!("ledger/imports_of_record"), binds![*record], |row| {
            *tellers.entry(row.int(0)?).or_insert(0) += 1;
            Ok(())
        })?;
    }
    Ok(tellers)
}

/// Takes back what one import brought; gives the number of facts withdrawn, and notes the records that lost attributes.
fn take_back(
    tx: &mut Connection,
    import: &Import,
    now: Moment,
    before: u64,
    poorer: &mut BTreeSet<i64>,
    progress: &mut impl FnMut(u64) -> Result<()>,
) -> Result<u64> {
    const AT_ONCE: usize = 50_000;
    tx.execute(sql!("ledger/undo_import"), binds![import.id, now.0])?;
    if import.finished_at.is_none() {
        tx.execute(sql!("ledger/finish_import"), binds![import.id, now.0])?;
    }
    let (first, last) = import.facts.unwrap_or((0, -1));
    let brought = tx.rows(sql!("ledger/facts_of_import"), binds![import.id, first, last], read_brought)?;
    let plain: Vec<i64> =
        brought.iter().filter(|fact| fact.stands && fact.reference.is_none()).map(|fact| fact.id).collect();
    let mut withdrawn = 0;
    for part in plain.chunks(AT_ONCE) {
        withdraw(tx, part, import.id, "undone", now)?;
        withdrawn += part.len() as u64;
        progress(before + withdrawn)?;
    }
    let mut touched: BTreeSet<i64> = brought.iter().map(|fact| fact.record).collect();
    let described: BTreeSet<i64> =
        brought.iter().filter(|fact| fact.kind == 0).map(|fact| fact.record).collect();
    let references: BTreeSet<(i64, &str)> =
        brought.iter().filter_map(|fact| Some((fact.kind, fact.reference.as_deref()?))).collect();
    for (kind, reference) in references {
        let (record, changed) = settle(tx, import.source_id, kind, reference, import.id, now)?;
        touched.extend(record);
        withdrawn += u64::from(changed);
    }
    poorer.extend(describe_again(tx, &described)?);
    silence(tx, &touched, now)?;
    Ok(withdrawn)
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
