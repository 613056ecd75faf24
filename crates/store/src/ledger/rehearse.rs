//! What a rehearsal remembers instead of writing it: enough to judge the rest of the file, and no rows.

use super::ImportId;
use super::append::Batch;
use ledger::FactKind;
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What batches before would have written; empty in an import. Some 20 bytes a fact, and the texts of changed records.
#[derive(Debug, Default)]
pub(super) struct Rehearsed {
    records: i64,
    contents: HashSet<i64>,
    references: HashMap<u64, (i64, i64)>,
    descriptions: HashMap<i64, String>,
}

/// Numbers of records that are not there begin here; none of the ledger's comes near.
const FIRST_RECORD: i64 = i64::MAX / 2;

impl Rehearsed {
    /// Takes numbers for records that the file names first; gives the first one.
    pub fn take_records(&mut self, count: usize) -> i64 {
        self.records += count as i64;
        FIRST_RECORD + self.records - count as i64
    }

    /// Whether an earlier batch brought a fact of this content, which counts its record and moment in.
    pub fn has_content(&self, fingerprint: i64) -> bool {
        self.contents.contains(&fingerprint)
    }

    /// The fact that an earlier batch brought for a reference: its number, content and import.
    pub fn reference(
        &self,
        kind: FactKind,
        reference: &str,
        import: ImportId,
    ) -> Option<(i64, i64, ImportId)> {
        self.references.get(&key(kind as i64, reference)).map(|(fact, content)| (*fact, *content, import))
    }

    /// What stands of a record since an earlier batch.
    pub fn description(&self, record: i64) -> Option<&str> {
        self.descriptions.get(&record).map(String::as_str)
    }

    /// Remembers a batch that was judged.
    pub fn remember(&mut self, batch: Batch) {
        for row in batch.facts {
            match (row.kind, row.reference) {
                (FactKind::Description, _) => {}
                (kind, Some(reference)) => {
                    self.references.insert(key(kind as i64, &reference), (row.id, row.fingerprint));
                }
                (_, None) => {
                    self.contents.insert(row.fingerprint);
                }
            }
        }
        let described = batch.described.into_iter();
        self.descriptions.extend(described.map(|(record, description)| (record, description.text)));
    }
}

fn key(kind: i64, reference: &str) -> u64 {
    xxh3_64_with_seed(reference.as_bytes(), kind as u64)
}
