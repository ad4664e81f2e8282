-- Stores uploads of different residents in one statement, and so in one transaction, one round trip and one wait for the
-- disk. The receipt, the segments and the pending days of each upload become durable together or not at all. If no row
-- comes back for an upload, it was not kept, for one of these reasons: its key was used before; or segments that reach
-- into its samples' time, rows of its records, or whole states of its resident are newer than those that the caller
-- compared it with (sequence above `seen`); or it missed its turn.
--
-- Uploads with records or whole states, and uploads of residents who have whole states, take turns for each resident. If
-- another process is just storing such an upload, this statement waits for it. Then this upload misses its turn, because
-- this statement could not see what the other one stored.
WITH asking AS (
    -- Everything below hangs on this row, so the row-level security context is set before any table is read.
    SELECT set_config('wellness.resident_ids', :resident_ids::bigint[]::text, true) AS resident_ids
), attempt AS MATERIALIZED (
    SELECT attempt.*
    FROM asking,
        unnest(:resident_ids::bigint[], :keys::uuid[], :content_digests::uuid[], :received_ats::timestamptz[], :receipts::bytea[], :seen::bigint[], :seen_records::bigint[],
            :seen_states::bigint[], :take_turns::boolean[])
            AS attempt (resident_id, idempotency_key, content_digest, received_at, receipt, seen, seen_records,
                seen_states, takes_turn)
), part AS MATERIALIZED (
    SELECT part.*, attempt.seen
    FROM attempt
    JOIN unnest(:part_residents::bigint[], :part_days::date[], :part_metrics::smallint[], :part_sources::text[], :part_revisions::bigint[], :part_firsts::integer[], :part_lasts::integer[],
            :part_times::bytea[], :part_lengths::bytea[], :part_values::bytea[], :part_records::bytea[], :part_changes::bytea[], :part_origins::smallint[])
        AS part (resident_id, day, metric, source, revision, time_first, time_last, times, lengths, values, records, changed,
            origin)
        USING (resident_id)
), unseen AS MATERIALIZED (
    SELECT DISTINCT part.resident_id
    FROM part, LATERAL (
        SELECT FROM health.segment
        WHERE resident_id = part.resident_id AND day = part.day AND metric = part.metric AND source = part.source
            AND sequence > part.seen
            AND time_first <= part.time_last AND time_last >= part.time_first
            -- The first and the last of all days: PostgreSQL opens only the partitions of their months.
            AND day BETWEEN :first_day::date AND :last_day::date
        LIMIT 1
    ) AS newer
    -- What a record says does not depend on what else is said of its time.
    WHERE part.records IS NULL
    UNION
    -- What a whole state ends depends on all that is said of its days.
    SELECT attempt.resident_id
    FROM attempt
    JOIN unnest(:watched_residents::bigint[], :watched_days::date[], :watched_metrics::smallint[], :watched_sources::text[])
        AS watched (resident_id, day, metric, source) USING (resident_id),
    LATERAL (
        SELECT FROM health.segment
        WHERE resident_id = attempt.resident_id AND day = watched.day AND metric = watched.metric AND source = watched.source
            AND sequence > attempt.seen AND day BETWEEN :first_day::date AND :last_day::date
        LIMIT 1
    ) AS newer
    UNION
    SELECT attempt.resident_id
    FROM attempt, LATERAL (
        SELECT FROM health.whole_state
        WHERE resident_id = attempt.resident_id AND sequence > attempt.seen_states
        LIMIT 1
    ) AS newer
), unseen_records AS MATERIALIZED (
    SELECT DISTINCT attempt.resident_id
    FROM attempt
    JOIN unnest(:named_residents::bigint[], :named_records::uuid[]) AS named (resident_id, record) USING (resident_id),
    LATERAL (
        SELECT FROM health.record
        WHERE resident_id = attempt.resident_id AND record = named.record AND sequence > attempt.seen_records
        LIMIT 1
    ) AS newer
), turn AS (
    INSERT INTO health.record_turn (resident_id, turn)
    SELECT attempt.resident_id, coalesce(last.turn, 0) + 1
    FROM attempt
    LEFT JOIN LATERAL (
        SELECT turn FROM health.record_turn WHERE resident_id = attempt.resident_id LIMIT 1
    ) AS last ON true
    WHERE attempt.takes_turn
        AND attempt.resident_id NOT IN (SELECT resident_id FROM unseen)
        AND attempt.resident_id NOT IN (SELECT resident_id FROM unseen_records)
    ORDER BY attempt.resident_id -- In one order, so that no two statements wait for each other.
    ON CONFLICT (resident_id) DO UPDATE SET turn = excluded.turn WHERE record_turn.turn = excluded.turn - 1
    RETURNING resident_id
), upload AS (
    INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt)
    SELECT resident_id, idempotency_key, content_digest, nextval('health.upload_sequence'), received_at, receipt
    FROM attempt
    WHERE resident_id NOT IN (SELECT resident_id FROM unseen)
        AND (NOT takes_turn OR resident_id IN (SELECT resident_id FROM turn))
    ON CONFLICT (resident_id, idempotency_key) DO NOTHING
    RETURNING resident_id, sequence, received_at
), segment AS (
    INSERT INTO health.segment
        (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, lengths, values,
            records, changed, origin)
    SELECT resident_id, nextval('health.upload_sequence'), upload.received_at, part.revision, part.day, part.metric,
        part.source, part.time_first, part.time_last, part.times, part.lengths, part.values, part.records, part.changed,
        part.origin
    FROM upload
    JOIN part USING (resident_id)
), record AS (
    INSERT INTO health.record (resident_id, record, revision, sequence, source, last_day, places)
    SELECT resident_id, written.record, revision, nextval('health.upload_sequence'), written.source, last_day, written.places
    FROM upload
    JOIN unnest(:record_residents::bigint[], :records::uuid[], :record_revisions::bigint[], :record_sources::text[],
            :record_last_days::date[], :record_places::bytea[])
        AS written (resident_id, record, revision, source, last_day, places) USING (resident_id)
    ON CONFLICT (resident_id, record) DO UPDATE
    SET revision = excluded.revision, sequence = excluded.sequence, source = excluded.source,
        last_day = excluded.last_day, places = excluded.places
), whole_state AS (
    INSERT INTO health.whole_state (resident_id, metric, source, sequence, last_day, spans)
    SELECT resident_id, written.metric, written.source, nextval('health.upload_sequence'), written.last_day, written.spans
    FROM upload
    JOIN unnest(:state_residents::bigint[], :state_metrics::smallint[], :state_sources::text[], :state_last_days::date[], :state_spans::bytea[])
        AS written (resident_id, metric, source, last_day, spans) USING (resident_id)
    ON CONFLICT (resident_id, metric, source) DO UPDATE
    SET sequence = excluded.sequence, last_day = excluded.last_day, spans = excluded.spans
), moving AS MATERIALIZED (
    -- Nearly nobody: whose samples of a wrong clock were moved by hand, so that they count on other days than they stand in.
    SELECT upload.resident_id
    FROM upload, LATERAL (
        SELECT FROM health.correction WHERE resident_id = upload.resident_id AND kind = 'shift' LIMIT 1
    ) AS shift
), moved AS (
    SELECT resident_id, source, range_agg(daterange(day, day + 1)) AS days
    FROM moving
    JOIN part USING (resident_id)
    GROUP BY resident_id, source
), changed AS (
    SELECT resident_id, day FROM part
    UNION
    SELECT resident_id, day FROM moved, health.days_moved_to(resident_id, source, days) AS day
), pending AS (
    INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
    SELECT resident_id, changed.day, upload.sequence, upload.received_at
    FROM upload
    JOIN changed USING (resident_id)
)
SELECT resident_id, sequence FROM upload
