-- Stores the choice, and queues every day to which it applies, so that these days are worked out anew.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
), chosen AS (
    INSERT INTO health.source_order (resident_id, metric, from_day, sources, chosen_at)
    SELECT resident_id, :metric, :from_day, :sources::text[], :now FROM asking
    ON CONFLICT (resident_id, metric, from_day) DO UPDATE
    SET sources = excluded.sources, chosen_at = excluded.chosen_at
)
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT asking.resident_id, touched.day, nextval('health.upload_sequence'), :now
FROM asking, LATERAL (
    SELECT day
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day >= :from_day AND metric = ANY (:metrics_counted::smallint[])
    UNION
    SELECT day
    FROM health.days_with_moved_samples(asking.resident_id, :metrics_counted, NULL) AS day
    WHERE day >= :from_day
    OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
) AS touched
