-- Keeps a correction for the worker. Whoever runs it holds the lock of the resident's corrections, in a transaction that acts
-- for the resident, so `sequence` is above all that a fold has in hand.
WITH moment AS MATERIALIZED (SELECT nextval('health.upload_sequence') AS sequence)
INSERT INTO health.correction (resident_id, key, kind, asked, asked_at, sequence, turn, days)
SELECT :resident_id, :key, :kind, :asked, :now, sequence, sequence, (
    SELECT count(DISTINCT day)
    FROM health.segment
    WHERE resident_id = :resident_id AND day BETWEEN :start::timestamp::date - 2 AND :end::timestamp::date + 2
        AND (:metric::smallint IS NULL OR metric = :metric) AND (:source::text IS NULL OR source = :source)
        AND day + time_last * interval '1 millisecond' >= :start AND day + time_first * interval '1 millisecond' < :end
)
FROM moment
