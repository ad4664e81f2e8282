-- Writes the figures of days as they are now, in place of the figures that were kept of these days. A figure that has not
-- changed is not written again.
WITH gone AS (
    DELETE FROM health.day_summary
    USING unnest(:worked_out_residents::bigint[], :worked_out_days::date[]) AS worked_out (resident_id, day)
    WHERE day_summary.resident_id = worked_out.resident_id
        AND day_summary.day = worked_out.day
        AND NOT EXISTS (
            SELECT FROM unnest(:resident_ids::bigint[], :days::date[], :figures::smallint[]) AS kept (resident_id, day, figure)
            WHERE kept.resident_id = day_summary.resident_id AND kept.day = day_summary.day AND kept.figure = day_summary.figure)
)
INSERT INTO health.day_summary (resident_id, day, figure, value, sample_count, measured_at)
SELECT * FROM unnest(:resident_ids::bigint[], :days::date[], :figures::smallint[], :summary_values::double precision[],
    :sample_counts::integer[], :measured_ats::timestamptz[])
ON CONFLICT (resident_id, day, figure) DO UPDATE
SET value = excluded.value, sample_count = excluded.sample_count, measured_at = excluded.measured_at
WHERE (day_summary.value, day_summary.sample_count, day_summary.measured_at)
    IS DISTINCT FROM (excluded.value, excluded.sample_count, excluded.measured_at)
