-- Adds an import, if its key is new and the resident has room for one more.
INSERT INTO health.import (resident_id, idempotency_key, form, file_bytes, part_bytes, created_at)
SELECT :resident_id, :key, :form, :file_bytes, :part_bytes, :now
WHERE (SELECT count(*) FROM health.import WHERE resident_id = :resident_id AND state IN ('receiving', 'waiting', 'reading')) < :open_max
ON CONFLICT (resident_id, idempotency_key) DO NOTHING
RETURNING import_id
