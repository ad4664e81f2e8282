-- The day waits for someone to look at what is wrong with it; a new upload of the day lets it be tried again.
UPDATE health.pending_day SET set_aside_at = $3 WHERE resident_id = $1 AND day = $2 AND set_aside_at IS NULL
