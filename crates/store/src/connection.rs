//! One connection to either database, speaking one SQL text.
//!
//! Statements are written with `$1`, `bigint` and `double precision`; for SQLite they are turned into `?1`,
//! `integer` and `real`. Nothing outside this file knows which database it talks to, but for the two bulk
//! paths (`insert_many`, `update_many`), where PostgreSQL takes COPY.

use crate::error::{Error, Result};
use ledger::{Currency, Day, Money};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// A value bound to a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bind<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

impl From<i64> for Bind<'_> {
    fn from(value: i64) -> Self {
        Bind::Int(value)
    }
}
impl From<f64> for Bind<'_> {
    fn from(value: f64) -> Self {
        Bind::Real(value)
    }
}
impl<'a> From<&'a str> for Bind<'a> {
    fn from(value: &'a str) -> Self {
        Bind::Text(Cow::Borrowed(value))
    }
}
impl From<String> for Bind<'_> {
    fn from(value: String) -> Self {
        Bind::Text(Cow::Owned(value))
    }
}
impl<'a> From<&'a String> for Bind<'a> {
    fn from(value: &'a String) -> Self {
        Bind::Text(Cow::Borrowed(value))
    }
}
impl<'a, T: Into<Bind<'a>>> From<Option<T>> for Bind<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Bind::Null, Into::into)
    }
}

/// The values of a statement, in order: `binds![id, name, None::<i64>]`.
macro_rules! binds {
    ($($value:expr),* $(,)?) => { &[$($crate::connection::Bind::from($value)),*] };
}
pub(crate) use binds;

impl rusqlite::ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Bind::Null => ToSqlOutput::Owned(Value::Null),
            Bind::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Bind::Real(value) => ToSqlOutput::Owned(Value::Real(*value)),
            Bind::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Bind::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

impl ToSql for Bind<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Bind::Null => Ok(IsNull::Yes),
            Bind::Int(value) if *ty == Type::FLOAT8 => (*value as f64).to_sql(ty, out),
            Bind::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Bind::Int(value) => value.to_sql(ty, out),
            Bind::Real(value) if *ty == Type::FLOAT8 => value.to_sql(ty, out),
            Bind::Text(text) if matches!(*ty, Type::TEXT | Type::VARCHAR) => text.as_ref().to_sql(ty, out),
            Bind::Bytes(bytes) if *ty == Type::BYTEA => bytes.to_sql(ty, out),
            Bind::Real(_) | Bind::Text(_) | Bind::Bytes(_) => {
                Err(format!("a value does not fit the type {ty}").into())
            }
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT4 | Type::INT8 | Type::FLOAT8 | Type::TEXT | Type::VARCHAR | Type::BYTEA)
    }

    to_sql_checked!();
}

/// One row of an answer; columns are counted from 0.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        Ok(match self {
            Row::Sqlite(row) => row.get(column)?,
            // Literals are 32 bits wide there.
            Row::Postgres(row) if *row.columns()[column].type_() == Type::INT4 => {
                i64::from(row.try_get::<_, i32>(column)?)
            }
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(crate) fn int_or_null(&self, column: usize) -> Result<Option<i64>> {
        Ok(match self {
            Row::Sqlite(row) => row.get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    /// An amount in minor units of a currency.
    pub(crate) fn money_or_null(&self, column: usize, currency: Currency) -> Result<Option<Money>> {
        Ok(self.int_or_null(column)?.map(|minor| Money::new(minor, currency)))
    }

    /// A day counted since 1970-01-01.
    pub(crate) fn day_or_null(&self, column: usize) -> Result<Option<Day>> {
        Ok(self.int_or_null(column)?.map(|days| Day(i32::try_from(days).unwrap_or(i32::MAX))))
    }

    pub(crate) fn real_or_null(&self, column: usize) -> Result<Option<f64>> {
        Ok(match self {
            Row::Sqlite(row) => row.get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(crate) fn text(&self, column: usize) -> Result<&str> {
        self.text_or_null(column)?.ok_or_else(|| Error::Sql(format!("column {column} is null").into()))
    }

    pub(crate) fn string(&self, column: usize) -> Result<String> {
        self.text(column).map(str::to_string)
    }

    pub(crate) fn text_or_null(&self, column: usize) -> Result<Option<&str>> {
        match self {
            Row::Sqlite(row) => match row.get_ref(column)? {
                rusqlite::types::ValueRef::Null => Ok(None),
                value => value.as_str().map(Some).map_err(|e| Error::Sql(e.into())),
            },
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(crate) fn string_or_null(&self, column: usize) -> Result<Option<String>> {
        Ok(self.text_or_null(column)?.map(str::to_string))
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8]> {
        match self {
            Row::Sqlite(row) => row.get_ref(column)?.as_blob().map_err(|e| Error::Sql(e.into())),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    pub(crate) fn bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>> {
        match self {
            Row::Sqlite(row) => row.get_ref(column)?.as_blob_or_null().map_err(|e| Error::Sql(e.into())),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Any value, for backups.
    pub(crate) fn any(&self, column: usize) -> Result<Bind<'_>> {
        match self {
            Row::Sqlite(row) => Ok(match row.get_ref(column)? {
                rusqlite::types::ValueRef::Null => Bind::Null,
                rusqlite::types::ValueRef::Integer(value) => Bind::Int(value),
                rusqlite::types::ValueRef::Real(value) => Bind::Real(value),
                rusqlite::types::ValueRef::Blob(bytes) => Bind::Bytes(bytes),
                other => Bind::from(other.as_str().map_err(|e| Error::Sql(e.into()))?),
            }),
            Row::Postgres(row) => Ok(match *row.columns()[column].type_() {
                Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
                Type::FLOAT8 => row.try_get::<_, Option<f64>>(column)?.into(),
                Type::BYTEA => row.try_get::<_, Option<&[u8]>>(column)?.map_or(Bind::Null, Bind::Bytes),
                _ => row.try_get::<_, Option<&str>>(column)?.into(),
            }),
        }
    }
}

/// A connection to one of the two databases.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PostgresConnection>),
}

pub(crate) struct PostgresConnection {
    client: postgres::Client,
    prepared: HashMap<String, postgres::Statement>,
}

/// Prepared statements kept per connection; beyond this, text built from filters would pile up.
const PREPARED_KEPT: usize = 200;

/// `$1` → `?1`, the only difference in a statement's text.
fn sqlite_text(sql: &str) -> Cow<'_, str> {
    if sql.contains('$') { Cow::Owned(sql.replace('$', "?")) } else { Cow::Borrowed(sql) }
}

/// A migration for PostgreSQL: texts compare byte by byte, as in SQLite.
pub(crate) fn postgres_schema(sql: &str) -> String {
    sql.replace(" text", " text collate \"C\"")
}

/// A migration for SQLite: its names of the types, and strict tables.
pub(crate) fn sqlite_schema(sql: &str) -> String {
    sql.replace("bytea", "blob")
        .replace("bigint", "integer")
        .replace("double precision", "real")
        .replace("\n);", "\n) strict;")
}

impl Connection {
    pub(crate) fn sqlite(file: &Path, writes: bool) -> Result<Connection> {
        use rusqlite::OpenFlags;
        let flags = if writes {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        };
        if writes && !file.exists() {
            private_file(file)?;
        }
        let open = || -> rusqlite::Result<rusqlite::Connection> {
            let connection =
                rusqlite::Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(Duration::from_secs(30))?;
            connection.set_prepared_statement_cache_capacity(PREPARED_KEPT);
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "wal_autocheckpoint", 8_000)?;
            connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
            connection.pragma_update(None, "temp_store", "memory")?;
            connection.pragma_update(None, "cache_size", if writes { -48_000 } else { -8_000 })?;
            connection.pragma_update(None, "mmap_size", 0)?;
            if !writes {
                connection.pragma_update(None, "query_only", true)?;
            }
            Ok(connection)
        };
        open().map(Connection::Sqlite).map_err(|source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Error::DiskFull,
            Some(rusqlite::ErrorCode::NotADatabase) => Error::NotOurs(file.display().to_string()),
            _ => Error::Unreachable { database: file.display().to_string(), source: source.into() },
        })
    }

    pub(crate) fn postgres(url: &str) -> Result<Connection> {
        // Compiling a plan takes longer than running it: a batch asks for 20,000 rows by an index, and the planner
        // prices that like a report.
        let open = || -> std::result::Result<postgres::Client, postgres::Error> {
            let mut client = postgres::Client::connect(url, postgres::NoTls)?;
            client.batch_execute("set jit = off")?;
            Ok(client)
        };
        let client = open().map_err(|source| Error::Unreachable {
            database: without_password(url),
            source: source.into(),
        })?;
        Ok(Connection::Postgres(Box::new(PostgresConnection { client, prepared: HashMap::new() })))
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Connection::Postgres(_))
    }

    /// Whether the connection is still usable; a PostgreSQL server may have gone.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Connection::Sqlite(_) => true,
            Connection::Postgres(inner) => !inner.client.is_closed(),
        }
    }

    /// Runs statements without values, one after the other.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Connection::Sqlite(connection) => connection.execute_batch(sql)?,
            Connection::Postgres(inner) => inner.client.batch_execute(sql)?,
        }
        Ok(())
    }

    /// Runs one statement and gives the number of rows it touched.
    pub(crate) fn execute(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<u64> {
        match self {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_text(sql))?;
                Ok(statement.execute(rusqlite::params_from_iter(binds))? as u64)
            }
            Connection::Postgres(inner) => {
                let statement = inner.prepared(sql)?;
                let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|bind| bind as _).collect();
                Ok(inner.client.execute(&statement, &binds)?)
            }
        }
    }

    /// Calls `visit` for each row; rows are streamed, not gathered.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        mut visit: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        match self {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_text(sql))?;
                let mut rows = statement.query(rusqlite::params_from_iter(binds))?;
                while let Some(row) = rows.next()? {
                    visit(&Row::Sqlite(row))?;
                }
            }
            Connection::Postgres(inner) => {
                let statement = inner.prepared(sql)?;
                let mut rows = inner.client.query_raw(&statement, binds)?;
                while let Some(row) = rows.next()? {
                    visit(&Row::Postgres(&row))?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn rows<T>(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.each(sql, binds, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    pub(crate) fn first<T>(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut first = None;
        self.each(sql, binds, |row| {
            if first.is_none() {
                first = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// All or nothing: what `work` wrote stands only if it returns `Ok`.
    pub(crate) fn transaction<T>(&mut self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.batch(if self.is_postgres() { "begin" } else { "begin immediate" })?;
        let done = work(self).and_then(|value| self.batch("commit").map(|()| value));
        if done.is_err() {
            // The first error is the one to tell; a failed rollback leaves the transaction to the server.
            let _ = self.batch("rollback");
        }
        done
    }

    /// A consistent view for several reads.
    pub(crate) fn snapshot<T>(&mut self, read: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let begin = if self.is_postgres() {
            "begin isolation level repeatable read read only"
        } else {
            "begin deferred"
        };
        self.batch(begin)?;
        let done = read(self);
        self.batch("rollback")?;
        done
    }

    /// Takes `count` numbers of the kind `name`; gives the first.
    pub(crate) fn take_ids(&mut self, name: &'static str, count: u64) -> Result<i64> {
        let count = i64::try_from(count).expect("a block of ids is far below 2^63");
        self.first(sql!("take_ids"), binds![name, count], |row| row.int(0))
            .map(|next| next.expect("the upsert returns its row") - count)
    }

    /// Inserts many rows: a prepared statement on SQLite, COPY on PostgreSQL.
    pub(crate) fn insert_many<T>(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &[T],
        mut fill: impl for<'a> FnMut(&'a T, &mut Vec<Bind<'a>>),
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        match self {
            Connection::Sqlite(connection) => {
                let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
                let sql =
                    format!("insert into {table} ({}) values ({})", columns.join(", "), places.join(", "));
                let mut statement = connection.prepare_cached(&sql)?;
                let mut binds = Vec::with_capacity(columns.len());
                for row in rows {
                    binds.clear();
                    fill(row, &mut binds);
                    statement.execute(rusqlite::params_from_iter(&binds))?;
                }
            }
            Connection::Postgres(inner) => {
                let sql = format!("copy {table} ({}) from stdin", columns.join(", "));
                let mut sink = std::io::BufWriter::with_capacity(1 << 18, inner.client.copy_in(&sql)?);
                let mut binds = Vec::with_capacity(columns.len());
                for row in rows {
                    binds.clear();
                    fill(row, &mut binds);
                    write_copy_line(&mut sink, &binds).map_err(copy_error)?;
                }
                sink.into_inner().map_err(|e| copy_error(e.into_error()))?.finish()?;
            }
        }
        Ok(())
    }

    /// Sets `columns` of many rows of `table`, found by `id`; `fill` gives the id first, then the columns.
    pub(crate) fn update_many<T>(
        &mut self,
        table: &'static str,
        columns: &'static [(&'static str, &'static str)],
        rows: &[T],
        fill: impl for<'a> FnMut(&'a T, &mut Vec<Bind<'a>>),
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        if let Connection::Sqlite(connection) = self {
            let sets: Vec<String> =
                columns.iter().enumerate().map(|(n, (name, _))| format!("{name} = ?{}", n + 2)).collect();
            let sql = format!("update {table} set {} where id = ?1", sets.join(", "));
            let mut statement = connection.prepare_cached(&sql)?;
            let mut fill = fill;
            let mut binds = Vec::with_capacity(columns.len() + 1);
            for row in rows {
                binds.clear();
                fill(row, &mut binds);
                statement.execute(rusqlite::params_from_iter(&binds))?;
            }
            return Ok(());
        }
        let typed: Vec<String> = columns.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
        self.batch(&format!(
            "create temporary table if not exists incoming_{table} (id bigint primary key, {}) on commit drop; \
             truncate incoming_{table}",
            typed.join(", ")
        ))?;
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        if let Connection::Postgres(inner) = self {
            let sql = format!("copy incoming_{table} (id, {}) from stdin", names.join(", "));
            let mut sink = std::io::BufWriter::with_capacity(1 << 18, inner.client.copy_in(&sql)?);
            let mut fill = fill;
            let mut binds = Vec::with_capacity(columns.len() + 1);
            for row in rows {
                binds.clear();
                fill(row, &mut binds);
                write_copy_line(&mut sink, &binds).map_err(copy_error)?;
            }
            sink.into_inner().map_err(|e| copy_error(e.into_error()))?.finish()?;
        }
        let sets: Vec<String> =
            names.iter().map(|name| format!("{name} = incoming_{table}.{name}")).collect();
        self.batch(&format!(
            "update {table} set {} from incoming_{table} where {table}.id = incoming_{table}.id",
            sets.join(", ")
        ))
    }

    /// Bytes of the SQLite client, for what only one database can do.
    pub(crate) fn as_postgres(&mut self) -> Option<&mut postgres::Client> {
        match self {
            Connection::Sqlite(_) => None,
            Connection::Postgres(inner) => Some(&mut inner.client),
        }
    }
}

impl PostgresConnection {
    fn prepared(&mut self, sql: &str) -> Result<postgres::Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        if self.prepared.len() >= PREPARED_KEPT {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_string(), statement.clone());
        Ok(statement)
    }
}

/// Makes an empty file that only its owner reads: bases and backups hold personal data and password hashes.
/// SQLite gives the files beside a base the same rights.
pub(crate) fn private_file(file: &Path) -> Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(file)?)
}

/// What went wrong while rows were sent: the server's own words where it broke off, such as a full disk.
fn copy_error(error: std::io::Error) -> Error {
    match error.downcast::<postgres::Error>() {
        Ok(error) => error.into(),
        Err(error) => Error::Sql(error.into()),
    }
}

/// One line of COPY's text format.
pub(crate) fn write_copy_line(out: &mut impl Write, binds: &[Bind<'_>]) -> std::io::Result<()> {
    for (n, bind) in binds.iter().enumerate() {
        if n > 0 {
            out.write_all(b"\t")?;
        }
        match bind {
            Bind::Null => out.write_all(b"\\N")?,
            Bind::Int(value) => write!(out, "{value}")?,
            Bind::Real(value) => write!(out, "{value:?}")?,
            Bind::Text(text) => write_escaped(out, text)?,
            Bind::Bytes(bytes) => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                out.write_all(b"\\\\x")?;
                let mut text = Vec::with_capacity(8_192);
                for bytes in bytes.chunks(4_096) {
                    text.clear();
                    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                    text.extend(digits.map(|digit| DIGITS[usize::from(digit)]));
                    out.write_all(&text)?;
                }
            }
        }
    }
    out.write_all(b"\n")
}

fn write_escaped(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escaped: &[u8] = match byte {
            b'\\' => b"\\\\",
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            _ => continue,
        };
        out.write_all(&bytes[from..at])?;
        out.write_all(escaped)?;
        from = at + 1;
    }
    out.write_all(&bytes[from..])
}

/// The address of a database as it may be shown.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "given by its settings".to_string() };
    let shown = match rest.rsplit_once('@') {
        Some((account, host)) => format!("{}@{host}", account.split(':').next().unwrap_or_default()),
        None => rest.to_string(),
    };
    let shown = shown.split('?').next().unwrap_or_default();
    format!("{scheme}://{shown}")
}

/// The text of a statement kept in `sql/`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql"))
    };
}
pub(crate) use sql;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_lines_escape_what_would_end_a_cell() {
        let mut out = Vec::new();
        let binds: &[Bind<'_>] = binds!["a\tb\\c\nd", None::<i64>, 1.5, -3];
        write_copy_line(&mut out, binds).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\\tb\\\\c\\nd\t\\N\t1.5\t-3\n");
    }

    /// Every statement kept in `sql/`, by its file.
    fn statements() -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("sql")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
                    }
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn every_statement_is_understood_by_both_databases() {
        let statements = statements();
        assert!(statements.len() > 50);
        let twins = statements.iter().filter(|(file, _)| file.ends_with(".postgres.sql")).count();
        assert_eq!(twins, 3, "a statement for one database only is a rare exception: count it here");
        let folder = tempfile::tempdir().unwrap();
        let mut connections = vec![Connection::sqlite(&folder.path().join("base.db"), true).unwrap()];
        let server = std::env::var("CLIENTELA_TEST_POSTGRES");
        match &server {
            Ok(url) => connections.push(Connection::postgres(url).unwrap()),
            Err(_) => eprintln!("skipped on PostgreSQL: CLIENTELA_TEST_POSTGRES is not set"),
        }
        let schema = format!("statements_{}", std::process::id());
        for connection in &mut connections {
            if connection.is_postgres() {
                connection.batch(&format!("create schema {schema}; set search_path to {schema}")).unwrap();
            }
            crate::migrations::migrate(connection, |_, _| Ok(())).unwrap();
            for (file, sql) in &statements {
                if file.ends_with(".postgres.sql") && !connection.is_postgres() {
                    continue;
                }
                let sql = sql.replace("$ids", "$1, $2");
                let prepared = match connection {
                    Connection::Sqlite(inner) => {
                        inner.prepare(&sqlite_text(&sql)).map(|_| ()).map_err(Error::from)
                    }
                    Connection::Postgres(inner) => {
                        inner.client.prepare(&sql).map(|_| ()).map_err(Error::from)
                    }
                };
                assert!(prepared.is_ok(), "{file}: {}", prepared.unwrap_err());
            }
            if connection.is_postgres() {
                connection.batch(&format!("drop schema {schema} cascade")).unwrap();
            }
        }
    }

    /// SQLite once passed the index over, because the sides of the comparison had different affinities, and read
    /// every fact of the base for each customer's page.
    #[test]
    fn the_facts_of_a_record_are_found_by_their_index() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Connection::sqlite(&folder.path().join("base.db"), true).unwrap();
        crate::migrations::migrate(&mut connection, |_, _| Ok(())).unwrap();
        for sql in [
            sql!("customer/timeline"),
            sql!("customer/facts_of_record"),
            sql!("customer/sales_of_record"),
            sql!("ledger/descriptions_of_record"),
            sql!("ledger/any_standing_fact"),
        ] {
            let plan = format!("explain query plan {sql}");
            let binds: Vec<Bind<'_>> =
                (1..=5).filter(|n| sql.contains(&format!("${n}"))).map(Bind::Int).collect();
            let steps = connection.rows(&plan, &binds, |row| row.string(3)).unwrap();
            let by_index = "INDEX fact_of_record (<expr>=? AND record_id=?";
            assert!(steps.iter().any(|step| step.contains(by_index)), "{sql}: {steps:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(
            without_password("postgres://ann:secret@host:5432/base?sslmode=off"),
            "postgres://ann@host:5432/base"
        );
    }
}
