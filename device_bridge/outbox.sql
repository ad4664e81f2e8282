-- The gateway's outbox. Readings wait, are bound to an upload, and go when the server's receipt has come.
CREATE TABLE IF NOT EXISTS upload (
    upload_id INTEGER PRIMARY KEY AUTOINCREMENT,
    idempotency_key TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL,
    samples INTEGER NOT NULL,
    made_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS reading (
    reading_id INTEGER PRIMARY KEY AUTOINCREMENT,
    card TEXT NOT NULL,
    source TEXT NOT NULL,
    metric TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    upload_id INTEGER REFERENCES upload ON DELETE CASCADE
);
-- A minute under way is counted again and again; while it waits, the later figure replaces the earlier.
CREATE UNIQUE INDEX IF NOT EXISTS reading_waiting
    ON reading (card, source, metric, time_ms) WHERE upload_id IS NULL;
CREATE INDEX IF NOT EXISTS reading_of_upload ON reading (upload_id);
CREATE TABLE IF NOT EXISTS step_counter (
    source TEXT NOT NULL,
    card TEXT NOT NULL,
    total INTEGER NOT NULL,
    minute_ms INTEGER NOT NULL,
    minute_steps INTEGER NOT NULL,
    PRIMARY KEY (source, card)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    idempotency_key TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    samples INTEGER NOT NULL,
    status INTEGER NOT NULL,
    problem BLOB NOT NULL,
    refused_ms INTEGER NOT NULL
);
