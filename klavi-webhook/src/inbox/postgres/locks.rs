//! Locks that transactions take before they read: who stores entries of the same message or link takes turns, and so do
//! those who hold up or free the entries of a link.
//!
//! Every transaction takes its locks in ascending order and before it touches a row, so that no two wait for each other.
//! A database has one space of locks for all of its schemas, so each number is mixed with that of the inbox's table:
//! inboxes in schemas of their own do not wait for each other.

use crate::inbox::envelope::number_of;
use crate::inbox::sql::Record;

/// The server has room for some thousand locks in all. Who needs more than this takes the one for all.
pub(super) const MOST: usize = 200;

/// The locks of messages and links, which are single numbers, and the one for all of them.
const ALL: i64 = 0x696e_626f_785f_616c;

/// The first half of the locks that guard the order of a link. Numbers in two halves are a space of their own.
const ORDER: i32 = 0x696e_626f;

/// A number that no other inbox in the database has.
const OWN: &str = "'inbox_entries'::regclass::oid";

/// A statement that waits for all others who store entries of these messages or links.
///
/// Only then is a duplicate or a revision told from something new. Numbers are drawn under the lock of the link: an entry
/// of a link is committed before a later one gets its number, so nothing that reads the link in order misses one.
pub(super) fn of_records<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    let mut keys: Vec<_> = records
        .flat_map(|record| {
            let message = record.revisions.as_ref().map(|revisions| number_of(&revisions.first));
            // Told from the number of a message with the same text.
            [message, record.link.map(|link| link ^ ALL)].into_iter().flatten()
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    match keys.len() {
        0 => String::new(),
        1..=MOST => {
            let keys = keys.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            format!(
                "SELECT pg_advisory_xact_lock_shared({ALL} # {OWN}::bigint);
SELECT pg_advisory_xact_lock(key # {OWN}::bigint) FROM unnest('{{{keys}}}'::bigint[]) AS key;\n"
            )
        }
        _ => format!("SELECT pg_advisory_xact_lock({ALL} # {OWN}::bigint);\n"),
    }
}

/// A statement that waits for all others who hold up or free entries of these links.
///
/// A dispatcher puts an entry off because an earlier one is open, while another settles the earlier one and looks for an
/// entry to free. Neither sees what the other has not committed, and the entry would wait for nothing. Under the lock the
/// second one decides by a statement that sees what the first one has committed.
pub(super) fn of_links(links: impl Iterator<Item = i64>) -> Option<String> {
    let mut keys: Vec<_> = links.map(half).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return None;
    }
    let keys = keys.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    Some(format!(
        "SELECT pg_advisory_xact_lock({ORDER} # {OWN}::int, key) FROM unnest('{{{keys}}}'::int[]) AS key"
    ))
}

/// Half of a number: two links that share it only take turns.
fn half(link: i64) -> i32 {
    let [_, _, _, _, half @ ..] = link.to_be_bytes();
    i32::from_be_bytes(half)
}
