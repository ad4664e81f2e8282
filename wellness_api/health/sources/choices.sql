-- What the residents chose.
SELECT resident_id, metric, from_day, sources
FROM health.source_order
WHERE resident_id = ANY ($1::bigint[])
