-- The day summaries as they are now; the last two arrays name those that no sample is left of.
WITH gone AS (
    DELETE FROM health.day_summary
    USING unnest(:gone_residents::bigint[], :gone_days::date[], :gone_metrics::smallint[]) AS without_samples (resident_id, day, metric)
    WHERE day_summary.resident_id = without_samples.resident_id
        AND day_summary.day = without_samples.day
        AND day_summary.metric = without_samples.metric
)
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at)
SELECT * FROM unnest(:resident_ids::bigint[], :days::date[], :metrics::smallint[], :summary_values::double precision[], :minimums::double precision[],
    :maximums::double precision[], :sample_counts::integer[], :measured_ats::timestamptz[])
ON CONFLICT (resident_id, day, metric) DO UPDATE
SET value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum,
    sample_count = excluded.sample_count, measured_at = excluded.measured_at
