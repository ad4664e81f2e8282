-- One statement, so one transaction and one round trip: the receipt, the segments and the pending days become durable
-- together or not at all. No row comes back, and nothing is kept, when the key was used before or when there are
-- segments of these days that the caller has not compared the samples with (sequence above $6).
WITH asking AS (
    -- Everything below hangs on this row, so the row-level security context is set before any table is read.
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
), unseen AS (
    SELECT (
        SELECT count(*)
        FROM health.segment
        JOIN (SELECT DISTINCT * FROM unnest($7::date[], $8::smallint[], $9::text[])) AS part (day, metric, source)
            USING (day, metric, source)
        WHERE segment.resident_id = asking.resident_id AND segment.sequence > $6
            -- The first and last of those days: only their months' partitions are opened.
            AND segment.day BETWEEN $13::date AND $14::date
    ) AS segments
    FROM asking
), upload AS (
    INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt)
    SELECT resident_id, $2::uuid, $3::uuid, nextval('health.upload_sequence'), $4::timestamptz, $5::bytea
    FROM asking, unseen
    WHERE unseen.segments = 0
    ON CONFLICT (resident_id, idempotency_key) DO NOTHING
    RETURNING resident_id, sequence, received_at
), segment AS (
    INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, times, values)
    SELECT upload.resident_id, nextval('health.upload_sequence'), upload.received_at, part.revision, part.day,
        part.metric, part.source, part.times, part.values
    FROM upload,
        unnest($7::date[], $8::smallint[], $9::text[], $10::bigint[], $11::bytea[], $12::bytea[])
            AS part (day, metric, source, revision, times, values)
), pending AS (
    INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
    SELECT upload.resident_id, day, upload.sequence, upload.received_at
    FROM upload, (SELECT DISTINCT unnest($7::date[])) AS touched (day)
)
SELECT sequence FROM upload
