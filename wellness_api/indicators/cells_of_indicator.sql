SELECT zone, status, value, lower, upper, count, denominator, comparison, period_from, period_to, threshold, computed_at
FROM indicators.cell
WHERE indicator = $1
ORDER BY zone
