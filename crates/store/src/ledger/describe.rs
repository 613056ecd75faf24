//! What stands of a record's attributes: what rows add to it, and what is left when rows are taken back.

use super::ImportSession;
use super::append::Batch;
use super::content::{Columns, FactRow};
use crate::connection::{Bind, Connection, binds, sql};
use crate::error::{Error, Result};
use ledger::{Attributes, FactKind};
use std::collections::{BTreeSet, HashMap};
use xxhash_rust::xxh3::xxh3_64;

/// What stands of a record from now on.
#[derive(Debug)]
pub(super) struct Description {
    pub fact: i64,
    pub at: i64,
    pub text: String,
}

pub(super) enum Said {
    Nothing,
    Changed,
}

/// What a row says of its record.
pub(super) struct Saying<'e> {
    pub record: i64,
    pub key: &'e str,
    pub attributes: Attributes,
    pub at: i64,
    pub describes_only: bool,
}

/// Adds what a row says of its record to what stands, unless something newer stands already.
///
/// A row that only describes always counts as news; a fact's attributes count if the fact is later than the
/// description that stands, so that reading a file twice changes nothing; of an earlier fact those of which nothing
/// stands.
pub(super) fn describe(
    connection: &mut Connection,
    session: &mut ImportSession,
    batch: &mut Batch,
    saying: Saying<'_>,
) -> Result<Said> {
    let Saying { record, key, mut attributes, at, describes_only } = saying;
    if attributes.is_empty() {
        return Ok(Said::Nothing);
    }
    let state = *session.records.get(key).expect("the caller found this record by its key");
    let is_earlier = !describes_only && state.described_by.is_some() && at <= state.described_at;
    if is_earlier && state.told & names(&attributes) == names(&attributes) {
        return Ok(Said::Nothing);
    }
    let mut told = serde_json::to_string(&attributes).expect("attributes always serialise");
    if state.described_by.is_some() && xxh3_64(told.as_bytes()) == state.description_hash {
        return Ok(Said::Nothing);
    }
    let remembered = batch.described.get(&record).map(|description| description.text.as_str());
    let standing = match remembered.or_else(|| session.rehearsed.description(record)) {
        Some(text) => Some(text.to_string()),
        None if state.described_by.is_some() => connection
            .first(sql!("ledger/description_of_record"), binds![record], |row| row.string_or_null(0))?
            .flatten(),
        None => None,
    };
    let mut merged: Attributes = match &standing {
        Some(text) => serde_json::from_str(text).map_err(|e| Error::Sql(e.into()))?,
        None => Attributes::new(),
    };
    if is_earlier {
        session.records.get_mut(key).expect("the caller found this record by its key").told = names(&merged);
        attributes.retain(|attribute, _| !merged.contains_key(attribute));
        told = serde_json::to_string(&attributes).expect("attributes always serialise");
    }
    merged.extend(attributes);
    let text = serde_json::to_string(&merged).expect("attributes always serialise");
    if standing.as_deref() == Some(text.as_str()) {
        return Ok(Said::Nothing);
    }
    let hash = xxh3_64(text.as_bytes());
    let fact = batch.take();
    let at = at.max(state.described_at);
    batch.facts.push(FactRow {
        id: fact,
        record,
        kind: FactKind::Description,
        happened_at: at,
        fingerprint: hash as i64,
        columns: Columns { detail: Some(told), ..Columns::default() },
        reference: None,
        names_nobody: false,
    });
    batch.described.insert(record, Description { fact, at, text });
    let state = session.records.get_mut(key).expect("the caller found this record by its key");
    state.described_by = Some(fact);
    state.described_at = at;
    state.description_hash = hash;
    state.told = names(&merged);
    Ok(Said::Changed)
}

/// Which attributes are told, one bit each.
fn names(attributes: &Attributes) -> u64 {
    attributes.keys().fold(0, |names, attribute| names | 1 << (*attribute as u64))
}

/// Lets the records show what stands of them now.
pub(super) fn write_descriptions(tx: &mut Connection, described: &HashMap<i64, Description>) -> Result<()> {
    let mut rows: Vec<(&i64, &Description)> = described.iter().collect();
    rows.sort_by_key(|(record, _)| **record);
    let columns = &[("described_by", "bigint"), ("described_at", "bigint"), ("description", "text")];
    tx.update_many("record", columns, &rows, |(record, description), row| {
        row.extend([
            (**record).into(),
            description.fact.into(),
            description.at.into(),
            Bind::from(&description.text),
        ]);
    })
}

/// What stands of these records after facts were withdrawn or put back; gives those that lost an attribute.
pub(super) fn describe_again(tx: &mut Connection, records: &BTreeSet<i64>) -> Result<Vec<i64>> {
    let mut poorer = Vec::new();
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let mut merged = Attributes::new();
        let mut last = None;
        tx.each(sql!("ledger/descriptions_of_record"), binds![*record], |row| {
            last = Some((row.int(0)?, row.int(1)?));
            merged.extend(crate::identity::attributes(row.text(2)?)?);
            Ok(())
        })?;
        let before = tx
            .first(sql!("ledger/description_of_record"), binds![*record], |row| row.string_or_null(0))?
            .flatten();
        if let Some(before) = before
            && crate::identity::attributes(&before)?.keys().any(|attribute| !merged.contains_key(attribute))
        {
            poorer.push(*record);
        }
        let text = serde_json::to_string(&merged).expect("attributes always serialise");
        rows.push((*record, last.map(|(fact, at)| (fact, at, Some(text)))));
    }
    let columns = &[("described_by", "bigint"), ("described_at", "bigint"), ("description", "text")];
    tx.update_many("record", columns, &rows, |(record, standing), row| {
        let standing = standing.as_ref();
        row.extend([
            (*record).into(),
            standing.map(|s| s.0).into(),
            standing.map(|s| s.1).into(),
            standing.and_then(|s| s.2.as_ref()).into(),
        ]);
    })?;
    Ok(poorer)
}
