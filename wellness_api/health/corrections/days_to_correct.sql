-- The resident's first days after :day_done that have segments which reach into the span and were received until :sequence;
-- of a metric and a source, or of all (null). :start and :end are of UTC, without a zone.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT found.day
FROM asking, LATERAL (
    SELECT DISTINCT day
    FROM health.segment
    WHERE resident_id = asking.resident_id AND day > :day_done::date
        AND day BETWEEN :start::timestamp::date - 2 AND :end::timestamp::date + 2
        AND (:metric::smallint IS NULL OR metric = :metric) AND (:source::text IS NULL OR source = :source)
        AND sequence <= :sequence
        AND day + time_last * interval '1 millisecond' >= :start AND day + time_first * interval '1 millisecond' < :end
    ORDER BY day
    LIMIT :days_max
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS found
