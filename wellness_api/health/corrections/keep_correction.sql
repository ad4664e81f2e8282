-- Keeps a correction, and queues the days that it may change: the days with samples in its span, and the days to which
-- these samples move. Samples that an earlier shift moved into the span stand in segments of other days. So if there is a
-- shift, all days of the span are queued. The caller holds the lock of the resident's corrections, in a transaction that
-- acts for the resident. So `sequence` is above all sequences that a fold is working on.
WITH kept AS (
    INSERT INTO health.correction
        (resident_id, correction_id, key, kind, asked_at, sequence, source, metric, from_ms, until_ms, by_ms)
    VALUES (:resident_id, :correction_id, :key, :kind, :now, nextval('health.upload_sequence'), :source, :metric, :from_ms, :until_ms, :by_ms)
    RETURNING sequence
), span AS (
    SELECT (to_timestamp(:from_ms / 1000.0) AT TIME ZONE 'UTC')::date - 2 AS first_day,
        (to_timestamp(:until_ms / 1000.0) AT TIME ZONE 'UTC')::date + 2 AS last_day
), touched AS (
    SELECT day
    FROM health.segment, span
    WHERE resident_id = :resident_id AND day BETWEEN first_day AND last_day
        AND (:metric_number::smallint IS NULL OR segment.metric = :metric_number) AND (:source::text IS NULL OR segment.source = :source)
    UNION
    SELECT day
    FROM span, health.days_with_moved_samples(
        :resident_id, CASE WHEN :metric_number IS NOT NULL THEN ARRAY[:metric_number::smallint] END, :source) AS day
    WHERE day BETWEEN first_day AND last_day
), changed AS (
    SELECT day FROM touched
    UNION
    SELECT lower(run) + later
    FROM (SELECT health.days_moved_by(:by_ms, range_agg(daterange(day, day + 1))) AS days FROM touched) AS moved,
        unnest(moved.days) AS run, generate_series(0, upper(run) - lower(run) - 1) AS later
    WHERE :by_ms <> 0
), queued AS (
    INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
    SELECT :resident_id, day, sequence, :now FROM changed, kept
), unlisted AS (
    -- From here on, a source whose samples were all deleted is listed only for what it sends later.
    INSERT INTO health.deleted_source (resident_id, source, sequence)
    SELECT :resident_id, :source, sequence FROM kept WHERE :is_of_source::boolean
    ON CONFLICT (resident_id, source) DO UPDATE SET sequence = greatest(deleted_source.sequence, excluded.sequence)
)
SELECT count(*) FROM changed
