-- The cells as they may be seen from now on; zones that are gone leave with the old ones.
WITH old AS (
    DELETE FROM indicators.cell
    WHERE NOT EXISTS (
        SELECT FROM unnest($1::text[], $2::text[]) AS kept (indicator, zone)
        WHERE kept.indicator = cell.indicator AND kept.zone = cell.zone)
)
INSERT INTO indicators.cell
    (indicator, zone, period_from, period_to, status, value, lower, upper, count, denominator, comparison, threshold,
    computed_at)
SELECT indicator, zone, $10, $11, status, value, lower, upper, count, denominator, comparison, $12, now()
FROM unnest($1::text[], $2::text[], $3::text[], $4::double precision[], $5::double precision[], $6::double precision[],
    $7::integer[], $8::integer[], $9::text[])
    AS cell (indicator, zone, status, value, lower, upper, count, denominator, comparison)
ON CONFLICT (indicator, zone) DO UPDATE
SET period_from = excluded.period_from, period_to = excluded.period_to, status = excluded.status,
    value = excluded.value, lower = excluded.lower, upper = excluded.upper, count = excluded.count,
    denominator = excluded.denominator, comparison = excluded.comparison, threshold = excluded.threshold,
    computed_at = excluded.computed_at
