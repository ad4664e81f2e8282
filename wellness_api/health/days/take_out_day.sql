-- Takes a day that failed out of the queue. It deletes the rows that were tried, and keeps rows that came since.
DELETE FROM health.pending_day WHERE resident_id = $1 AND day = $2 AND sequence = ANY ($3::bigint[])
