//! Backups: one file that either database writes and either takes back.
//!
//! A gzip stream of lines: a head, then each table as `table NAME columns…`, its rows in COPY's text format and
//! `\.`, and at the end a hash of everything before. Sessions and one-time tokens are left out.

use crate::connection::{Bind, Connection, binds, private_file, write_copy_line};
use crate::error::{Error, Result};
use crate::migrations::SCHEMA_VERSION;
use crate::pool::{Location, Store};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use xxhash_rust::xxh3::Xxh3;

/// Tables in a backup, with their columns and which of those are text, real or bytes; everything else is a number. What a
/// valuation keeps of months gone by is among them: it is what was known then, which no valuation computes again.
const TABLES: &[(&str, &str)] = &[
    ("setting", "name:t value:t"),
    ("id_block", "name:t next"),
    ("source", "id name:t created_at"),
    (
        "import",
        "id source_id file_name:t file_hash:t kind:t mapping:t started_at finished_at undone_at first_fact last_fact \
         header:t rows_done created updated unchanged duplicate invalid without_customer returns",
    ),
    ("rejection", "import_id row_number column_name:t code:t cause:t remedy:t cells:t said:t"),
    ("record", "id source_id key:t customer_id described_by described_at description:t"),
    (
        "fact",
        "id record_id kind happened_at learned_at import_id fingerprint amount margin currency:t quantity is_return \
         reference:t document:t item:t detail:t",
    ),
    ("fact_reference", "source_id kind reference:t fact_id"),
    ("retraction", "id fact_id withdraws import_id reason:t learned_at"),
    ("retracted", "fact_id"),
    ("link", "id record_id customer_id rule:t evidence:t learned_at"),
    (
        "customer",
        "id kind records created_at transactions first_purchase last_purchase past_revenue past_margin returns \
         interactions last_interaction open_requests level p_alive:r expected_transactions:r \
         expected_transactions_lo80:r expected_transactions_hi80:r expected_transactions_lo95:r \
         expected_transactions_hi95:r expected_spend expected_spend_lo80 expected_spend_hi80 expected_spend_lo95 \
         expected_spend_hi95 expected_margin contribution cost invested equity investment_level \
         delta class expected_cost expected_contribution",
    ),
    (
        "customer_text",
        "id name:t email:t phone:t city:t postcode:t country:t owner:t sources:t name_key:t email_key:t phone_key:t \
         city_key:t postcode_key:t country_key:t owner_key:t",
    ),
    ("valuation", "id valued_at until_day horizon_days currency:t model:t summary:t"),
    (
        "model_version",
        "id fitted_at until_day horizon:t currency:t newest_fact model:t models:t comparison:t adopted_at \
         dismissed_at decided_by",
    ),
    ("catalogue_version", "id made_at made_by origin:t note:t content:t"),
    ("account_month", "month until_day closed_at content:t"),
    ("account_block", "block data:b"),
    ("account_restatement", "id month restated_at reason:t earlier:t later:t"),
    ("month_end", "day measure:t data:b"),
    (
        "equity_month",
        "day opened_on is_closed published_at models discount_rate:r sales newest_link opening closing \
         expected_closing base_closing surprises_squared:t expected_margin realised_margin customers_opening \
         customers_closing customers_acquired",
    ),
    ("equity_line", "day line:t amount customers data:b"),
    (
        "equity_turn",
        "day part:t key:t acquired acquired_value returned returned_value lost lost_value risk_heads:r risk_heads_variance:r \
         risk_heads_lost:r risk_value:r \
         risk_value_variance:r risk_value_lost:r",
    ),
    ("equity_note", "name:t content:t"),
    ("level_rules", "id decided_at decided_by rules:t"),
    ("coherence", "part:t data:t"),
    (
        "incoherence",
        "place customer_id reason:t value_level investment_level value investment coherent_investment",
    ),
    (
        "worklist_decision",
        "id customer_id decision:t note:t reason:t value_level investment_level gap decided_at decided_by",
    ),
    ("staff", "id name:t email:t role:t owner_name:t password_hash:t created_at disabled_at"),
    ("saved_view", "id staff_id name:t shared is_default query:t created_at"),
    (
        "job",
        "id kind:t title:t parameters:t state:t done total unit:t created_by created_at started_at finished_at \
         cancel_requested result:t error:t",
    ),
];

/// What a backup holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupSummary {
    /// Rows by table.
    pub tables: Vec<(String, u64)>,
}

impl BackupSummary {
    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }
}

const HEAD: &str = "clientela backup 1";

impl Store {
    /// Writes a backup of one moment while others read and write; the file appears when it is whole.
    pub fn backup(&self, file: &Path, mut progress: impl FnMut(u64) -> Result<()>) -> Result<BackupSummary> {
        let unfinished = file.with_extension("unfinished");
        let written = self.read(|connection| {
            connection.snapshot(|connection| write_backup(connection, &unfinished, &mut progress))
        });
        match written {
            Ok(summary) => {
                std::fs::rename(&unfinished, file)?;
                Ok(summary)
            }
            Err(error) => {
                // The cause is worth telling, a file left over is not.
                let _ = std::fs::remove_file(&unfinished);
                Err(error)
            }
        }
    }
}

/// Puts a backup into an empty place: a new SQLite file, or a PostgreSQL base without tables.
///
/// Nothing is kept unless all of it is good: the file is read through before anything is written.
pub fn restore(
    file: &Path,
    location: &Location,
    mut progress: impl FnMut(u64) -> Result<()>,
) -> Result<BackupSummary> {
    check(file)?;
    if let Location::File(target) = location
        && target.exists()
    {
        return Err(Error::Refused(format!(
            "{} holds a base already: restore into another folder with --data",
            target.display()
        )));
    }
    let store = Store::open(location)?;
    let restored = store.with_writer(|connection| {
        connection.transaction(|tx| {
            let customers = tx.first("select count(*) from fact", binds![], |row| row.int(0))?;
            let staff = tx.first("select count(*) from staff", binds![], |row| row.int(0))?;
            if customers != Some(0) || staff != Some(0) {
                return Err(Error::Refused(
                    "the database holds a base already: restore into an empty one".to_string(),
                ));
            }
            read_backup(tx, file, &mut progress)
        })
    });
    let restored = restored.and_then(|summary| store.pack_facts(|_, _| Ok(())).map(|()| summary));
    if restored.is_err()
        && let Location::File(target) = location
    {
        drop(store);
        for end in ["", "-wal", "-shm"] {
            let mut name = target.as_os_str().to_os_string();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
    }
    restored
}

fn columns(spec: &str) -> Vec<(&str, char)> {
    spec.split_whitespace()
        .map(|column| match column.split_once(':') {
            Some((name, kind)) => (name, kind.chars().next().unwrap_or('i')),
            None => (column, 'i'),
        })
        .collect()
}

fn write_backup(
    connection: &mut Connection,
    file: &Path,
    progress: &mut impl FnMut(u64) -> Result<()>,
) -> Result<BackupSummary> {
    let tables: Vec<(&str, Vec<&str>)> = TABLES
        .iter()
        .map(|(table, spec)| (*table, columns(spec).into_iter().map(|(name, _)| name).collect()))
        .collect();
    write_tables(connection, SCHEMA_VERSION, &tables, file, progress)
}

/// Writes a backup of a PostgreSQL base of an older schema: of our tables and columns, those that it has.
pub(crate) fn write_as_found(connection: &mut Connection, schema: i64, file: &Path) -> Result<()> {
    let there = "select table_name::text, column_name::text from information_schema.columns where table_schema = current_schema()";
    let there: HashSet<(String, String)> =
        connection.rows(there, binds![], |row| Ok((row.string(0)?, row.string(1)?)))?.into_iter().collect();
    let has = |table: &str, column: &str| there.contains(&(table.to_string(), column.to_string()));
    let mut tables = Vec::new();
    for (table, spec) in TABLES {
        let found: Vec<&str> =
            columns(spec).into_iter().map(|(name, _)| name).filter(|name| has(table, name)).collect();
        if !found.is_empty() {
            tables.push((*table, found));
        }
    }
    write_tables(connection, schema, &tables, file, &mut |_| Ok(())).map(|_| ())
}

fn write_tables(
    connection: &mut Connection,
    schema: i64,
    tables: &[(&str, Vec<&str>)],
    file: &Path,
    progress: &mut impl FnMut(u64) -> Result<()>,
) -> Result<BackupSummary> {
    let out = BufWriter::with_capacity(1 << 20, private_file(file)?);
    let mut out = Hashed { inner: GzEncoder::new(out, Compression::fast()), hash: Xxh3::new() };
    writeln!(out, "{HEAD} schema {schema}")?;
    let mut summary = BackupSummary::default();
    let mut done = 0;
    for (table, names) in tables {
        writeln!(out, "table {table} {}", names.join(" "))?;
        let mut rows = 0;
        connection.each(&format!("select {} from {table}", names.join(", ")), binds![], |row| {
            let values = (0..names.len()).map(|at| row.any(at)).collect::<Result<Vec<Bind<'_>>>>()?;
            write_copy_line(&mut out, &values)?;
            rows += 1;
            done += 1;
            if done % 100_000 == 0 { progress(done) } else { Ok(()) }
        })?;
        writeln!(out, "\\.")?;
        summary.tables.push(((*table).to_string(), rows));
    }
    let hash = out.hash.digest();
    writeln!(out.inner, "end {hash:016x}")?;
    let file = out.inner.finish()?.into_inner().map_err(|e| Error::Io(e.into_error()))?;
    file.sync_all()?;
    Ok(summary)
}

struct Hashed<W> {
    inner: W,
    hash: Xxh3,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn lines(file: &Path) -> Result<BufReader<GzDecoder<File>>> {
    let opened =
        File::open(file).map_err(|e| Error::Backup(format!("{} cannot be opened ({e})", file.display())))?;
    Ok(BufReader::with_capacity(1 << 20, GzDecoder::new(opened)))
}

/// A line of a backup is one row; a row larger than this is no row of ours. A month end of ten million customers takes a fifth.
const LONGEST_LINE: u64 = 512 << 20;

fn next_line(input: &mut impl BufRead, line: &mut String) -> Result<bool> {
    line.clear();
    let read = input
        .by_ref()
        .take(LONGEST_LINE)
        .read_line(line)
        .map_err(|e| Error::Backup(format!("it is cut short or damaged ({e})")))?;
    if read > 0 && !line.ends_with('\n') {
        return Err(Error::Backup("it is cut short or damaged".to_string()));
    }
    Ok(read > 0)
}

/// Reads a backup to its end and compares its hash.
fn check(file: &Path) -> Result<()> {
    let mut input = lines(file)?;
    let mut hash = Xxh3::new();
    let mut line = String::new();
    next_line(&mut input, &mut line)?;
    let schema = line
        .trim_end()
        .strip_prefix(HEAD)
        .and_then(|rest| rest.strip_prefix(" schema "))
        .and_then(|n| n.parse::<i64>().ok())
        .ok_or_else(|| Error::Backup("it is no backup of Clientela".to_string()))?;
    if schema > SCHEMA_VERSION {
        return Err(Error::Newer { found: schema, known: SCHEMA_VERSION });
    }
    hash.update(line.as_bytes());
    while next_line(&mut input, &mut line)? {
        if let Some(told) = line.strip_prefix("end ") {
            if u64::from_str_radix(told.trim_end(), 16) == Ok(hash.digest()) {
                return Ok(());
            }
            return Err(Error::Backup("it was changed since it was written".to_string()));
        }
        hash.update(line.as_bytes());
    }
    Err(Error::Backup("it is cut short".to_string()))
}

const ROWS_AT_ONCE: usize = 5_000;
/// Rows are put earlier where they take more than this.
const BYTES_AT_ONCE: usize = 16 << 20;

fn read_backup(
    tx: &mut Connection,
    file: &Path,
    progress: &mut impl FnMut(u64) -> Result<()>,
) -> Result<BackupSummary> {
    let mut input = lines(file)?;
    let mut line = String::new();
    next_line(&mut input, &mut line)?;
    let mut summary = BackupSummary::default();
    let mut done = 0;
    while next_line(&mut input, &mut line)? && !line.starts_with("end ") {
        let mut words = line.split_whitespace();
        let (_, name) = (words.next(), words.next().unwrap_or_default());
        let (table, spec) = TABLES
            .iter()
            .find(|(table, _)| *table == name)
            .ok_or_else(|| Error::Backup(format!("it has an unknown table {name:?}")))?;
        // A backup of an older schema lacks columns that came later; they stay empty.
        let ours = columns(spec);
        let known = words
            .map(|word| ours.iter().find(|(name, _)| *name == word).copied())
            .collect::<Option<Vec<(&str, char)>>>()
            .filter(|known| !known.is_empty())
            .ok_or_else(|| Error::Backup(format!("the columns of its table {table} are not ours")))?;
        tx.batch(&format!("delete from {table}"))?;
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let places: Vec<String> = (1..=known.len()).map(|n| format!("${n}")).collect();
        let insert = format!("insert into {table} ({}) values ({})", names.join(", "), places.join(", "));
        let mut rows = 0;
        let mut batch = String::new();
        loop {
            if !next_line(&mut input, &mut line)? {
                return Err(Error::Backup("it is cut short".to_string()));
            }
            let ends = line == "\\.\n";
            if !ends {
                rows += 1;
                batch.push_str(&line);
            }
            if ends || rows % ROWS_AT_ONCE as u64 == 0 || batch.len() >= BYTES_AT_ONCE {
                put_rows(tx, table, &names, &insert, &known, &batch)?;
                done += batch.lines().count() as u64;
                batch.clear();
                progress(done)?;
            }
            if ends {
                break;
            }
        }
        summary.tables.push(((*table).to_string(), rows));
    }
    // Jobs that ran when the backup was made run nowhere now.
    tx.execute(crate::connection::sql!("jobs/interrupt"), binds![0])?;
    Ok(summary)
}

/// PostgreSQL takes the lines as they are; SQLite gets each row bound.
fn put_rows(
    tx: &mut Connection,
    table: &str,
    names: &[&str],
    insert: &str,
    known: &[(&str, char)],
    lines: &str,
) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    if let Some(client) = tx.as_postgres() {
        let mut sink = client.copy_in(&format!("copy {table} ({}) from stdin", names.join(", ")))?;
        sink.write_all(lines.as_bytes())?;
        sink.finish()?;
        return Ok(());
    }
    // Bytes as COPY writes them, read before they are bound.
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for line in lines.lines() {
        let damaged = || Error::Backup(format!("a row of its table {table} is damaged"));
        bytes.clear();
        for (cell, (_, kind)) in line.split('\t').zip(known) {
            if *kind == 'b' && cell != "\\N" {
                bytes.push(unhexed(cell).ok_or_else(damaged)?);
            }
        }
        let mut blobs = bytes.iter();
        let mut values = Vec::with_capacity(known.len());
        for (cell, (_, kind)) in line.split('\t').zip(known) {
            values.push(match (cell, kind) {
                ("\\N", _) => Bind::Null,
                (text, 't') => Bind::from(unescaped(text)),
                (_, 'b') => Bind::Bytes(blobs.next().ok_or_else(damaged)?),
                (number, 'r') => Bind::Real(number.parse().map_err(|_| damaged())?),
                (number, _) => Bind::Int(number.parse().map_err(|_| damaged())?),
            });
        }
        if values.len() != known.len() {
            return Err(damaged());
        }
        tx.execute(insert, &values)?;
    }
    Ok(())
}

/// The bytes of `\\x0aff`.
fn unhexed(cell: &str) -> Option<Vec<u8>> {
    let digit = |sign: u8| char::from(sign).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = cell.strip_prefix("\\\\x")?.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

fn unescaped(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut signs = cell.chars();
    while let Some(sign) = signs.next() {
        match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some('r')) => text.push('\r'),
            ('\\', Some(other)) => text.push(other),
            (sign, _) => text.push(sign),
        }
    }
    text
}
