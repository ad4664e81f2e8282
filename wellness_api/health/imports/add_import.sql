-- A new import, if its key is new and the resident has room for one more.
INSERT INTO health.import (resident_id, idempotency_key, form, file_bytes, part_bytes, created_at)
SELECT $1, $2, $3, $4, $5, $6
WHERE (SELECT count(*) FROM health.import WHERE resident_id = $1 AND state IN ('receiving', 'waiting', 'reading')) < $7
ON CONFLICT (resident_id, idempotency_key) DO NOTHING
RETURNING import_id
