-- The day summaries as they are now; the last two arrays name those that no sample is left of.
WITH gone AS (
    DELETE FROM health.day_summary
    USING unnest($9::bigint[], $10::date[], $11::smallint[]) AS without_samples (resident_id, day, metric)
    WHERE day_summary.resident_id = without_samples.resident_id
        AND day_summary.day = without_samples.day
        AND day_summary.metric = without_samples.metric
)
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at)
SELECT * FROM unnest($1::bigint[], $2::date[], $3::smallint[], $4::double precision[], $5::double precision[],
    $6::double precision[], $7::integer[], $8::timestamptz[])
ON CONFLICT (resident_id, day, metric) DO UPDATE
SET value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum,
    sample_count = excluded.sample_count, measured_at = excluded.measured_at
