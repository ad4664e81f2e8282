-- Imports: a file that a resident sends in parts and the worker reads as a whole. Bytes of the file are `file_bytes` and
-- `bytes_received`, bytes of what is in it `bytes_read` and `bytes_total`. `pieces_stored`: how many uploads have come of
-- it so far, each under the key import:<id>:<number>; the counts of samples are theirs. `report`: what was left out.
CREATE TABLE health.import (
    resident_id bigint NOT NULL,
    import_id uuid NOT NULL DEFAULT gen_random_uuid(),
    idempotency_key uuid NOT NULL,
    form text NOT NULL,
    state text NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'waiting', 'reading', 'done', 'refused')),
    file_bytes bigint NOT NULL CHECK (file_bytes > 0),
    part_bytes integer NOT NULL CHECK (part_bytes > 0),
    bytes_received bigint NOT NULL DEFAULT 0 CHECK (bytes_received <= file_bytes),
    created_at timestamptz NOT NULL,
    received_at timestamptz,
    finished_at timestamptz,
    bytes_read bigint NOT NULL DEFAULT 0,
    bytes_total bigint,
    pieces_stored integer NOT NULL DEFAULT 0,
    accepted bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    flagged bigint NOT NULL DEFAULT 0,
    report jsonb NOT NULL DEFAULT '{}',
    problem jsonb,
    PRIMARY KEY (resident_id, import_id),
    UNIQUE (resident_id, idempotency_key)
);
CREATE INDEX import_to_read ON health.import (received_at) WHERE state IN ('waiting', 'reading');

-- The parts of a file, from 0. `content` is emptied when the file has been read; the digest stays, so that a part which is
-- sent once more is known.
CREATE TABLE health.import_part (
    resident_id bigint NOT NULL,
    import_id uuid NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    digest uuid NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (resident_id, import_id, number),
    FOREIGN KEY (resident_id, import_id) REFERENCES health.import ON DELETE CASCADE
);
-- Compressed files do not compress again; trying to costs time.
ALTER TABLE health.import_part ALTER content SET STORAGE EXTERNAL;

ALTER TABLE health.import ENABLE ROW LEVEL SECURITY;
ALTER TABLE health.import_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON health.import TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON health.import_part TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON health.import TO wellness_worker USING (true);
CREATE POLICY processing ON health.import_part TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE (state, bytes_received, received_at), DELETE ON health.import TO wellness_api;
GRANT SELECT, INSERT ON health.import_part TO wellness_api;
GRANT SELECT, UPDATE, DELETE ON health.import TO wellness_worker;
GRANT SELECT, UPDATE (content) ON health.import_part TO wellness_worker;

-- The worker stores what it reads as the API stores uploads (samples/store_uploads.sql).
CREATE POLICY processing ON health.upload TO wellness_worker USING (true);
GRANT SELECT, INSERT ON health.upload TO wellness_worker;
GRANT INSERT ON health.segment, health.pending_day TO wellness_worker;
GRANT INSERT, UPDATE ON health.record TO wellness_worker;
GRANT USAGE ON SEQUENCE health.upload_sequence TO wellness_worker;
