//! What stands already of what a batch tells: twins by content, facts by reference. A batch asks PostgreSQL once.

use super::content::FactRow;
use super::{ImportSession, SourceId};
use crate::connection::{Connection, binds, sql};
use crate::error::Result;
use ledger::FactKind;
use std::collections::{BTreeMap, HashMap};

/// Rows of a batch from which on it pays to ask how far the ledger reaches.
const LARGE_BATCH: usize = 2_000;

/// The moment up to which a row may have a twin: a log in order of time brings hardly any such rows.
///
/// The question passes over the descriptions that are later than every other fact, so it is asked once a session.
pub(super) fn latest_before(
    tx: &mut Connection,
    session: &mut ImportSession,
    rows: &[FactRow],
) -> Result<i64> {
    if session.latest.is_none() && rows.len() >= LARGE_BATCH {
        let found = tx.first(sql!("ledger/latest_fact"), binds![], |row| row.int(0))?;
        session.latest = Some(found.unwrap_or(i64::MIN));
    }
    let before = session.latest.unwrap_or(i64::MAX);
    // Too late a moment costs look-ups and no more; so it holds also if this batch fails.
    session.latest =
        session.latest.max(rows.iter().map(|row| row.happened_at).max().filter(|_| session.latest.is_some()));
    Ok(before)
}

/// For each row, the import that brought a standing fact of the same content.
pub(super) fn standing_twins(
    tx: &mut Connection,
    rows: &[FactRow],
    may_stand: impl Fn(&FactRow) -> bool,
) -> Result<Vec<Option<i64>>> {
    let Some(client) = tx.as_postgres() else {
        return rows
            .iter()
            .map(|row| {
                if !may_stand(row) {
                    return Ok(None);
                }
                let binds = binds![row.record, row.happened_at, row.fingerprint];
                tx.first(sql!("ledger/standing_twin"), binds, |found| found.int(0))
            })
            .collect();
    };
    // A round trip per row would cost more than the row: ask for all of them at once.
    let asked: Vec<(usize, &FactRow)> = rows.iter().enumerate().filter(|(_, row)| may_stand(row)).collect();
    let mut twins = vec![None; rows.len()];
    if asked.is_empty() {
        return Ok(twins);
    }
    let places: Vec<i64> = asked.iter().map(|(place, _)| *place as i64).collect();
    let records: Vec<i64> = asked.iter().map(|(_, row)| row.record).collect();
    let moments: Vec<i64> = asked.iter().map(|(_, row)| row.happened_at).collect();
    let contents: Vec<i64> = asked.iter().map(|(_, row)| row.fingerprint).collect();
    for found in
        client.query(sql!("ledger/standing_twins.postgres"), &[&places, &records, &moments, &contents])?
    {
        twins[usize::try_from(found.get::<_, i64>(0)).expect("places are indices")] = Some(found.get(1));
    }
    Ok(twins)
}

/// Number, content and import of the standing fact of each reference.
pub(super) type ByReference = HashMap<(FactKind, String), (i64, i64, i64)>;

pub(super) fn standing_references(
    tx: &mut Connection,
    source: SourceId,
    rows: &[FactRow],
) -> Result<ByReference> {
    let mut standing = ByReference::new();
    let reference = |row: &FactRow| row.reference.clone().expect("the caller sorted rows by their reference");
    let Some(client) = tx.as_postgres() else {
        for row in rows {
            let reference = reference(row);
            let binds = binds![source, row.kind as i64, &reference];
            let found = tx.first(sql!("ledger/standing_reference"), binds, |found| {
                Ok((found.int(0)?, found.int(1)?, found.int(2)?))
            })?;
            if let Some(found) = found {
                standing.insert((row.kind, reference), found);
            }
        }
        return Ok(standing);
    };
    let kinds: Vec<i64> = rows.iter().map(|row| row.kind as i64).collect();
    let references: Vec<String> = rows.iter().map(reference).collect();
    for found in client.query(sql!("ledger/standing_references.postgres"), &[&source, &kinds, &references])? {
        let kind = FactKind::from_number(found.get(0)).expect("kinds were written from the enum");
        standing.insert((kind, found.get(1)), (found.get(2), found.get(3), found.get(4)));
    }
    Ok(standing)
}

/// Notes which fact stands for each reference, by kind.
pub(super) fn put_references(
    tx: &mut Connection,
    source: SourceId,
    references: &BTreeMap<(i64, String), i64>,
) -> Result<()> {
    if references.is_empty() {
        return Ok(());
    }
    let Some(client) = tx.as_postgres() else {
        for ((kind, reference), fact) in references {
            tx.execute(sql!("ledger/put_reference"), binds![source, *kind, reference, *fact])?;
        }
        return Ok(());
    };
    let kinds: Vec<i64> = references.keys().map(|(kind, _)| *kind).collect();
    let names: Vec<&str> = references.keys().map(|(_, reference)| reference.as_str()).collect();
    let facts: Vec<i64> = references.values().copied().collect();
    client.execute(sql!("ledger/put_references.postgres"), &[&source, &kinds, &names, &facts])?;
    Ok(())
}
