-- Replaces the cells by those that may be seen from now on. Cells of zones that no longer exist are deleted too.
WITH old AS (
    DELETE FROM indicators.cell
    WHERE NOT EXISTS (
        SELECT FROM unnest(:indicators::text[], :zones::text[]) AS kept (indicator, zone)
        WHERE kept.indicator = cell.indicator AND kept.zone = cell.zone)
)
INSERT INTO indicators.cell
    (indicator, zone, period_from, period_to, status, value, lower, upper, count, denominator, comparison, threshold,
    computed_at)
SELECT indicator, zone, :first_day, :last_day, status, value, lower, upper, count, denominator, comparison, :threshold, now()
FROM unnest(:indicators::text[], :zones::text[], :statuses::text[], :cell_values::double precision[], :lowers::double precision[], :uppers::double precision[],
    :counts::integer[], :denominators::integer[], :comparisons::text[])
    AS cell (indicator, zone, status, value, lower, upper, count, denominator, comparison)
ON CONFLICT (indicator, zone) DO UPDATE
SET period_from = excluded.period_from, period_to = excluded.period_to, status = excluded.status,
    value = excluded.value, lower = excluded.lower, upper = excluded.upper, count = excluded.count,
    denominator = excluded.denominator, comparison = excluded.comparison, threshold = excluded.threshold,
    computed_at = excluded.computed_at
