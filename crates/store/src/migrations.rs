//! Brings a database to the schema this program knows; refuses one that is newer or not ours.

use crate::connection::{Connection, binds, postgres_schema, sqlite_schema};
use crate::error::{Error, Result};

const MIGRATIONS: &[&str] =
    &[include_str!("../migrations/0001_house.sql"), include_str!("../migrations/0002_said.sql")];

/// The newest schema this program knows.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

/// The schema found, 0 for an empty database.
pub(crate) fn version(connection: &mut Connection) -> Result<i64> {
    let probe = if connection.is_postgres() {
        "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = 'clientela_schema'"
    } else {
        "select count(*) from sqlite_master where type = 'table' and name = 'clientela_schema'"
    };
    let ours = connection.first(probe, binds![], |row| row.int(0))?.unwrap_or(0) > 0;
    if ours {
        return Ok(connection
            .first("select coalesce(max(version), 0) from clientela_schema", binds![], |row| row.int(0))?
            .unwrap_or(0));
    }
    let others = if connection.is_postgres() {
        "select count(*) from information_schema.tables where table_schema = current_schema()"
    } else {
        "select count(*) from sqlite_master where type = 'table'"
    };
    if connection.first(others, binds![], |row| row.int(0))?.unwrap_or(0) > 0 {
        return Err(Error::NotOurs("the database".to_string()));
    }
    Ok(0)
}

/// Applies what is missing, each migration all or nothing; `before` runs once if there is data to lose.
pub(crate) fn migrate(
    connection: &mut Connection,
    before: impl FnOnce(&mut Connection, i64) -> Result<()>,
) -> Result<()> {
    let found = version(connection)?;
    if found > SCHEMA_VERSION {
        return Err(Error::Newer { found, known: SCHEMA_VERSION });
    }
    if found == SCHEMA_VERSION {
        return Ok(());
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
        let found = tx
            .first("select coalesce(max(version), 0) from clientela_schema", binds![], |row| row.int(0))?
            .unwrap_or(0);
        for (text, number) in MIGRATIONS.iter().zip(1i64..).filter(|(_, number)| *number > found) {
            let text = if tx.is_postgres() { postgres_schema(text) } else { sqlite_schema(text) };
            tx.batch(&text)?;
            tx.execute("insert into clientela_schema (version) values ($1)", binds![number])?;
        }
        Ok(())
    })
}
