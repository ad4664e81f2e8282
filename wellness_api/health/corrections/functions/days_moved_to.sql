-- The days to which a resident's shifts may have moved samples of a source that stand in segments of the given days. In the order
-- in which the shifts were made, since what one moved may be moved on by another. ROWS: a planner that expects many would
-- plan the storing of uploads anew each time.
CREATE OR REPLACE FUNCTION health.days_moved_to(of_resident bigint, of_source text, days datemultirange) RETURNS SETOF date
LANGUAGE plpgsql STABLE ROWS 3 AS $$
DECLARE
    shift record;
    standing datemultirange := days;
    moved datemultirange := '{}';
    reached datemultirange;
BEGIN
    FOR shift IN
        -- Two days more on each side: for the zone, and for what reaches over midnight.
        SELECT by_ms, datemultirange(daterange(
                (to_timestamp(from_ms / 1000.0) AT TIME ZONE 'UTC')::date - 2,
                (to_timestamp(until_ms / 1000.0) AT TIME ZONE 'UTC')::date + 2,
                '[]')) AS span
        FROM health.correction
        WHERE resident_id = of_resident AND kind = 'shift' AND source = of_source
        ORDER BY sequence
    LOOP
        reached := health.days_moved_by(shift.by_ms, standing * shift.span);
        standing := standing + reached;
        moved := moved + reached;
    END LOOP;
    RETURN QUERY
        SELECT lower(run) + later FROM unnest(moved) AS run, generate_series(0, upper(run) - lower(run) - 1) AS later;
END $$;
