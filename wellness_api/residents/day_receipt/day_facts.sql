-- In one answer, what the receipt of a resident's day needs apart from its segments: the choices of sources, the stored
-- summaries, the points that the day gave, whether the day waits for the worker or is set aside, and when each source was
-- last heard since a day, or about this day.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
SELECT
    (SELECT coalesce(json_agg(choice), '[]')
        FROM (
            SELECT metric, from_day, sources FROM health.source_order WHERE resident_id = asking.resident_id
            OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
        ) AS choice)::text AS choices,
    (SELECT coalesce(json_agg(summary), '[]')
        FROM (
            SELECT figure, value FROM health.day_summary WHERE resident_id = asking.resident_id AND day = :day
            OFFSET 0
        ) AS summary)::text AS summaries,
    (SELECT coalesce(json_agg(heard ORDER BY heard.source), '[]')
        FROM (
            SELECT source, venue.name AS venue, last_heard
            FROM (
                SELECT source, max(received_at) AS last_heard
                FROM health.segment
                WHERE resident_id = asking.resident_id AND (day = :day OR day >= :heard_since)
                    AND sequence > coalesce((
                        SELECT deleted.sequence
                        FROM health.deleted_source AS deleted
                        WHERE deleted.resident_id = asking.resident_id AND deleted.source = segment.source
                    ), 0)
                GROUP BY source
                OFFSET 0
            ) AS own
            LEFT JOIN health.venue USING (source)
        ) AS heard)::text AS heard,
    (SELECT coalesce(sum(points), 0)::bigint
        FROM (
            SELECT CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END AS points
            FROM rewards.transfer
            WHERE resident_id = asking.resident_id AND period_start = :day AND period_end = :day
                AND 'budget' IN (debit_account, credit_account)
            OFFSET 0
        ) AS moved) AS points,
    (SELECT EXISTS (
        SELECT FROM health.pending_day WHERE resident_id = asking.resident_id AND day = :day OFFSET 0)) AS is_pending,
    work.own_day_is_set_aside(asking.resident_id, :day) AS is_set_aside
FROM asking
