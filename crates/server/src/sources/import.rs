//! Carrying out an import: rows are read and understood on one thread and appended on another, batch by batch,
//! each batch with its checkpoint.

use super::rejections;
use crate::http::wire::Said;
use crate::jobs::Progress;
use crate::jobs::work::JobError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sources::{Mapping, Row};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use store::{Counts, Entry, ImportId, NewImport, RejectedRow, Store};
use utoipa::ToSchema;

/// What an import job has to know; kept as JSON with the job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportParameters {
    /// Where the file is on this machine.
    pub file: PathBuf,
    /// What its owner calls it.
    pub file_name: String,
    /// Which source it comes from.
    pub source: String,
    /// The mapping as TOML.
    pub mapping: String,
    /// Count only, keep nothing.
    pub dry_run: bool,
    /// Link and value the base afterwards.
    pub follow_up: bool,
}

/// What a running import remembers for its resumption, and what it gives in the end.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ImportResult {
    /// The import's number; none for a rehearsal.
    pub import: Option<ImportId>,
    /// Rows read: created, updated, unchanged, duplicate and invalid together.
    pub read: u64,
    /// How they were taken.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why rows were rejected, most frequent first.
    pub rejections: Vec<RejectionCount>,
}

/// One cause of rejection.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = RejectionCause)]
pub struct RejectionCount {
    /// A stable word for the cause.
    pub code: String,
    /// Rows rejected for it.
    pub count: u64,
    /// One of them: where, what, and what to do.
    pub example: String,
    /// Its row.
    #[serde(default)]
    pub row: Option<u64>,
    /// Its column.
    #[serde(default)]
    pub column: Option<String>,
    /// What is wrong there, to be worded in the reader's language.
    #[serde(default)]
    pub said: Option<Said>,
}

/// Rows a batch: one transaction, one checkpoint.
const BATCH: usize = 10_000;
/// Batches read ahead.
const AHEAD: usize = 2;

/// Imports a file, or goes on with `resumed`; `remember` keeps the import's number as soon as there is one.
pub fn run(
    store: &Store,
    parameters: &ImportParameters,
    resumed: Option<ImportId>,
    progress: &Progress,
    remember: &dyn Fn(&ImportResult) -> store::Result<()>,
) -> Result<ImportResult, JobError> {
    let mapping = Mapping::from_toml(&parameters.mapping).map_err(sources::SourceError::from)?;
    let reader = sources::open(Box::new(open(&parameters.file)?), &mapping)?;
    let new = NewImport {
        source: parameters.source.clone(),
        file_name: parameters.file_name.clone(),
        file_hash: file_hash(&parameters.file)?,
        kind: mapping.kind.name().to_string(),
        mapping: parameters.mapping.clone(),
        header: reader.header().to_vec(),
        keep_repeats: mapping.rules.keep_repeats,
        learned_at: crate::now(),
    };
    match (parameters.dry_run, resumed) {
        (true, _) => rehearse(store, &new, reader, progress),
        (false, resumed) => append(store, &new, resumed, reader, progress, remember),
    }
}

fn append(
    store: &Store,
    new: &NewImport,
    resumed: Option<ImportId>,
    mut reader: sources::Reader,
    progress: &Progress,
    remember: &dyn Fn(&ImportResult) -> store::Result<()>,
) -> Result<ImportResult, JobError> {
    let mut session = match resumed {
        Some(import) => {
            if store.import(import)?.is_some_and(|begun| begun.file_hash != new.file_hash) {
                return Err(JobError::OtherFile { file: new.file_name.clone(), import });
            }
            store.resume_import(import, new.keep_repeats, new.learned_at)?
        }
        None => store.begin_import(new)?,
    };
    remember(&result(&session))?;
    reader.skip(session.rows_done)?;
    each_batch(reader, session.rows_done, progress, |entries, rejected| {
        Ok(store.append(&mut session, entries, &rejected)?)
    })?;
    store.finish_import(&session, crate::now())?;
    store.settle_currency()?;
    let rejections = store.rejection_summary(session.import)?;
    Ok(ImportResult {
        rejections: rejections.into_iter().map(RejectionCount::from).collect(),
        ..result(&session)
    })
}

fn result(session: &store::ImportSession) -> ImportResult {
    ImportResult {
        import: Some(session.import),
        read: session.counts.read(),
        counts: session.counts,
        rejections: Vec::new(),
    }
}

/// Counts what an import would do; nothing of it is kept.
fn rehearse(
    store: &Store,
    new: &NewImport,
    reader: sources::Reader,
    progress: &Progress,
) -> Result<ImportResult, JobError> {
    let mut causes: BTreeMap<String, RejectionCount> = BTreeMap::new();
    // The store speaks its own errors; what went wrong on our side of the call is carried past it.
    let mut ours = None;
    let counts = store.rehearse_import(new, |append| {
        let fed = each_batch(reader, 0, progress, |entries, rejected| {
            for row in &rejected {
                count(&mut causes, row);
            }
            append(entries, &rejected)?;
            Ok(())
        });
        fed.map_err(|error| match error {
            JobError::Store(error) => error,
            other => {
                ours = Some(other);
                store::Error::Refused("the rehearsal was given up".to_string())
            }
        })
    });
    if let Some(error) = ours {
        return Err(error);
    }
    let counts = counts?;
    let mut rejections: Vec<_> = causes.into_values().collect();
    rejections.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    Ok(ImportResult { import: None, read: counts.read(), counts, rejections })
}

fn count(causes: &mut BTreeMap<String, RejectionCount>, row: &RejectedRow) {
    let first = || RejectionCount::of(&row.code, 0, row.row, (&row.cause, &row.remedy), row.said.as_deref());
    causes.entry(row.code.clone()).or_insert_with(first).count += 1;
}

/// Reads ahead on a thread of its own, and gives `take` one batch after the other.
fn each_batch(
    mut reader: sources::Reader,
    rows_before: u64,
    progress: &Progress,
    mut take: impl FnMut(Vec<Entry>, Vec<RejectedRow>) -> Result<(), JobError>,
) -> Result<(), JobError> {
    let total_rows = reader.total_rows();
    let total_bytes = reader.total_bytes();
    progress.expect(total_rows, "rows");
    std::thread::scope(|scope| {
        let (batches, taken) = sync_channel(AHEAD);
        scope.spawn(move || {
            loop {
                let batch = reader.next_batch(BATCH);
                let is_last = !matches!(batch, Ok(Some(_)));
                // A closed channel means that the taker gave up: nothing to tell anybody.
                if batches.send((batch, reader.bytes_read())).is_err() || is_last {
                    return;
                }
            }
        });
        let mut rows = rows_before;
        for (batch, bytes) in taken {
            let Some(batch) = batch? else { break };
            rows += batch.len() as u64;
            let (entries, rejected) = split(batch);
            take(entries, rejected)?;
            if total_rows.is_none() {
                let estimate = total_bytes
                    .filter(|_| bytes > 0)
                    .map(|total| rows as f64 * (total as f64 / bytes as f64));
                progress.expect(estimate.map(|total| (total.ceil() as u64).max(rows)), "rows");
            }
            progress.reach(rows)?;
        }
        progress.expect(Some(rows), "rows");
        Ok(())
    })
}

fn split(batch: Vec<Row>) -> (Vec<Entry>, Vec<RejectedRow>) {
    let mut entries = Vec::with_capacity(batch.len());
    let mut rejected = Vec::new();
    for row in batch {
        match row {
            Row::Entry(entry) => entries.push(Entry {
                row: entry.row,
                customer: entry.customer,
                attributes: entry.attributes,
                fact: entry.fact,
            }),
            Row::Rejected(rejection) => rejected.push(rejected_row(rejection)),
        }
    }
    (entries, rejected)
}

fn rejected_row(rejection: sources::Rejection) -> RejectedRow {
    RejectedRow {
        row: rejection.row,
        said: rejections::to_keep(&rejection),
        column: rejection.column,
        code: rejection.code.name().to_string(),
        cause: rejection.cause,
        remedy: rejection.remedy,
        cells: rejection.cells,
    }
}

impl RejectionCount {
    fn of(
        code: &str,
        count: u64,
        row: u64,
        (cause, remedy): (&str, &str),
        said: Option<&str>,
    ) -> RejectionCount {
        let first = rejections::kept(said).into_iter().next();
        let (column, said) = first.map(|told| (told.column, told.said)).unzip();
        let column = column.flatten();
        RejectionCount {
            code: code.to_string(),
            count,
            example: sources::reason_as_told(row, column.as_deref(), cause, remedy),
            row: Some(row),
            column,
            said: said.map(Said::from),
        }
    }
}

impl From<store::RejectionSummary> for RejectionCount {
    fn from(of: store::RejectionSummary) -> RejectionCount {
        RejectionCount::of(&of.code, of.count, of.first_row, (&of.cause, &of.remedy), of.said.as_deref())
    }
}

/// Opens a file that has to be imported; the error names it.
pub fn open(file: &Path) -> Result<File, JobError> {
    let failed = |source| JobError::File { file: file.display().to_string(), source };
    // Opening a folder succeeds, and every read of it fails.
    if file.is_dir() {
        return Err(failed(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    File::open(file).map_err(failed)
}

/// The SHA-256 of a file's bytes: a resumed import goes on with the very file it began with.
pub fn file_hash(file: &Path) -> Result<String, JobError> {
    let mut input = open(file)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        let read = input
            .read(&mut buffer)
            .map_err(|source| JobError::File { file: file.display().to_string(), source })?;
        if read == 0 {
            return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        digest.update(&buffer[..read]);
    }
}
