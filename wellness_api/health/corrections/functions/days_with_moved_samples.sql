-- The days to which a resident's shifts may have moved samples, of some metrics and of a source or of any (null).
CREATE OR REPLACE FUNCTION health.days_with_moved_samples(of_resident bigint, of_metrics smallint[], of_source text)
RETURNS SETOF date LANGUAGE sql STABLE ROWS 3 AS $$
    SELECT DISTINCT moved.day
    FROM (
        SELECT shifted.source, range_agg(daterange(segment.day, segment.day + 1)) AS days
        FROM (
            SELECT DISTINCT source
            FROM health.correction
            WHERE resident_id = of_resident AND kind = 'shift' AND (of_source IS NULL OR source = of_source)
        ) AS shifted
        JOIN health.segment ON segment.resident_id = of_resident AND segment.source = shifted.source
            AND (of_metrics IS NULL OR segment.metric = ANY (of_metrics))
        GROUP BY shifted.source
    ) AS measured, health.days_moved_to(of_resident, measured.source, measured.days) AS moved (day)
$$;
