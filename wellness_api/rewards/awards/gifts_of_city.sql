-- What the city itself gave under a programme for periods that end on or after a day.
SELECT period_start, period_end, rule, sum(amount)::bigint AS points
FROM rewards.transfer
WHERE resident_id = $1 AND programme = $2 AND period_end >= $3
GROUP BY period_start, period_end, rule
