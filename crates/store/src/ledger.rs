//! Appending what a file told, and taking it back: the only writer of facts.
//!
//! A row is told apart from one already known by its source's reference where it has one (a changed row then
//! withdraws the old fact and appends the new), else by its content. Within one file, a row with the same
//! content as an earlier one is a duplicate, unless the mapping keeps repeats.

use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::error::{Error, Result};
use crate::pool::Store;
use ledger::{Attributes, Fact, FactBody, FactKind, Moment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

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
    facts: Option<(i64, i64)>,
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
}

#[derive(Clone, Copy, Debug, Default)]
struct RecordState {
    id: i64,
    described_by: Option<i64>,
    described_at: i64,
    description_hash: u64,
}

#[derive(Debug)]
struct FactRow {
    id: i64,
    record: i64,
    kind: FactKind,
    happened_at: i64,
    fingerprint: i64,
    columns: Columns,
    reference: Option<String>,
    names_nobody: bool,
}

#[derive(Debug, Default)]
struct Columns {
    amount: Option<i64>,
    margin: Option<i64>,
    currency: Option<String>,
    quantity: Option<i64>,
    is_return: bool,
    document: Option<String>,
    item: Option<String>,
    detail: Option<String>,
}

/// The rest of a fact, kept as one small JSON object; absent parts are left out.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub(crate) struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<ledger::Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

const FACT_COLUMNS: &[&str] = &[
    "id",
    "record_id",
    "kind",
    "happened_at",
    "learned_at",
    "import_id",
    "fingerprint",
    "amount",
    "margin",
    "currency",
    "quantity",
    "is_return",
    "reference",
    "document",
    "item",
    "detail",
];

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
        self.write(|tx| append(tx, session, entries, rejected))
    }

    /// Marks an import complete.
    pub fn finish_import(&self, session: &ImportSession, now: Moment) -> Result<()> {
        self.write(|tx| tx.execute(sql!("ledger/finish_import"), binds![session.import, now.0]).map(|_| ()))
    }

    /// Counts what an import would do, by doing it in a transaction that is then rolled back.
    ///
    /// `feed` gets an `append` to call per batch. Other writers wait meanwhile.
    pub fn rehearse_import(
        &self,
        new: &NewImport,
        feed: impl FnOnce(&mut dyn FnMut(Vec<Entry>, &[RejectedRow]) -> Result<Counts>) -> Result<()>,
    ) -> Result<Counts> {
        let mut counts = Counts::default();
        let done = self.write(|tx| {
            let mut session = begin(tx, new)?;
            feed(&mut |entries, rejected| {
                append(tx, &mut session, entries, rejected)?;
                Ok(session.counts)
            })?;
            counts = session.counts;
            Err::<(), Error>(Error::Cancelled)
        });
        match done {
            Err(Error::Cancelled) if counts.read() > 0 => Ok(counts),
            Err(Error::Cancelled) | Ok(()) => Ok(counts),
            Err(error) => Err(error),
        }
    }

    /// Every import, newest first.
    pub fn imports(&self) -> Result<Vec<Import>> {
        self.read(|connection| connection.rows(sql!("ledger/imports"), binds![0], read_import))
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
    })
}

fn begin(tx: &mut Connection, new: &NewImport) -> Result<ImportSession> {
    let name = new.source.trim();
    if name.is_empty() {
        return Err(Error::Refused("a source needs a name: give one with --source".to_string()));
    }
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
    })
}

/// What a batch adds beside its facts.
#[derive(Default)]
struct Pending {
    facts: Vec<FactRow>,
    withdrawn: Vec<i64>,
    references: BTreeMap<(i64, String), i64>,
    described: HashMap<i64, Description>,
}

struct Description {
    fact: i64,
    at: i64,
    text: String,
}

fn append(
    tx: &mut Connection,
    session: &mut ImportSession,
    entries: Vec<Entry>,
    rejected: &[RejectedRow],
) -> Result<()> {
    // The session is only moved on once the batch is certain, so that a failed one can be tried again.
    let mut counts = session.counts;
    counts.invalid += rejected.len() as u64;
    let fresh = add_records(tx, session, &entries)?;
    let first_fact = tx.take_ids("fact", 2 * entries.len() as u64 + 1)?;
    let mut next_fact = first_fact;
    let mut take = || {
        next_fact += 1;
        next_fact - 1
    };
    let mut pending = Pending::default();
    let mut by_content: Vec<FactRow> = Vec::with_capacity(entries.len());
    let mut by_reference: Vec<FactRow> = Vec::new();
    let rows = entries.len() as u64 + rejected.len() as u64;
    for entry in entries {
        let Entry { customer, attributes, fact, .. } = entry;
        let key = customer.as_deref().unwrap_or_default();
        let record = session.records.get(key).expect("records of the batch were added above").id;
        let describes_only = fact.is_none();
        let at = fact.as_ref().map_or(session.learned_at.0, |fact| fact.happened_at.0);
        let said = if key.is_empty() {
            Said::Nothing
        } else {
            describe(tx, session, &mut pending, record, key, attributes, at, describes_only, &mut take)?
        };
        match fact {
            None => {
                let seen = !session.described.insert(record);
                match said {
                    _ if fresh.contains(&record) && !seen => counts.created += 1,
                    Said::Changed => counts.updated += 1,
                    Said::Nothing if seen => counts.duplicate += 1,
                    Said::Nothing => counts.unchanged += 1,
                }
            }
            Some(fact) => {
                let mut row = fact_row(session, record, fact);
                row.names_nobody = key.is_empty();
                if row.reference.is_some() { by_reference.push(row) } else { by_content.push(row) }
            }
        }
    }
    take_by_content(tx, session, &fresh, by_content, &mut pending, &mut counts, &mut take)?;
    take_by_reference(tx, session, by_reference, &mut pending, &mut counts, &mut take)?;

    let facts = std::mem::take(&mut pending.facts);
    let (learned_at, import) = (session.learned_at.0, session.import);
    tx.insert_many("fact", FACT_COLUMNS, &facts, |fact, row| {
        let columns = &fact.columns;
        row.extend([
            fact.id.into(),
            fact.record.into(),
            (fact.kind as i64).into(),
            fact.happened_at.into(),
            learned_at.into(),
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
    withdraw(tx, &pending.withdrawn, import, "replaced", session.learned_at)?;
    put_references(tx, session.source, &pending.references)?;
    write_descriptions(tx, &pending.described)?;
    reject(tx, import, rejected)?;
    let ids = (!facts.is_empty()).then_some((first_fact, next_fact - 1));
    let rows_done = session.rows_done + rows;
    tx.execute(
        sql!("ledger/advance_import"),
        binds![
            import,
            rows_done as i64,
            counts.created as i64,
            counts.updated as i64,
            counts.unchanged as i64,
            counts.duplicate as i64,
            counts.invalid as i64,
            counts.without_customer as i64,
            counts.returns as i64,
            ids.map(|ids| ids.0),
            ids.map(|ids| ids.1)
        ],
    )?;
    session.counts = counts;
    session.rows_done = rows_done;
    Ok(())
}

/// Adds the records that the batch names first; gives their numbers.
fn add_records(tx: &mut Connection, session: &mut ImportSession, entries: &[Entry]) -> Result<HashSet<i64>> {
    let mut new_keys: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    for entry in entries {
        let key = entry.customer.as_deref().unwrap_or_default();
        if !session.records.contains_key(key) && seen.insert(key) {
            new_keys.push(key);
        }
    }
    if new_keys.is_empty() {
        return Ok(HashSet::new());
    }
    let first = tx.take_ids("record", new_keys.len() as u64)?;
    let rows: Vec<(i64, &str)> = (first..).zip(new_keys).collect();
    let source = session.source;
    tx.insert_many("record", &["id", "source_id", "key"], &rows, |(id, key), row| {
        row.extend([(*id).into(), source.into(), (*key).into()]);
    })?;
    for (id, key) in &rows {
        let state = RecordState { id: *id, described_at: i64::MIN, ..RecordState::default() };
        session.records.insert(Box::from(*key), state);
    }
    Ok(rows.into_iter().map(|(id, _)| id).collect())
}

enum Said {
    Nothing,
    Changed,
}

/// Adds what a row says of its record to what stands, unless something newer stands already.
///
/// A row that only describes always counts as news; a fact's attributes count if the fact is later than the
/// description that stands, so that reading a file twice changes nothing.
#[allow(clippy::too_many_arguments)]
fn describe(
    tx: &mut Connection,
    session: &mut ImportSession,
    pending: &mut Pending,
    record: i64,
    key: &str,
    attributes: Attributes,
    at: i64,
    describes_only: bool,
    take: &mut impl FnMut() -> i64,
) -> Result<Said> {
    if attributes.is_empty() {
        return Ok(Said::Nothing);
    }
    let state = *session.records.get(key).expect("the caller found this record by its key");
    if !describes_only && state.described_by.is_some() && at <= state.described_at {
        return Ok(Said::Nothing);
    }
    let told = serde_json::to_string(&attributes).expect("attributes always serialise");
    if state.described_by.is_some() && xxh3_64(told.as_bytes()) == state.description_hash {
        return Ok(Said::Nothing);
    }
    let standing = match pending.described.get(&record) {
        Some(description) => Some(description.text.clone()),
        None if state.described_by.is_some() => tx
            .first(sql!("ledger/description_of_record"), binds![record], |row| row.string_or_null(0))?
            .flatten(),
        None => None,
    };
    let mut merged: Attributes = match &standing {
        Some(text) => serde_json::from_str(text).map_err(|e| Error::Sql(e.into()))?,
        None => Attributes::new(),
    };
    merged.extend(attributes);
    let text = serde_json::to_string(&merged).expect("attributes always serialise");
    if standing.as_deref() == Some(text.as_str()) {
        return Ok(Said::Nothing);
    }
    let hash = xxh3_64(text.as_bytes());
    let fact = take();
    let at = at.max(state.described_at);
    pending.facts.push(FactRow {
        id: fact,
        record,
        kind: FactKind::Description,
        happened_at: at,
        fingerprint: hash as i64,
        columns: Columns { detail: Some(told), ..Columns::default() },
        reference: None,
        names_nobody: false,
    });
    pending.described.insert(record, Description { fact, at, text });
    let state = session.records.get_mut(key).expect("the caller found this record by its key");
    state.described_by = Some(fact);
    state.described_at = at;
    state.description_hash = hash;
    Ok(Said::Changed)
}

/// Facts without a reference: new unless a standing fact has the same content.
fn take_by_content(
    tx: &mut Connection,
    session: &mut ImportSession,
    fresh: &HashSet<i64>,
    mut rows: Vec<FactRow>,
    pending: &mut Pending,
    counts: &mut Counts,
    take: &mut impl FnMut() -> i64,
) -> Result<()> {
    rows.sort_by_key(|row| (row.record, row.happened_at, row.fingerprint));
    let same = |a: &FactRow, b: &FactRow| {
        (a.record, a.happened_at, a.fingerprint) == (b.record, b.happened_at, b.fingerprint)
    };
    let before = rows.len();
    rows.dedup_by(|b, a| same(a, b));
    counts.duplicate += (before - rows.len()) as u64;
    let latest = latest_before(tx, session, &rows)?;
    let twins = standing_twins(tx, &rows, |row| row.happened_at <= latest && !fresh.contains(&row.record))?;
    for (mut row, twin) in rows.into_iter().zip(twins) {
        match twin {
            Some(by) if by == session.import => counts.duplicate += 1,
            Some(_) => counts.unchanged += 1,
            None => {
                row.id = take();
                counts.created += 1;
                counts.keep(&row);
                pending.facts.push(row);
            }
        }
    }
    Ok(())
}

/// Rows of a batch from which on it pays to ask how far the ledger reaches.
const LARGE_BATCH: usize = 2_000;

/// The moment up to which a row may have a twin: a log in order of time brings hardly any such rows.
///
/// The question passes over the descriptions that are later than every other fact, so it is asked once a session.
fn latest_before(tx: &mut Connection, session: &mut ImportSession, rows: &[FactRow]) -> Result<i64> {
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
fn standing_twins(
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

/// Facts with a reference: new, the same, or replacing the one that stands.
fn take_by_reference(
    tx: &mut Connection,
    session: &ImportSession,
    rows: Vec<FactRow>,
    pending: &mut Pending,
    counts: &mut Counts,
    take: &mut impl FnMut() -> i64,
) -> Result<()> {
    let mut standing = standing_references(tx, session.source, &rows)?;
    for mut row in rows {
        let reference = row.reference.clone().expect("the caller sorted rows by their reference");
        let key = (row.kind, reference);
        match standing.get(&key) {
            Some((_, content, by)) if *content == row.fingerprint => {
                if *by == session.import {
                    counts.duplicate += 1
                } else {
                    counts.unchanged += 1
                }
                continue;
            }
            Some((fact, ..)) => {
                pending.withdrawn.push(*fact);
                counts.updated += 1;
            }
            None => counts.created += 1,
        }
        row.id = take();
        counts.keep(&row);
        pending.references.insert((row.kind as i64, key.1.clone()), row.id);
        standing.insert(key, (row.id, row.fingerprint, session.import));
        pending.facts.push(row);
    }
    Ok(())
}

type ByReference = HashMap<(FactKind, String), (i64, i64, i64)>;

fn standing_references(tx: &mut Connection, source: SourceId, rows: &[FactRow]) -> Result<ByReference> {
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
fn put_references(
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

/// Appends retractions for these facts.
fn withdraw(tx: &mut Connection, facts: &[i64], import: ImportId, reason: &str, now: Moment) -> Result<()> {
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

fn write_descriptions(tx: &mut Connection, described: &HashMap<i64, Description>) -> Result<()> {
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

/// What stands of these records after facts were withdrawn or put back.
fn describe_again(tx: &mut Connection, records: &BTreeSet<i64>) -> Result<()> {
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let mut merged = Attributes::new();
        let mut last = None;
        tx.each(sql!("ledger/descriptions_of_record"), binds![*record], |row| {
            last = Some((row.int(0)?, row.int(1)?));
            merged.extend(crate::identity::attributes(row.text(2)?)?);
            Ok(())
        })?;
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

/// PostgreSQL keeps no NUL in texts; the replacement character stands for it on both databases.
fn without_nul(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_string() }
}

fn fact_row(session: &mut ImportSession, record: i64, fact: Fact) -> FactRow {
    let kind = fact.body.kind();
    let columns = columns(fact.body);
    let reference = fact.reference.as_deref().map(without_nul);
    let mut content = fingerprint(kind, &columns, reference.as_deref(), record, fact.happened_at);
    if session.keep_repeats && reference.is_none() {
        let seen = session.repeats.entry(content).or_insert(0);
        *seen += 1;
        if *seen > 1 {
            content = content.rotate_left(17) ^ u64::from(*seen);
        }
    }
    FactRow {
        id: 0,
        record,
        kind,
        happened_at: fact.happened_at.0,
        fingerprint: content as i64,
        columns,
        reference,
        names_nobody: false,
    }
}

/// A number for the content of a fact: equal content, equal number, on every machine.
fn fingerprint(kind: FactKind, columns: &Columns, reference: Option<&str>, record: i64, at: Moment) -> u64 {
    let mut hasher = Xxh3::new();
    let mut number = |n: Option<i64>| {
        hasher.update(&[u8::from(n.is_some())]);
        hasher.update(&n.unwrap_or(0).to_le_bytes());
    };
    number(Some(kind as i64));
    number(Some(record));
    number(Some(at.0));
    number(columns.amount);
    number(columns.margin);
    number(columns.quantity);
    number(Some(i64::from(columns.is_return)));
    for text in [
        columns.currency.as_deref(),
        reference,
        columns.document.as_deref(),
        columns.item.as_deref(),
        columns.detail.as_deref(),
    ] {
        hasher.update(&(text.map_or(u64::MAX, |text| text.len() as u64)).to_le_bytes());
        hasher.update(text.unwrap_or_default().as_bytes());
    }
    hasher.digest()
}

fn columns(body: FactBody) -> Columns {
    let clean = |text: Option<String>| text.filter(|t| !t.is_empty()).map(|t| without_nul(&t));
    let mut detail = Detail::default();
    let mut columns = Columns::default();
    match body {
        FactBody::Sale(sale) => {
            columns.amount = Some(sale.amount.minor);
            columns.margin = sale.margin.map(|margin| margin.minor);
            columns.currency = Some(sale.amount.currency.code().to_string());
            columns.quantity = sale.quantity.map(|quantity| quantity.0);
            columns.is_return = sale.is_return;
            columns.document = clean(sale.order);
            columns.item = clean(sale.product);
            detail.description = clean(sale.description);
            detail.discount = sale.discount.map(|discount| discount.minor);
        }
        FactBody::Payment(payment) => {
            columns.amount = Some(payment.amount.minor);
            columns.currency = Some(payment.amount.currency.code().to_string());
            columns.document = clean(payment.invoice);
            detail.due = payment.due.map(|day| day.0);
            detail.paid = payment.paid.map(|day| day.0);
        }
        FactBody::Interaction(interaction) => {
            detail.channel = Some(without_nul(&interaction.channel));
            detail.direction = interaction.direction;
            detail.minutes = interaction.minutes.map(|minutes| minutes.0);
            detail.who = clean(interaction.who);
            detail.subject = clean(interaction.subject);
        }
        FactBody::Request(request) => {
            detail.subject = clean(request.subject);
            detail.channel = clean(request.channel);
            detail.opened = Some(request.opened.0);
            detail.closed = request.closed.map(|moment| moment.0);
            // An open request is found by its empty `item`: pages count them without reading details.
            columns.item = request.closed.map(|_| "closed".to_string());
        }
        FactBody::Review(review) => {
            columns.item = clean(review.product);
            detail.rating = review.rating.map(|rating| rating.0);
            detail.text = clean(review.text);
        }
        FactBody::Referral(referral) => columns.item = Some(without_nul(&referral.referred)),
        FactBody::Cost(cost) => {
            columns.amount = Some(cost.amount.minor);
            columns.currency = Some(cost.amount.currency.code().to_string());
            columns.item = Some(without_nul(&cost.activity));
        }
    }
    let text = serde_json::to_string(&detail).expect("details always serialise");
    columns.detail = (text != "{}").then_some(text);
    columns
}
