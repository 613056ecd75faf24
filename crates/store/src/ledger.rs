//! Appending what a file told, and taking it back: the only writer of facts.
//!
//! A row is told apart from one already known by its source's reference where it has one (a changed row then
//! withdraws the old fact and appends the new), else by its content. Within one file, a row with the same
//! content as an earlier one is a duplicate, unless the mapping keeps repeats.

mod append;
mod content;
mod describe;
mod rehearse;
mod standing;
mod undo;

pub(crate) use content::Detail;
pub use undo::{ToldAgain, Undone};

use crate::connection::{Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::pool::Store;
use content::FactRow;
use ledger::{Attributes, Fact, Moment};
use rehearse::Rehearsed;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// Number of an import.
pub type ImportId = i64;
/// Number of a source.
pub type SourceId = i64;

/// What one row of a source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row as the user's editor counts it.
    pub row: u64,
    /// The source's key of the customer; `None` when it named nobody.
    pub customer: Option<String>,
    /// What the row says of the record.
    pub attributes: Attributes,
    /// What happened; `None` on a row that only describes.
    pub fact: Option<Fact>,
}

/// A row that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The row as the user's editor counts it.
    pub row: u64,
    /// The column at fault.
    pub column: Option<String>,
    /// A stable word for the cause.
    pub code: String,
    /// What is wrong, naming the value.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
    /// Everything that is wrong with it, to be worded in any language: JSON of whoever rejected it.
    pub said: Option<String>,
    /// The row as it stood in the file.
    pub cells: Vec<String>,
}

/// How the rows of a file were taken. The first five add up to the rows read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub invalid: u64,
    /// Facts kept although no customer was named (part of `created` and `updated`).
    pub without_customer: u64,
    /// Returns, cancellations and credit notes kept (part of `created` and `updated`).
    pub returns: u64,
}

impl Counts {
    /// Rows read so far.
    pub fn read(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.duplicate + self.invalid
    }

    fn keep(&mut self, row: &FactRow) {
        self.without_customer += u64::from(row.names_nobody);
        self.returns += u64::from(row.columns.is_return);
    }
}

/// What an import begins with.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Name of the source; a new name makes a new source.
    pub source: String,
    /// Name of the file as the user knows it.
    pub file_name: String,
    /// Hash of its bytes, so that a resumed import can tell another file.
    pub file_hash: String,
    /// What kind of rows it has.
    pub kind: String,
    /// The mapping as text.
    pub mapping: String,
    /// The columns, for the file of rejected rows.
    pub header: Vec<String>,
    /// Take rows with equal content as separate facts.
    pub keep_repeats: bool,
    /// When we learn it.
    pub learned_at: Moment,
}

/// One import, running, done or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Import {
    pub id: ImportId,
    pub source_id: SourceId,
    pub source: String,
    pub file_name: String,
    pub file_hash: String,
    pub kind: String,
    pub mapping: String,
    pub started_at: Moment,
    pub finished_at: Option<Moment>,
    pub undone_at: Option<Moment>,
    pub header: Vec<String>,
    /// Rows taken so far, rejected ones included: a resumed import begins after them.
    pub rows_done: u64,
    pub counts: Counts,
    /// The complete import of the same file that an incomplete one is a part of.
    pub begun_anew_by: Option<ImportId>,
    facts: Option<(i64, i64)>,
}

impl Import {
    /// Whether it brought facts, be they what rows said of a customer and no more.
    pub fn brought_facts(&self) -> bool {
        self.facts.is_some()
    }
}

/// One cause of rejection in an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectionSummary {
    /// A stable word for the cause.
    pub code: String,
    /// Rows rejected for it.
    pub count: u64,
    /// The first row that shows it.
    pub first_row: u64,
    /// What was wrong there.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
    /// As in [`RejectedRow::said`].
    pub said: Option<String>,
}

/// What an import keeps in memory between its batches.
#[derive(Debug)]
pub struct ImportSession {
    /// The import's number.
    pub import: ImportId,
    /// Rows taken so far, rejected ones included.
    pub rows_done: u64,
    /// How they were taken.
    pub counts: Counts,
    source: SourceId,
    learned_at: Moment,
    keep_repeats: bool,
    records: HashMap<Box<str>, RecordState>,
    repeats: HashMap<u64, u32>,
    described: HashSet<i64>,
    /// The moment of the latest fact that is not a description, once a large batch has asked for it.
    latest: Option<i64>,
    rehearsed: Rehearsed,
}

/// What stands of a record, as far as judging the next row needs it.
#[derive(Clone, Copy, Debug, Default)]
struct RecordState {
    id: i64,
    described_by: Option<i64>,
    described_at: i64,
    description_hash: u64,
    /// Which attributes stand, one bit each; 0 as long as nobody looked.
    told: u64,
}

impl Store {
    /// Begins an import: its source, its row and what is known of the source's records.
    pub fn begin_import(&self, new: &NewImport) -> Result<ImportSession> {
        self.write(|tx| begin(tx, new))
    }

    /// Takes up an import that was interrupted, after its last whole batch.
    pub fn resume_import(&self, import: ImportId, keep_repeats: bool, now: Moment) -> Result<ImportSession> {
        let found = self
            .import(import)?
            .ok_or_else(|| Error::Refused(format!("there is no import {import}: see `clientela imports`")))?;
        if found.finished_at.is_some() {
            return Err(Error::Refused(format!("import {import} is complete: there is nothing to resume")));
        }
        if let Some(by) = found.begun_anew_by {
            return Err(Error::Refused(format!(
                "import {import} was begun anew as import {by}, which is complete: there is nothing to resume"
            )));
        }
        self.with_writer(|connection| {
            let mut session = session(connection, import, found.source_id, keep_repeats, now)?;
            session.rows_done = found.rows_done;
            session.counts = found.counts;
            Ok(session)
        })
    }

    /// Appends a batch of rows and moves the checkpoint, all or nothing.
    pub fn append(
        &self,
        session: &mut ImportSession,
        entries: Vec<Entry>,
        rejected: &[RejectedRow],
    ) -> Result<()> {
        self.write(|tx| append::append(tx, session, entries, rejected))
    }

    /// Marks an import complete.
    pub fn finish_import(&self, session: &ImportSession, now: Moment) -> Result<()> {
        self.write(|tx| tx.execute(sql!("ledger/finish_import"), binds![session.import, now.0]).map(|_| ()))
    }

    /// Counts what an import would do, from one snapshot and without writing: nobody waits for it.
    ///
    /// `feed` gets an `append` to call per batch, which gives the counts so far.
    pub fn rehearse_import(
        &self,
        new: &NewImport,
        feed: impl FnOnce(&mut dyn FnMut(Vec<Entry>, &[RejectedRow]) -> Result<Counts>) -> Result<()>,
    ) -> Result<Counts> {
        let name = source_name(new)?;
        self.read(|connection| {
            connection.snapshot(|connection| {
                let source =
                    connection.first(sql!("ledger/source_by_name"), binds![name], |row| row.int(0))?;
                // No source and no import has these numbers.
                let (source, import) = (source.unwrap_or(0), 0);
                let mut session = session(connection, import, source, new.keep_repeats, new.learned_at)?;
                feed(&mut |entries, rejected| {
                    append::rehearse(connection, &mut session, entries, rejected)?;
                    Ok(session.counts)
                })?;
                Ok(session.counts)
            })
        })
    }

    /// Every import, newest first; those begun anew and completed are part of the one that did.
    pub fn imports(&self) -> Result<Vec<Import>> {
        let mut imports =
            self.read(|connection| connection.rows(sql!("ledger/imports"), binds![0], read_import))?;
        imports.retain(|import| import.begun_anew_by.is_none());
        Ok(imports)
    }

    /// One import.
    pub fn import(&self, id: ImportId) -> Result<Option<Import>> {
        if id <= 0 {
            return Ok(None);
        }
        self.read(|connection| connection.first(sql!("ledger/imports"), binds![id], read_import))
    }

    /// Calls `visit` for each rejected row of an import, in the order of the file.
    pub fn each_rejection(
        &self,
        import: ImportId,
        mut visit: impl FnMut(RejectedRow) -> Result<()>,
    ) -> Result<()> {
        self.read(|connection| {
            connection.each(sql!("ledger/rejections_of_import"), binds![import], |row| {
                let cells = serde_json::from_str(row.text(5)?).map_err(|e| Error::Sql(e.into()))?;
                visit(RejectedRow {
                    row: row.int(0)?.unsigned_abs(),
                    column: row.string_or_null(1)?,
                    code: row.string(2)?,
                    cause: row.string(3)?,
                    remedy: row.string(4)?,
                    said: row.string_or_null(6)?,
                    cells,
                })
            })
        })
    }

    /// Why rows of an import were rejected, most frequent first.
    pub fn rejection_summary(&self, import: ImportId) -> Result<Vec<RejectionSummary>> {
        self.read(|connection| {
            let causes = connection.rows(sql!("ledger/rejection_counts"), binds![import], |row| {
                Ok((row.string(0)?, row.int(1)?, row.int(2)?))
            })?;
            causes
                .into_iter()
                .map(|(code, count, first_row)| {
                    let example = connection
                        .first(sql!("ledger/rejection_example"), binds![import, first_row], |row| {
                            Ok((row.string(0)?, row.string(1)?, row.string_or_null(2)?))
                        })?
                        .unwrap_or_default();
                    Ok(RejectionSummary {
                        code,
                        count: count.unsigned_abs(),
                        first_row: first_row.unsigned_abs(),
                        cause: example.0,
                        remedy: example.1,
                        said: example.2,
                    })
                })
                .collect()
        })
    }
}

fn read_import(row: &Row<'_>) -> Result<Import> {
    let count = |column: usize| row.int(column).map(i64::unsigned_abs);
    Ok(Import {
        id: row.int(0)?,
        source_id: row.int(1)?,
        source: row.string(2)?,
        file_name: row.string(3)?,
        file_hash: row.string(4)?,
        kind: row.string(5)?,
        mapping: row.string(6)?,
        started_at: Moment(row.int(7)?),
        finished_at: row.int_or_null(8)?.map(Moment),
        undone_at: row.int_or_null(9)?.map(Moment),
        header: serde_json::from_str(row.text(10)?).map_err(|e| Error::Sql(e.into()))?,
        rows_done: count(11)?,
        counts: Counts {
            created: count(12)?,
            updated: count(13)?,
            unchanged: count(14)?,
            duplicate: count(15)?,
            invalid: count(16)?,
            without_customer: count(17)?,
            returns: count(18)?,
        },
        facts: row.int_or_null(19)?.zip(row.int_or_null(20)?),
        begun_anew_by: row.int_or_null(21)?,
    })
}

fn begin(tx: &mut Connection, new: &NewImport) -> Result<ImportSession> {
    let name = source_name(new)?;
    let known = tx.first(sql!("ledger/source_by_name"), binds![name], |row| row.int(0))?;
    let source = match known {
        Some(id) => id,
        None => {
            let id = tx.take_ids("source", 1)?;
            tx.execute(sql!("ledger/add_source"), binds![id, name, new.learned_at.0])?;
            tx.first(sql!("ledger/source_by_name"), binds![name], |row| row.int(0))?
                .expect("the source was added in this transaction")
        }
    };
    let import = tx.take_ids("import", 1)?;
    let header = serde_json::to_string(&new.header).expect("strings always serialise");
    tx.execute(
        sql!("ledger/add_import"),
        binds![
            import,
            source,
            &new.file_name,
            &new.file_hash,
            &new.kind,
            &new.mapping,
            new.learned_at.0,
            header
        ],
    )?;
    session(tx, import, source, new.keep_repeats, new.learned_at)
}

fn session(
    connection: &mut Connection,
    import: ImportId,
    source: SourceId,
    keep_repeats: bool,
    learned_at: Moment,
) -> Result<ImportSession> {
    let mut records = HashMap::new();
    connection.each(sql!("ledger/records_of_source"), binds![source], |row| {
        let state = RecordState {
            id: row.int(0)?,
            described_by: row.int_or_null(2)?,
            described_at: row.int_or_null(3)?.unwrap_or(i64::MIN),
            description_hash: row.text_or_null(4)?.map_or(0, |text| xxh3_64(text.as_bytes())),
            told: 0,
        };
        records.insert(Box::from(row.text(1)?), state);
        Ok(())
    })?;
    Ok(ImportSession {
        import,
        rows_done: 0,
        counts: Counts::default(),
        source,
        learned_at,
        keep_repeats,
        records,
        repeats: HashMap::new(),
        described: HashSet::new(),
        latest: None,
        rehearsed: Rehearsed::default(),
    })
}

fn source_name(new: &NewImport) -> Result<&str> {
    let name = new.source.trim();
    if name.is_empty() {
        return Err(Error::Refused("a source needs a name: give one with --source".to_string()));
    }
    Ok(name)
}
