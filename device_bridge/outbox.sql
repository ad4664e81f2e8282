-- The gateway's outbox. Readings wait, become part of an upload, and are deleted when the server's receipt has come.
CREATE TABLE IF NOT EXISTS upload (
    upload_id INTEGER PRIMARY KEY AUTOINCREMENT,
    idempotency_key TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL,
    samples INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    card TEXT NOT NULL,
    -- How often the server failed on it.
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS upload_of_card ON upload (card);
CREATE TABLE IF NOT EXISTS reading (
    reading_id INTEGER PRIMARY KEY AUTOINCREMENT,
    card TEXT NOT NULL,
    source TEXT NOT NULL,
    metric TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    value REAL NOT NULL
);
-- The minute under way is counted again and again. While it waits, the later figure replaces the earlier one.
CREATE UNIQUE INDEX IF NOT EXISTS reading_at ON reading (card, source, metric, time_ms);
-- Measurements that came while nobody knew the time. They become readings when somebody does.
CREATE TABLE IF NOT EXISTS untimed (
    untimed_id INTEGER PRIMARY KEY AUTOINCREMENT,
    card TEXT NOT NULL,
    source TEXT NOT NULL,
    metric TEXT NOT NULL,
    value REAL NOT NULL,
    -- A counter's total, of which one is kept for each minute.
    cumulative INTEGER NOT NULL,
    -- What the device's own clock said, without an offset.
    told TEXT,
    boot_id TEXT NOT NULL,
    boot_ms INTEGER NOT NULL
);
-- Starts of the box in order. `offset_ms`: what to add to its milliseconds to get Unix time, once that was known.
CREATE TABLE IF NOT EXISTS boot (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    boot_id TEXT NOT NULL UNIQUE,
    last_boot_ms INTEGER NOT NULL DEFAULT 0,
    offset_ms INTEGER
);
CREATE TABLE IF NOT EXISTS step_counter (
    source TEXT NOT NULL,
    card TEXT NOT NULL,
    total INTEGER NOT NULL,
    minute_ms INTEGER NOT NULL,
    minute_steps INTEGER NOT NULL,
    PRIMARY KEY (source, card)
) WITHOUT ROWID;
-- Records that devices sent from their memories, so that each counts once however often a device sends it.
CREATE TABLE IF NOT EXISTS seen (
    source TEXT NOT NULL,
    digest BLOB NOT NULL,
    -- How many records with the same bytes came before it in the same connection.
    place INTEGER NOT NULL,
    -- Counts up with each sight of any record; the least recent ones are deleted first.
    sighting INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    boot_ms INTEGER NOT NULL,
    utc_ms INTEGER,
    PRIMARY KEY (source, digest, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_sighting ON seen (sighting);
-- Devices that have sent several measurements in one breath: they have a memory.
CREATE TABLE IF NOT EXISTS keeps_memory (
    source TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    idempotency_key TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    samples INTEGER NOT NULL,
    status INTEGER NOT NULL,
    problem BLOB NOT NULL,
    refused_ms INTEGER NOT NULL
);
