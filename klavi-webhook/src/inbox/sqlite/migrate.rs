//! Makes the tables, and those of earlier versions into them.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{Cause, schema};
use crate::inbox::envelope::number_of;
use crate::inbox::sql::{self, Unreadable};

const TABLES: &str = schema::tables!(
    "INTEGER",
    "INTEGER PRIMARY KEY AUTOINCREMENT",
    "BLOB",
    "COLLATE BINARY",
    " WITHOUT ROWID"
);
const TARGETS: &str = schema::targets!("INTEGER", "COLLATE BINARY");
const ADOPT: &str = schema::adopt!("length(body)", "link_number(link_id)");

/// No number is given twice: the table goes on where the one before it was.
const SEQUENCE: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'inbox_entries_2'";
const CONTINUE: &str = "DELETE FROM sqlite_sequence WHERE name IN ('inbox_entries', 'inbox_entries_2')";
const CONTINUE_AT: &str = "INSERT INTO sqlite_sequence (name, seq) VALUES ('inbox_entries', $1)";

pub(super) fn make_tables(connection: &mut Connection) -> Result<(), Cause> {
    // Renaming a table must not rewrite what refers to it.
    connection.pragma_update(None, "legacy_alter_table", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(schema::VERSIONS)?;
    let version = transaction.query_row(schema::VERSION, [], |row| row.get(0))?;
    match sql::known_version(version, schema::NEWEST)? {
        schema::NEWEST => return Ok(()),
        0 => transaction.execute_batch(TABLES)?,
        schema::WITHOUT_TARGETS => transaction.execute_batch(TARGETS)?,
        _ => adopt(&transaction)?,
    }
    transaction.execute(schema::NEW_VERSION, [sql::number(schema::NEWEST)])?;
    transaction.commit()?;
    connection.pragma_update(None, "legacy_alter_table", false)?;
    Ok(())
}

fn adopt(connection: &Connection) -> Result<(), Cause> {
    tracing::info!(
        "an inbox of an earlier version is brought up to date: this takes a while where it is large"
    );
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8
        | rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("link_number", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|link| number_of(&link)))
    })?;
    for statement in schema::SET_ASIDE {
        connection.execute_batch(statement)?;
    }
    connection.execute_batch(TABLES)?;
    let last: Option<i64> = connection.query_row(SEQUENCE, [], |row| row.get(0)).optional()?;
    connection.execute_batch(ADOPT)?;
    if let Some(last) = last {
        connection.execute_batch(CONTINUE)?;
        connection.execute(CONTINUE_AT, [last])?;
    }
    Ok(())
}

/// Whether the tables are still those that this code knows: another process may be of a newer version.
pub(super) fn check_version(connection: &Connection) -> Result<(), Cause> {
    let version: Option<i64> = connection.prepare_cached(schema::VERSION)?.query_row([], |row| row.get(0))?;
    match sql::known_version(version, schema::NEWEST)? {
        schema::NEWEST => Ok(()),
        _ => Err(Unreadable("the tables are of an earlier version").into()),
    }
}
