-- The tables as version 1 made them, with what it left in them. What stands in braces differs between the databases.
CREATE TABLE inbox_versions (version BIGINT NOT NULL);
INSERT INTO inbox_versions (version) VALUES (1);
CREATE TABLE inbox_entries (
    id {id},
    dedup_key TEXT NOT NULL UNIQUE,
    message_key TEXT NOT NULL,
    revision {number} NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    message_id TEXT,
    link_id TEXT,
    consent_id TEXT,
    institution_code TEXT,
    request_id TEXT,
    received_at {number} NOT NULL,
    source TEXT,
    headers TEXT NOT NULL,
    bytes {number} NOT NULL,
    state TEXT NOT NULL,
    due {number} NOT NULL DEFAULT 0,
    attempts {number} NOT NULL DEFAULT 0,
    leases {number} NOT NULL DEFAULT 0,
    last_error TEXT
);
CREATE TABLE inbox_bodies (
    id {number} PRIMARY KEY REFERENCES inbox_entries (id) ON DELETE CASCADE,
    encoding TEXT,
    body {blob} NOT NULL
);
CREATE INDEX inbox_entries_message ON inbox_entries (message_key);
CREATE INDEX inbox_entries_state ON inbox_entries (state, id);
CREATE INDEX inbox_entries_open ON inbox_entries (id, due) WHERE state IN ('pending', 'leased');
CREATE INDEX inbox_entries_open_link ON inbox_entries (link_id, id) WHERE state IN ('pending', 'leased');
INSERT INTO inbox_entries (dedup_key, message_key, revision, kind, name, message_id, link_id, request_id, received_at, headers, bytes, state, attempts, leases, last_error)
VALUES
    ('report:rp-1:a', 'report:rp-1', 0, 'report', 'pf_balance', 'rp-1', 'l-1', 'rq-1', 1767323045000000, 'x-note: a', 2, 'done', 1, 1, NULL),
    ('report:rp-2:b', 'report:rp-2', 0, 'report', 'pf_loans', 'rp-2', 'l-1', 'rq-1', 1767323045000000, '', 2, 'pending', 0, 0, NULL),
    ('report:rp-3:c', 'report:rp-3', 0, 'report', 'pf_funds', 'rp-3', 'l-1', NULL, 1767323045000000, '', 2, 'pending', 0, 0, NULL),
    ('unknown::d', 'unknown::d', 0, 'unknown', NULL, NULL, NULL, NULL, 1767323045000000, '', 2, 'quarantined', 0, 0, 'odd');
INSERT INTO inbox_bodies (id, body) SELECT id, {bytes} FROM inbox_entries;
