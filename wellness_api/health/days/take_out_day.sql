-- Takes a day that failed out of the queue: the rows that were tried, and none that came since.
DELETE FROM health.pending_day WHERE resident_id = $1 AND day = $2 AND sequence = ANY ($3::bigint[])
