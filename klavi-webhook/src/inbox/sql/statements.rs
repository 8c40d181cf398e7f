//! The statements, for both databases. Parameters stand in the order of their numbers, because SQLite counts them as
//! they come.

/// Version 1 of the tables: one small row per entry that changes as it is handled, and its bytes apart, written once.
/// What differs between the databases is filled in: the type of numbers, how ids are given out, the type of bytes.
macro_rules! tables {
    ($number:literal, $id:literal, $blob:literal) => {
        concat!(
            "CREATE TABLE inbox_entries (
    id ", $id, ",
    dedup_key TEXT NOT NULL UNIQUE,
    message_key TEXT NOT NULL,
    revision ", $number, " NOT NULL, -- how many entries the message had before this one
    kind TEXT NOT NULL,
    name TEXT,
    message_id TEXT,
    link_id TEXT,
    consent_id TEXT,
    institution_code TEXT,
    request_id TEXT,
    received_at ", $number, " NOT NULL, -- microseconds since 1970, as is due
    source TEXT,
    headers TEXT NOT NULL, -- one on each line
    bytes ", $number, " NOT NULL, -- size of the body as it came
    state TEXT NOT NULL, -- pending, leased, done, dead, quarantined
    due ", $number, " NOT NULL DEFAULT 0, -- not handed out before; of a leased entry the end of the lease
    attempts ", $number, " NOT NULL DEFAULT 0, -- since it was stored or last replayed
    leases ", $number, " NOT NULL DEFAULT 0, -- ever
    last_error TEXT
);
CREATE TABLE inbox_bodies (
    id ", $number, " PRIMARY KEY REFERENCES inbox_entries (id) ON DELETE CASCADE,
    encoding TEXT, -- zstd, or nothing where the body is as it came
    body ", $blob, " NOT NULL
);
CREATE INDEX inbox_entries_message ON inbox_entries (message_key);
CREATE INDEX inbox_entries_state ON inbox_entries (state, id);
CREATE INDEX inbox_entries_open ON inbox_entries (id, due) WHERE state IN ('pending', 'leased');
CREATE INDEX inbox_entries_open_link ON inbox_entries (link_id, id) WHERE state IN ('pending', 'leased');"
        )
    };
}

/// Version 2: entries that are `outstanding`, and of kind `expectation`. They are found by when they are due, so that any
/// number of them costs a lease nothing until then.
pub(in crate::inbox) const EXPECTATIONS: &str =
    "CREATE INDEX inbox_entries_outstanding ON inbox_entries (due) WHERE state = 'outstanding';
CREATE INDEX inbox_entries_request ON inbox_entries (request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX inbox_entries_expectation ON inbox_entries (id) WHERE kind = 'expectation';";

/// Leases that are due: any, and those of links that have none older. `$hint` is which index to walk, oldest first, and
/// `$overdue` which one for what was outstanding; `$lock` is how a database keeps two from leasing the same row.
macro_rules! leases {
    ($hint:literal, $overdue:literal, $lock:literal) => {
        [
            $crate::inbox::sql::statements::leases!(@ $hint, $overdue, $lock, ""),
            $crate::inbox::sql::statements::leases!(@ $hint, $overdue, $lock,
                " AND (kind = 'expectation' OR NOT EXISTS (SELECT 1 FROM inbox_entries AS earlier
        WHERE earlier.link_id = e.link_id AND earlier.id < e.id AND earlier.state IN ('pending', 'leased')
        AND earlier.kind <> 'expectation'))"),
        ]
    };
    (@ $hint:literal, $overdue:literal, $lock:literal, $order:literal) => {
        concat!(
            "WITH free AS MATERIALIZED (
    SELECT id FROM inbox_entries AS e ", $hint, "
    WHERE state IN ('pending', 'leased') AND due <= $1", $order, " ORDER BY id LIMIT $2 ", $lock, "),
overdue AS MATERIALIZED (
    SELECT id FROM inbox_entries ", $overdue, "
    WHERE state = 'outstanding' AND due <= $1 ORDER BY due LIMIT $2 ", $lock, "),
oldest AS (SELECT id FROM free UNION ALL SELECT id FROM overdue ORDER BY id LIMIT $2)
UPDATE inbox_entries SET state = 'leased', due = $3, attempts = attempts + 1, leases = leases + 1
WHERE id IN (SELECT id FROM oldest) RETURNING id, leases"
        )
    };
}

/// Whether anything open is due after an instant. `$hint` is an index that answers it by itself.
macro_rules! any_after {
    ($hint:literal) => {
        concat!(
            "SELECT EXISTS (SELECT 1 FROM inbox_entries ",
            $hint,
            " WHERE state IN ('pending', 'leased') AND due > $1)"
        )
    };
}

macro_rules! summary_columns {
    () => {
        "id, kind, name, dedup_key, message_id, link_id, consent_id, institution_code, request_id, received_at, \
         state, attempts, last_error, bytes, due"
    };
}

macro_rules! insert {
    () => {
        "INSERT INTO inbox_entries (dedup_key, message_key, kind, name, message_id, link_id, consent_id,
    institution_code, request_id, received_at, source, headers, bytes, state, due, last_error, attempts, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    (SELECT count(*) FROM inbox_entries WHERE message_key = $2))
ON CONFLICT (dedup_key) DO NOTHING"
    };
}

macro_rules! prune {
    ($states:literal) => {
        // Once more outside: what is replayed meanwhile stays.
        concat!(
            "DELETE FROM inbox_entries WHERE state IN ",
            $states,
            " AND id IN (SELECT id FROM inbox_entries AS e WHERE state IN ",
            $states,
            " AND received_at < $1 AND NOT EXISTS (SELECT 1 FROM inbox_entries AS waiting
        WHERE waiting.request_id = e.request_id AND waiting.kind = 'expectation'
        AND waiting.state IN ('pending', 'leased', 'outstanding'))
    ORDER BY id LIMIT $2)"
        )
    };
}

pub(in crate::inbox) use {any_after, leases, tables};

use crate::{Order, Prune};

pub(in crate::inbox) const VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS inbox_versions (version BIGINT NOT NULL)";
pub(in crate::inbox) const VERSION: &str = "SELECT max(version) FROM inbox_versions";
pub(in crate::inbox) const NEW_VERSION: &str = "INSERT INTO inbox_versions (version) VALUES ($1)";

/// Changes nothing where the entry is known.
#[cfg(feature = "sqlite")]
pub(in crate::inbox) const INSERT: &str = insert!();
/// The same, answering with what it made: that saves a server's round trip, and costs SQLite a journal.
#[cfg(feature = "postgres")]
pub(in crate::inbox) const INSERT_RETURNING: &str = concat!(insert!(), " RETURNING id, revision");
#[cfg(feature = "sqlite")]
pub(in crate::inbox) const REVISION: &str = "SELECT revision FROM inbox_entries WHERE id = $1";
pub(in crate::inbox) const INSERT_BODY: &str =
    "INSERT INTO inbox_bodies (id, encoding, body) VALUES ($1, $2, $3)";
pub(in crate::inbox) const KNOWN: &str = "SELECT id FROM inbox_entries WHERE dedup_key = $1";

pub(in crate::inbox) const COMPLETE: &str = "UPDATE inbox_entries SET state = 'done', last_error = NULL
WHERE id = $1 AND leases = $2 AND state = 'leased'";
pub(in crate::inbox) const RETRY: &str =
    "UPDATE inbox_entries SET state = 'pending', due = $1, last_error = $2
WHERE id = $3 AND leases = $4 AND state = 'leased'";
pub(in crate::inbox) const BURY: &str = "UPDATE inbox_entries SET state = 'dead', last_error = $1
WHERE id = $2 AND leases = $3 AND state = 'leased'";
/// As if it had not been handed out.
#[cfg(feature = "postgres")]
pub(in crate::inbox) const GIVE_BACK: &str =
    "UPDATE inbox_entries SET state = 'pending', due = $1, attempts = attempts - 1
WHERE id = $2 AND leases = $3 AND state = 'leased'";
pub(in crate::inbox) const REPLAY: &str = "UPDATE inbox_entries SET state = 'pending', attempts = 0, due = $1
WHERE id = $2 AND state NOT IN ('leased', 'outstanding')";
pub(in crate::inbox) const ERASE: &str = "DELETE FROM inbox_entries WHERE id = $1 AND state <> 'leased'";

pub(in crate::inbox) const END_LEASES: &str =
    "UPDATE inbox_entries SET due = $1 WHERE state = 'leased' AND due > $2";
pub(in crate::inbox) const END_PAUSES: &str =
    "UPDATE inbox_entries SET due = $1 WHERE state = 'pending' AND due > $2";

macro_rules! entry_rows {
    () => {
        concat!(
            "SELECT ",
            summary_columns!(),
            ", source, headers, encoding, body FROM inbox_entries JOIN inbox_bodies USING (id)"
        )
    };
}

pub(in crate::inbox) const GET: &str = concat!(entry_rows!(), " WHERE id = $1");
pub(in crate::inbox) const GET_EXPECTATIONS: &str =
    concat!(entry_rows!(), " WHERE kind = 'expectation' AND id > $1 ORDER BY id LIMIT $2");
pub(in crate::inbox) const LIST: &str =
    concat!("SELECT ", summary_columns!(), " FROM inbox_entries WHERE id > $1 ORDER BY id LIMIT $2");
pub(in crate::inbox) const LIST_IN_STATE: &str = concat!(
    "SELECT ",
    summary_columns!(),
    " FROM inbox_entries WHERE id > $1 AND state = $2 ORDER BY id LIMIT $3"
);
pub(in crate::inbox) const LIST_OF_REQUEST: &str =
    concat!("SELECT ", summary_columns!(), " FROM inbox_entries WHERE request_id = $1 ORDER BY id");
pub(in crate::inbox) const COUNTS: &str = "SELECT state, count(*) FROM inbox_entries GROUP BY state";
pub(in crate::inbox) const OLDEST_PENDING: &str = "SELECT received_at FROM inbox_entries WHERE state = 'pending' AND kind <> 'expectation' ORDER BY id LIMIT 1";

const PRUNE_DONE: &str = prune!("('done')");
const PRUNE_SETTLED: &str = prune!("('done', 'dead', 'quarantined')");
const PRUNE_PENDING: &str = prune!("('done', 'dead', 'quarantined', 'pending')");

/// One of the two that `leases!` makes.
pub(in crate::inbox) const fn lease(of: &[&'static str; 2], order: Order) -> &'static str {
    match order {
        Order::Free => of[0],
        Order::PerLink => of[1],
    }
}

pub(in crate::inbox) const fn prune(which: Prune) -> &'static str {
    match which {
        Prune::Done => PRUNE_DONE,
        Prune::Settled => PRUNE_SETTLED,
        Prune::Pending => PRUNE_PENDING,
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    #[test]
    fn parameters_stand_in_the_order_of_their_numbers() {
        let leases: [&str; 2] =
            leases!("INDEXED BY inbox_entries_open", "INDEXED BY inbox_entries_outstanding", "FOR UPDATE");
        for statement in [
            NEW_VERSION,
            INSERT,
            REVISION,
            INSERT_BODY,
            KNOWN,
            COMPLETE,
            RETRY,
            BURY,
            REPLAY,
            ERASE,
            #[cfg(feature = "postgres")]
            GIVE_BACK,
            END_LEASES,
            END_PAUSES,
            any_after!("INDEXED BY inbox_entries_open"),
            GET,
            LIST,
            LIST_IN_STATE,
            LIST_OF_REQUEST,
            GET_EXPECTATIONS,
            PRUNE_DONE,
            PRUNE_SETTLED,
            PRUNE_PENDING,
            leases[0],
            leases[1],
        ] {
            let mut last = 0;
            for parameter in statement.split('$').skip(1) {
                let digits = parameter.find(|c: char| !c.is_ascii_digit()).unwrap_or(parameter.len());
                let number: u32 = parameter[..digits].parse().unwrap();
                assert!(number <= last + 1, "{statement}");
                last = last.max(number);
            }
            assert!(last > 0, "{statement}");
        }
    }
}
