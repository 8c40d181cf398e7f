//! Whoever stores entries of the same messages takes turns: only then can the second tell a duplicate or a revision from
//! something new, and two deliveries with the same entries in another order do not wait for each other for ever.

use sqlx::PgConnection;

use crate::inbox::sql::{Cause, Record, digest};

/// The server has room for some thousand locks in all; a delivery with more messages than this locks them all at once.
const MOST: usize = 100;

/// One for each of these messages, and a share of the one for all.
const EACH: &str =
    "SELECT pg_advisory_xact_lock_shared(hashtext('inbox_entries')), pg_advisory_xact_lock(key)
    FROM unnest($1::bigint[]) AS key";

const ALL: &str = "SELECT pg_advisory_xact_lock(hashtext('inbox_entries'))";

/// Holds them until the transaction ends.
pub(super) async fn take(transaction: &mut PgConnection, records: &[Record]) -> Result<(), Cause> {
    let keys = keys(records);
    let locks = if keys.len() > MOST { sqlx::query(ALL) } else { sqlx::query(EACH).bind(keys) };
    locks.execute(transaction).await?;
    Ok(())
}

/// A number for each message, in an order that all keep.
fn keys(records: &[Record]) -> Vec<i64> {
    let mut keys: Vec<_> = records.iter().map(|record| digest(&record.message_key)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
