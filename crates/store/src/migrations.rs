//! Brings a database to the schema this program knows; refuses one that is newer, set up otherwise or not ours.

use crate::connection::{Connection, binds, postgres_schema, sqlite_schema};
use crate::error::{Error, Result};
use xxhash_rust::xxh3::xxh3_64;

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_house.sql"),
    include_str!("../migrations/0002_checksums.sql"),
    include_str!("../migrations/0003_said.sql"),
    include_str!("../migrations/0004_models.sql"),
    include_str!("../migrations/0005_month_ends.sql"),
    include_str!("../migrations/0006_accounts.sql"),
    include_str!("../migrations/0007_equity.sql"),
    include_str!("../migrations/0008_coherence.sql"),
    include_str!("../migrations/0009_payments.sql"),
    include_str!("../migrations/0010_cost_to_serve.sql"),
    include_str!("../migrations/0011_worklist_by_reason.sql"),
    include_str!("../migrations/0012_first_source.sql"),
    include_str!("../migrations/0013_fact_columns.sql"),
];

/// The newest schema this program knows.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// The schema from which on a base knows the checksums of its migrations; an older one is taken at its word once.
const WITH_CHECKSUMS: i64 = 2;

/// The schema found, 0 for an empty database.
fn version(connection: &mut Connection) -> Result<i64> {
    let probe = if connection.is_postgres() {
        "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = 'clientela_schema'"
    } else {
        "select count(*) from sqlite_master where type = 'table' and name = 'clientela_schema'"
    };
    let ours = connection.first(probe, binds![], |row| row.int(0))?.unwrap_or(0) > 0;
    if ours {
        return applied(connection);
    }
    let others = if connection.is_postgres() {
        "select count(*) from information_schema.tables where table_schema = current_schema()"
    } else {
        "select count(*) from sqlite_master where type = 'table'"
    };
    if connection.first(others, binds![], |row| row.int(0))?.unwrap_or(0) > 0 {
        return Err(Error::NotOurs(String::new()));
    }
    Ok(0)
}

fn applied(connection: &mut Connection) -> Result<i64> {
    let newest = "select coalesce(max(version), 0) from clientela_schema";
    Ok(connection.first(newest, binds![], |row| row.int(0))?.unwrap_or(0))
}

/// Applies what is missing, all or nothing, and gives the schema found before; `before` runs once if there is data to
/// lose.
pub(crate) fn migrate(
    connection: &mut Connection,
    before: impl FnOnce(&mut Connection, i64) -> Result<()>,
) -> Result<i64> {
    let found = version(connection)?;
    if found > SCHEMA_VERSION {
        return Err(Error::Newer { found, known: SCHEMA_VERSION });
    }
    if found >= WITH_CHECKSUMS {
        compare(connection)?;
    }
    if found == SCHEMA_VERSION {
        return Ok(found);
    }
    if found > 0 {
        before(connection, found)?;
    }
    connection.transaction(|tx| {
        if tx.is_postgres() {
            // Two processes may start at once: the second waits here and then finds nothing to do.
            tx.batch("select pg_advisory_xact_lock(7026425)")?;
        }
        tx.batch("create table if not exists clientela_schema (version bigint primary key)")?;
        let applied = applied(tx)?;
        for (text, number) in MIGRATIONS.iter().zip(1i64..).filter(|(_, number)| *number > applied) {
            let text = if tx.is_postgres() { postgres_schema(text) } else { sqlite_schema(text) };
            tx.batch(&text)?;
            tx.execute("insert into clientela_schema (version) values ($1)", binds![number])?;
        }
        for (text, number) in MIGRATIONS.iter().zip(1i64..) {
            tx.execute(
                "update clientela_schema set checksum = $2 where version = $1 and checksum is null",
                binds![number, checksum(text)],
            )?;
        }
        Ok(())
    })?;
    Ok(found)
}

/// Refuses a base whose migrations were not the ones we know.
fn compare(connection: &mut Connection) -> Result<()> {
    let said = "select version, coalesce(checksum, '') from clientela_schema order by version";
    let said = connection.rows(said, binds![], |row| Ok((row.int(0)?, row.string(1)?)))?;
    for ((version, there), text) in said.into_iter().zip(MIGRATIONS) {
        let here = checksum(text);
        if there != here {
            return Err(Error::OtherSchema { place: String::new(), version, there, here });
        }
    }
    Ok(())
}

/// A migration's text as a number, whatever line ends it was checked out with.
fn checksum(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.replace("\r\n", "\n").as_bytes()))
}
