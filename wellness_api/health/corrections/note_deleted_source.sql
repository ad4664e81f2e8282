-- From here on the source is listed only for what it sends anew.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
)
INSERT INTO health.deleted_source (resident_id, source, sequence)
SELECT resident_id, $2, nextval('health.upload_sequence') FROM asking
ON CONFLICT (resident_id, source) DO UPDATE SET sequence = excluded.sequence
