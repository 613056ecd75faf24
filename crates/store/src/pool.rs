//! The store as the rest of the house holds it: one writer, a few readers, what is cached between calls.

use crate::backup;
use crate::connection::{self, Connection};
use crate::customers::ListCache;
use crate::error::{Error, Result};
use crate::migrations::{self, SCHEMA_VERSION};
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

impl Location {
    /// Where that is, as it may be shown.
    fn shown(&self) -> String {
        match self {
            Location::File(file) => file.display().to_string(),
            Location::Postgres(url) => connection::without_password(url),
        }
    }
}

/// A base was older than the program and was brought to its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The schema found.
    pub from: i64,
    /// The schema now.
    pub to: i64,
    /// The base as it was.
    pub backup: PathBuf,
}

/// Facts, customers and accounts in one database. Cheap to clone; every call blocks its thread.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    upgrade: Option<Upgrade>,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    pub(crate) lists: Mutex<ListCache>,
    pub(crate) names: Mutex<Option<Arc<NameIndex>>>,
    pub(crate) portfolios: Mutex<PortfolioCache>,
    tallies: Mutex<()>,
}

/// Readers kept open between calls.
const READERS_KEPT: usize = 4;

/// A lock whose holder panicked still guards good data: every write is a transaction.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens a base, creating or upgrading it; a file is upgraded after a copy of it was made beside it, a PostgreSQL
    /// base only by [`Store::open_keeping`].
    pub fn open(location: &Location) -> Result<Store> {
        let beside = match location {
            Location::File(file) => file.parent(),
            Location::Postgres(_) => None,
        };
        open(location, beside)
    }

    /// As [`Store::open`]; an upgrade is preceded by a backup in the folder `backups`.
    pub fn open_keeping(location: &Location, backups: &Path) -> Result<Store> {
        open(location, Some(backups))
    }

    /// What opening this base did to it, if it was older than this program.
    pub fn upgrade(&self) -> Option<&Upgrade> {
        self.inner.upgrade.as_ref()
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

    /// Held while facts are tallied.
    pub(crate) fn tallying(&self) -> MutexGuard<'_, ()> {
        lock(&self.inner.tallies)
    }

    pub(crate) fn portfolios(&self) -> MutexGuard<'_, PortfolioCache> {
        lock(&self.inner.portfolios)
    }
}

fn open(location: &Location, backups: Option<&Path>) -> Result<Store> {
    let mut writer = connect(location, true)?;
    let mut kept = None;
    let found = migrations::migrate(&mut writer, |connection, found| {
        kept = Some(keep_before_upgrade(connection, found, location, backups)?);
        Ok(())
    });
    let from = found.map_err(|error| match error {
        Error::NotOurs(_) => Error::NotOurs(location.shown()),
        Error::OtherSchema { version, there, here, .. } => {
            Error::OtherSchema { place: location.shown(), version, there, here }
        }
        error => error,
    })?;
    Ok(Store {
        inner: Arc::new(Inner {
            location: location.clone(),
            upgrade: kept.map(|backup| Upgrade { from, to: SCHEMA_VERSION, backup }),
            writer: Mutex::new(Some(writer)),
            readers: Mutex::new(Vec::new()),
            lists: Mutex::default(),
            names: Mutex::default(),
            portfolios: Mutex::default(),
            tallies: Mutex::default(),
        }),
    })
}

/// Keeps the base as it is: a file as a copy, a PostgreSQL base as a backup. The name appears when it is whole.
fn keep_before_upgrade(
    connection: &mut Connection,
    found: i64,
    location: &Location,
    backups: Option<&Path>,
) -> Result<PathBuf> {
    let Some(folder) = backups else {
        return Err(Error::Refused(format!(
            "{} has schema {found} and must be upgraded to {SCHEMA_VERSION}: open it by `clientela doctor --data FOLDER`, which keeps a backup in that folder first",
            location.shown()
        )));
    };
    let (name, end) = match location {
        Location::File(file) => (file.file_stem().unwrap_or_default().to_string_lossy().into_owned(), "db"),
        Location::Postgres(_) => ("postgres".to_string(), "backup"),
    };
    let file = folder.join(format!("{name}.before-schema-{SCHEMA_VERSION}.{end}"));
    let unfinished = file.with_extension("unfinished");
    match location {
        Location::File(_) => {
            drop(connection::private_file(&unfinished)?);
            connection.execute("vacuum into $1", connection::binds![unfinished.display().to_string()])?;
        }
        Location::Postgres(_) => {
            connection.snapshot(|connection| backup::write_as_found(connection, found, &unfinished))?;
        }
    }
    std::fs::rename(&unfinished, &file)?;
    Ok(file)
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
        fill_up(&store, |has_room| {
            let pages = if has_room { 1_000_000 } else { 1 };
            let pragma = format!("pragma max_page_count = {pages}");
            store.with_writer(|connection| connection.first(&pragma, &[], |row| row.int(0))).unwrap();
        });
    }

    /// On PostgreSQL it is played by a table that answers as the server does when its disk is full, in the middle of the
    /// rows being sent.
    #[test]
    fn a_full_disk_of_the_server_does_too() {
        let Ok(server) = std::env::var("CLIENTELA_TEST_POSTGRES") else {
            eprintln!("skipped on PostgreSQL: CLIENTELA_TEST_POSTGRES is not set");
            return;
        };
        let name = format!("full_disk_{}", std::process::id());
        let mut admin = Connection::postgres(&server).unwrap();
        admin.batch(&format!("create database {name}")).unwrap();
        let (address, _) = server.rsplit_once('/').unwrap();
        let store = Store::open(&Location::Postgres(format!("{address}/{name}"))).unwrap();
        fill_up(&store, |has_room| {
            let sql = if has_room {
                "drop trigger full_disk on fact"
            } else {
                "create function full_disk() returns trigger language plpgsql as $$ begin
                   if new.id % 300 = 0 then
                     raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
                   end if;
                   return new;
                 end $$;
                 create trigger full_disk before insert on fact for each row execute function full_disk()"
            };
            store.with_writer(|connection| connection.batch(sql)).unwrap();
        });
        drop(store);
        admin.batch(&format!("drop database {name} with (force)")).unwrap();
    }

    fn fill_up(store: &Store, disk: impl Fn(bool)) {
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
        disk(false);
        let refused = (1..40).map(|n| store.append(&mut session, rows(n * 500), &[])).find(Result::is_err);
        assert!(matches!(refused, Some(Err(Error::DiskFull))), "{refused:?}");
        drop(session);
        let kept = store.import(import).unwrap().unwrap();
        assert_eq!(kept.rows_done % 500, 0, "only whole batches are kept");
        assert!(store.doctor(ledger::Day(0)).unwrap().is_healthy());

        disk(true);
        let mut session = store.resume_import(import, false, Moment(0)).unwrap();
        for from in (session.rows_done as usize..20_000).step_by(500) {
            store.append(&mut session, rows(from), &[]).unwrap();
        }
        assert_eq!(session.counts, Counts { created: 20_000, ..Counts::default() });
    }
}
