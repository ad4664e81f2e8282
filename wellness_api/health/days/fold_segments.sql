-- The segment of the last sequence takes the columns of the whole run; the others of it go.
WITH gone AS (
    DELETE FROM health.segment
    WHERE resident_id = :resident_id AND day = :day AND metric = :metric AND source = :source AND sequence = ANY (:gone::bigint[])
)
UPDATE health.segment
SET time_first = :time_first, time_last = :time_last, times = :times, lengths = :lengths,
    values = :segment_values, records = :records, changed = :changed
WHERE resident_id = :resident_id AND day = :day AND metric = :metric AND source = :source AND sequence = :sequence
