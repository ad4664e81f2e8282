SELECT zone, status, value, count, denominator, period_from, period_to, threshold, computed_at
FROM indicators.cell
WHERE indicator = $1
ORDER BY zone
