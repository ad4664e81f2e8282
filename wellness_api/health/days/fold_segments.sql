-- The segment with the last sequence takes the columns of the whole run. The other segments of the run are deleted.
WITH gone AS (
    DELETE FROM health.segment
    WHERE resident_id = :resident_id AND day = :day AND metric = :metric AND source = :source AND sequence = ANY (:gone::bigint[])
)
UPDATE health.segment
SET time_first = :time_first, time_last = :time_last, times = :times, lengths = :lengths,
    values = :segment_values, records = :records, changed = :changed
WHERE resident_id = :resident_id AND day = :day AND metric = :metric AND source = :source AND sequence = :sequence
