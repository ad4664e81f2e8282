-- Uploads of different residents in one statement, so one transaction, one round trip and one wait for the disk: of
-- each the receipt, the segments and the pending days become durable together or not at all. An upload of which no row
-- comes back was not kept: its key was used before, or there are segments that reach into its samples' time, or rows of
-- its records, or whole states of its resident, that the caller has not compared it with (sequence above `seen`), or it missed
-- its turn.
--
-- Uploads with records or whole states, and those of residents who have whole states, take turns, resident by resident. One that another process is just storing is waited for, and
-- then this one's turn is over, since the statement could not see what that one stored.
WITH asking AS (
    -- Everything below hangs on this row, so the row-level security context is set before any table is read.
    SELECT set_config('wellness.resident_ids', :resident_ids::bigint[]::text, true) AS resident_ids
), given AS MATERIALIZED (
    SELECT given.*
    FROM asking,
        unnest(:resident_ids::bigint[], :keys::uuid[], :content_digests::uuid[], :received_ats::timestamptz[], :receipts::bytea[], :seen::bigint[], :seen_records::bigint[],
            :seen_states::bigint[], :take_turns::boolean[])
            AS given (resident_id, idempotency_key, content_digest, received_at, receipt, seen, seen_records,
                seen_states, takes_turn)
), part AS MATERIALIZED (
    SELECT part.*, given.seen
    FROM given
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
            -- The first and last of all days: only their months' partitions are opened.
            AND day BETWEEN :first_day::date AND :last_day::date
        LIMIT 1
    ) AS newer
    -- What records say does not depend on what else is said of their time.
    WHERE part.records IS NULL
    UNION
    -- What a whole state ends depends on all that is said of its days.
    SELECT given.resident_id
    FROM given
    JOIN unnest(:watched_residents::bigint[], :watched_days::date[], :watched_metrics::smallint[], :watched_sources::text[])
        AS watched (resident_id, day, metric, source) USING (resident_id),
    LATERAL (
        SELECT FROM health.segment
        WHERE resident_id = given.resident_id AND day = watched.day AND metric = watched.metric AND source = watched.source
            AND sequence > given.seen AND day BETWEEN :first_day::date AND :last_day::date
        LIMIT 1
    ) AS newer
    UNION
    SELECT given.resident_id
    FROM given, LATERAL (
        SELECT FROM health.whole_state
        WHERE resident_id = given.resident_id AND sequence > given.seen_states
        LIMIT 1
    ) AS newer
), unseen_records AS MATERIALIZED (
    SELECT DISTINCT given.resident_id
    FROM given
    JOIN unnest(:named_residents::bigint[], :named_records::uuid[]) AS named (resident_id, record) USING (resident_id),
    LATERAL (
        SELECT FROM health.record
        WHERE resident_id = given.resident_id AND record = named.record AND sequence > given.seen_records
        LIMIT 1
    ) AS newer
), turn AS (
    INSERT INTO health.record_turn (resident_id, turn)
    SELECT given.resident_id, coalesce(last.turn, 0) + 1
    FROM given
    LEFT JOIN LATERAL (
        SELECT turn FROM health.record_turn WHERE resident_id = given.resident_id LIMIT 1
    ) AS last ON true
    WHERE given.takes_turn
        AND given.resident_id NOT IN (SELECT resident_id FROM unseen)
        AND given.resident_id NOT IN (SELECT resident_id FROM unseen_records)
    ORDER BY given.resident_id -- In one order, so that no two statements wait for each other.
    ON CONFLICT (resident_id) DO UPDATE SET turn = excluded.turn WHERE record_turn.turn = excluded.turn - 1
    RETURNING resident_id
), upload AS (
    INSERT INTO health.upload (resident_id, idempotency_key, content_digest, sequence, received_at, receipt)
    SELECT resident_id, idempotency_key, content_digest, nextval('health.upload_sequence'), received_at, receipt
    FROM given
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
