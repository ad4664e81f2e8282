-- From here on the source is listed only for what it sends anew: after :sequence, but for what was written at :asked_at, by
-- the deletion itself.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
)
INSERT INTO health.deleted_source (resident_id, source, sequence)
SELECT asking.resident_id, :source, coalesce(anew.sequence - 1, nextval('health.upload_sequence'))
FROM asking, LATERAL (
    SELECT min(sequence) AS sequence
    FROM health.segment
    WHERE resident_id = asking.resident_id AND source = :source AND sequence > :sequence AND received_at <> :asked_at
    OFFSET 0 -- Keeps the planner from reading the table before the context is set.
) AS anew
ON CONFLICT (resident_id, source) DO UPDATE SET sequence = greatest(deleted_source.sequence, excluded.sequence)
