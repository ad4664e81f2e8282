-- Stores the values that a version of a programme counts differently from the summaries, for these days. Other rows of
-- these days are deleted.
WITH gone AS (
    DELETE FROM rewards.day_in_time
    USING unnest(:resident_ids::bigint[], :days::date[]) AS worked_out (resident_id, day)
    WHERE day_in_time.resident_id = worked_out.resident_id AND day_in_time.day = worked_out.day
        AND day_in_time.programme = :programme AND day_in_time.version = :version
        AND NOT EXISTS (
            SELECT FROM unnest(:other_residents::bigint[], :other_days::date[], :other_figures::smallint[]) AS kept (resident_id, day, figure)
            WHERE kept.resident_id = day_in_time.resident_id AND kept.day = day_in_time.day
                AND kept.figure = day_in_time.figure)
)
INSERT INTO rewards.day_in_time (resident_id, programme, version, day, figure, value, left_out, waits_until)
SELECT resident_id, :programme, :version, day, figure, value, left_out::jsonb, waits_until
FROM unnest(:other_residents::bigint[], :other_days::date[], :other_figures::smallint[], :other_values::double precision[],
        :left_outs::text[], :waits_until::date[])
    AS other (resident_id, day, figure, value, left_out, waits_until)
ON CONFLICT (resident_id, programme, version, day, figure)
    DO UPDATE SET value = excluded.value, left_out = excluded.left_out, waits_until = excluded.waits_until
