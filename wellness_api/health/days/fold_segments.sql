-- The segment of the last sequence takes the columns of the whole run; the others of it go.
WITH gone AS (
    DELETE FROM health.segment
    WHERE resident_id = $1 AND day = $2 AND metric = $3 AND source = $4 AND sequence = ANY ($10::bigint[])
)
UPDATE health.segment
SET time_first = $6, time_last = $7, times = $8, values = $9
WHERE resident_id = $1 AND day = $2 AND metric = $3 AND source = $4 AND sequence = $5
