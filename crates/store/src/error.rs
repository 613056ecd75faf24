//! What can go wrong with the store, in the user's terms.

use std::fmt;

/// The result of every store call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the store could not do it.
#[derive(Debug)]
pub enum Error {
    /// The database is not there or does not let us in.
    Unreachable {
        /// Which database, without its password.
        database: String,
        /// What the driver said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A statement failed.
    Sql(Box<dyn std::error::Error + Send + Sync>),
    /// The database's file is damaged.
    Damaged(Box<dyn std::error::Error + Send + Sync>),
    /// The disk is full or cannot be written.
    DiskFull,
    /// The database was written by a newer version.
    Newer {
        /// The version found.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The database was set up by migrations that are not ours.
    OtherSchema {
        /// Which database.
        place: String,
        /// The first migration that differs.
        version: i64,
        /// Its checksum in the database.
        there: String,
        /// Its checksum in this program.
        here: String,
    },
    /// The database belongs to something else.
    NotOurs(String),
    /// What was asked does not fit what is stored.
    Refused(String),
    /// Sales stand in other currencies than the one that the company was to count in.
    CurrencyStays {
        /// Those it may count in.
        settled: Vec<ledger::Currency>,
        /// The one asked for.
        wished: ledger::Currency,
    },
    /// A backup file cannot be read.
    Backup(String),
    /// A file of the store cannot be read or written.
    Io(std::io::Error),
    /// The caller asked to stop.
    Cancelled,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unreachable { database, source } => {
                write!(f, "cannot open the database {database}: {source}")?;
                let file = source.downcast_ref::<rusqlite::Error>().and_then(|e| e.sqlite_error_code());
                match file {
                    Some(rusqlite::ErrorCode::DatabaseCorrupt) => f.write_str(
                        "; its file is damaged: put the last backup into a new folder with `clientela restore FILE --data DIR`",
                    ),
                    _ => Ok(()),
                }
            }
            Error::Sql(source) => write!(f, "the database refused a statement: {source}"),
            Error::Damaged(source) => write!(
                f,
                "the database's file is damaged ({source}): put the last backup into a new folder with `clientela restore FILE --data DIR`"
            ),
            Error::DiskFull => {
                f.write_str("the disk is full: nothing half written was kept; free space and try again")
            }
            Error::Newer { found, known } => write!(
                f,
                "the data was written by a newer version (schema {found}, this program knows {known}): use that version"
            ),
            Error::OtherSchema { place, version, there, here } => write!(
                f,
                "{place} was set up by another build: its migration {version} is not the one this program knows (checksum {there} there, {here} here); nothing was changed. Make a backup with the program that set it up, and restore that into an empty place with this one"
            ),
            Error::NotOurs(what) => {
                write!(f, "{what} holds something else than a Clientela base: name another one")
            }
            Error::Refused(why) => f.write_str(why),
            Error::CurrencyStays { settled, wished } => {
                let codes: Vec<&str> = settled.iter().map(|currency| currency.code()).collect();
                write!(
                    f,
                    "the company's currency stays {}: there are sales in it; begin another company in a folder of its own to count in {wished}",
                    codes.join(" or ")
                )
            }
            Error::Backup(why) => {
                write!(f, "the backup cannot be used: {why}; the data in place is unchanged")
            }
            Error::Io(source) => write!(f, "a file of the store failed: {source}"),
            Error::Cancelled => f.write_str("stopped as asked"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Unreachable { source, .. } | Error::Sql(source) | Error::Damaged(source) => {
                Some(source.as_ref())
            }
            Error::Io(source) => Some(source),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Error::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => Error::Damaged(error.into()),
            _ => Error::Sql(error.into()),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Error {
        if error.code() == Some(&postgres::error::SqlState::DISK_FULL) {
            return Error::DiskFull;
        }
        match error.as_db_error() {
            Some(db) => {
                let detail = db.detail().map(|d| format!(" ({d})")).unwrap_or_default();
                Error::Sql(format!("{}{detail}", db.message()).into())
            }
            None => Error::Sql(error.into()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        if error.kind() == std::io::ErrorKind::StorageFull { Error::DiskFull } else { Error::Io(error) }
    }
}
