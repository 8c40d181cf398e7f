//! The tables and their versions, for both databases.

/// Version 4 of the tables: `inbox_entries`, written once, with the bytes; `inbox_deliveries`, a small row for each entry
/// and target that changes as the entry is handled; `inbox_counts`, sums of the latter; `inbox_targets`, which came with
/// this version. What differs between the databases
/// is filled in: the type of numbers, how ids are given out, the type of bytes, how keys compare, how a table is kept in
/// the order of its key.
macro_rules! tables {
    ($number:literal, $id:literal, $blob:literal, $binary:literal, $clustered:literal) => {
        concat!(
            "CREATE TABLE inbox_entries (
    id ", $id, ",
    dedup_key TEXT ", $binary, " NOT NULL UNIQUE, -- kind:message_id:sha256, so that revisions are neighbours
    provider TEXT,
    kind TEXT NOT NULL,
    name TEXT,
    message_id TEXT,
    link_id TEXT,
    consent_id TEXT,
    institution_code TEXT,
    request_id TEXT,
    received_at ", $number, " NOT NULL, -- microseconds since 1970, as is due
    source TEXT,
    headers TEXT, -- one on each line
    bytes ", $number, " NOT NULL, -- size of the body as it came
    encoding TEXT, -- zstd, or nothing where the body is as it came
    body ", $blob, " -- nothing where the entry was pruned and only its key is kept
);
CREATE INDEX inbox_entries_link ON inbox_entries (link_id, id) WHERE link_id IS NOT NULL;
CREATE INDEX inbox_entries_request ON inbox_entries (request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX inbox_entries_received ON inbox_entries (received_at, id) WHERE body IS NOT NULL;
CREATE INDEX inbox_entries_pruned ON inbox_entries (received_at, id) WHERE body IS NULL;
CREATE INDEX inbox_entries_expectation ON inbox_entries (id) WHERE kind = 'expectation';
CREATE TABLE inbox_deliveries (
    entry ", $number, " NOT NULL,
    target TEXT ", $binary, " NOT NULL,
    state TEXT NOT NULL, -- pending, leased, done, dead, quarantined, outstanding
    due ", $number, " NOT NULL, -- not leased before; of a leased one the end of the lease
    attempts ", $number, " NOT NULL, -- that ended since it was stored or last replayed
    leases ", $number, " NOT NULL DEFAULT 0, -- ever
    mark ", $number, " NOT NULL DEFAULT 0, -- 1: leased alone, 2: held up by an earlier one of its link
    link ", $number, ", -- a number for the link whose order it keeps
    bytes ", $number, " NOT NULL, -- stored size of the body, with the first target of an entry
    last_error TEXT,
    history TEXT, -- failed attempts, one on each line
    PRIMARY KEY (entry, target)
)", $clustered, ";
CREATE INDEX inbox_deliveries_due ON inbox_deliveries (target, due, entry)
    WHERE state IN ('pending', 'leased', 'outstanding');
CREATE INDEX inbox_deliveries_link ON inbox_deliveries (target, link, entry)
    WHERE link IS NOT NULL AND state IN ('pending', 'leased');
CREATE INDEX inbox_deliveries_failed ON inbox_deliveries (state, entry) WHERE state IN ('dead', 'quarantined');
CREATE TABLE inbox_counts (
    target TEXT NOT NULL,
    state TEXT NOT NULL,
    shard ", $number, " NOT NULL, -- writers that work at the same time use different ones; the sum counts
    entries ", $number, " NOT NULL,
    bytes ", $number, " NOT NULL,
    PRIMARY KEY (target, state, shard)
);
", $crate::inbox::sql::schema::targets!($number, $binary)
        )
    };
}

/// What is known of each target as a whole.
macro_rules! targets {
    ($number:literal, $binary:literal) => {
        concat!(
            "CREATE TABLE inbox_targets (
    target TEXT ",
            $binary,
            " PRIMARY KEY,
    introduced_at ",
            $number,
            ", -- microseconds since 1970, as are the others
    paused_at ",
            $number,
            ", -- by a person
    pause_reason TEXT,
    down_at ",
            $number,
            ", -- found by a dispatcher
    down_reason TEXT
);"
        )
    };
}

/// From the tables of versions 1 and 2, which were called differently while the new ones were made. Attempts were counted
/// when they began.
macro_rules! adopt {
    ($length:literal, $link:literal) => {
        concat!(
            "INSERT INTO inbox_entries (id, dedup_key, kind, name, message_id, link_id, consent_id, institution_code,
    request_id, received_at, source, headers, bytes, encoding, body)
SELECT id, dedup_key, kind, name, message_id, link_id, consent_id, institution_code, request_id, received_at, source,
    headers, bytes, encoding, body FROM inbox_entries_2 JOIN inbox_bodies USING (id) ORDER BY id;
INSERT INTO inbox_deliveries (entry, target, state, due, attempts, leases, link, bytes, last_error)
SELECT id, 'default', state, due, CASE WHEN state = 'leased' AND attempts > 0 THEN attempts - 1 ELSE attempts END,
    leases, CASE WHEN kind <> 'expectation' THEN ", $link, " END, ", $length, ", last_error
FROM inbox_entries_2 JOIN inbox_bodies USING (id) ORDER BY id;
INSERT INTO inbox_counts SELECT target, state, 0, count(*), sum(bytes) FROM inbox_deliveries GROUP BY target, state;
DROP TABLE inbox_bodies;
DROP TABLE inbox_entries_2;"
        )
    };
}

pub(in crate::inbox) use {adopt, tables, targets};

/// The version that this code writes.
pub(in crate::inbox) const NEWEST: usize = 4;

/// The version before there were targets as a whole.
pub(in crate::inbox) const WITHOUT_TARGETS: usize = 3;

pub(in crate::inbox) const VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS inbox_versions (version BIGINT NOT NULL)";
pub(in crate::inbox) const VERSION: &str = "SELECT max(version) FROM inbox_versions";
pub(in crate::inbox) const NEW_VERSION: &str = "INSERT INTO inbox_versions (version) VALUES ($1)";

/// Makes room for the new tables.
pub(in crate::inbox) const SET_ASIDE: [&str; 8] = [
    "ALTER TABLE inbox_entries RENAME TO inbox_entries_2",
    "DROP INDEX IF EXISTS inbox_entries_message",
    "DROP INDEX IF EXISTS inbox_entries_state",
    "DROP INDEX IF EXISTS inbox_entries_open",
    "DROP INDEX IF EXISTS inbox_entries_open_link",
    "DROP INDEX IF EXISTS inbox_entries_outstanding",
    "DROP INDEX IF EXISTS inbox_entries_request",
    "DROP INDEX IF EXISTS inbox_entries_expectation",
];
