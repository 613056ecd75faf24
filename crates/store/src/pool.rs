//! The store as the rest of the house holds it: one writer, a few readers, what is cached between calls.

use crate::connection::Connection;
use crate::customers::ListCache;
use crate::error::{Error, Result};
use crate::migrations;
use crate::portfolio::PortfolioCache;
use crate::search::NameIndex;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a base lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL address, `postgres://…`.
    Postgres(String),
}

/// Facts, customers and accounts in one database. Cheap to clone; every call blocks its thread.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    pub(crate) lists: Mutex<ListCache>,
    pub(crate) names: Mutex<Option<Arc<NameIndex>>>,
    pub(crate) portfolios: Mutex<PortfolioCache>,
}

/// Readers kept open between calls.
const READERS_KEPT: usize = 4;

/// A lock whose holder panicked still guards good data: every write is a transaction.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens a base, creating or upgrading it; an upgrade of a file is preceded by a backup beside it.
    pub fn open(location: &Location) -> Result<Store> {
        let mut writer = connect(location, true)?;
        migrations::migrate(&mut writer, |connection, found| {
            let Location::File(file) = location else {
                tracing::warn!(
                    "upgrading from schema {found}: the backup of a PostgreSQL base is the administrator's"
                );
                return Ok(());
            };
            let copy = file.with_extension(format!("before-schema-{}.db", migrations::SCHEMA_VERSION));
            connection.execute("vacuum into $1", crate::connection::binds![copy.display().to_string()])?;
            tracing::info!(backup = %copy.display(), "kept a copy before upgrading from schema {found}");
            Ok(())
        })
        .map_err(|error| match (error, location) {
            (Error::NotOurs(_), Location::File(file)) => Error::NotOurs(file.display().to_string()),
            (Error::NotOurs(_), Location::Postgres(url)) => {
                Error::NotOurs(crate::connection::without_password(url))
            }
            (error, _) => error,
        })?;
        Ok(Store {
            inner: Arc::new(Inner {
                location: location.clone(),
                writer: Mutex::new(Some(writer)),
                readers: Mutex::new(Vec::new()),
                lists: Mutex::default(),
                names: Mutex::default(),
                portfolios: Mutex::default(),
            }),
        })
    }

    /// Where this base lives.
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.inner.location {
            Location::File(file) => Some(file),
            Location::Postgres(_) => None,
        }
    }

    /// Runs `work` on the writing connection, in one transaction.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.with_writer(|connection| connection.transaction(work))
    }

    /// Runs `work` on the writing connection; it opens its own transactions.
    pub(crate) fn with_writer<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut slot = lock(&self.inner.writer);
        let mut connection = match slot.take().filter(Connection::is_open) {
            Some(connection) => connection,
            None => connect(&self.inner.location, true)?,
        };
        let done = work(&mut connection);
        *slot = Some(connection);
        done
    }

    /// Runs `work` in a transaction that must not wait for a long one of this process: leases and progress. On
    /// SQLite there is one writer in any case.
    pub(crate) fn write_beside<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        match self.inner.location {
            Location::File(_) => self.write(work),
            Location::Postgres(_) => self.read(|connection| connection.transaction(work)),
        }
    }

    /// Runs `read` on a reading connection.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let kept = lock(&self.inner.readers).pop().filter(Connection::is_open);
        let mut connection = match kept {
            Some(connection) => connection,
            None => connect(&self.inner.location, false)?,
        };
        let done = read(&mut connection);
        let mut readers = lock(&self.inner.readers);
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
        done
    }

    pub(crate) fn lists(&self) -> MutexGuard<'_, ListCache> {
        lock(&self.inner.lists)
    }

    pub(crate) fn names(&self) -> MutexGuard<'_, Option<Arc<NameIndex>>> {
        lock(&self.inner.names)
    }

    pub(crate) fn portfolios(&self) -> MutexGuard<'_, PortfolioCache> {
        lock(&self.inner.portfolios)
    }
}

fn connect(location: &Location, writes: bool) -> Result<Connection> {
    match location {
        Location::File(file) => Connection::sqlite(file, writes),
        Location::Postgres(url) => Connection::postgres(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Counts, Entry, NewImport};
    use ledger::{Attribute, Attributes, Moment};

    /// A full disk is played by a base that may not grow.
    #[test]
    fn a_full_disk_leaves_whole_batches_and_the_import_goes_on_once_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::File(folder.path().join("base.db"))).unwrap();
        let limit = |pages: i64| {
            store
                .with_writer(|connection| {
                    connection.first(&format!("pragma max_page_count = {pages}"), &[], |row| row.int(0))
                })
                .unwrap();
        };
        let rows = |from: usize| -> Vec<Entry> {
            (from..from + 500)
                .map(|n| Entry {
                    row: n as u64,
                    customer: Some(format!("C{n}")),
                    attributes: Attributes::from([(Attribute::Name, format!("Customer number {n}"))]),
                    fact: None,
                })
                .collect()
        };
        let new = NewImport {
            source: "shop".into(),
            file_name: "customers.csv".into(),
            file_hash: String::new(),
            kind: "customers".into(),
            mapping: String::new(),
            header: Vec::new(),
            keep_repeats: false,
            learned_at: Moment(0),
        };
        let mut session = store.begin_import(&new).unwrap();
        let import = session.import;
        store.append(&mut session, rows(0), &[]).unwrap();
        limit(1);
        let refused = (1..40).map(|n| store.append(&mut session, rows(n * 500), &[])).find(Result::is_err);
        assert!(matches!(refused, Some(Err(Error::DiskFull))), "{refused:?}");
        drop(session);
        let kept = store.import(import).unwrap().unwrap();
        assert_eq!(kept.rows_done % 500, 0, "only whole batches are kept");
        assert!(store.doctor(ledger::Day(0)).unwrap().is_healthy());

        limit(1_000_000);
        let mut session = store.resume_import(import, false, Moment(0)).unwrap();
        for from in (session.rows_done as usize..20_000).step_by(500) {
            store.append(&mut session, rows(from), &[]).unwrap();
        }
        assert_eq!(session.counts, Counts { created: 20_000, ..Counts::default() });
    }
}
