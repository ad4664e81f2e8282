-- Keeps a part unless it is there; the last one has the import wait for the worker. The row of the import is locked by the
-- update, so that of two parts which come last at the same moment the second sees the first.
WITH part AS (
    INSERT INTO health.import_part (resident_id, import_id, number, digest, content)
    SELECT :resident_id, :import_id, :number, :digest, :content
    FROM health.import
    WHERE resident_id = :resident_id AND import_id = :import_id AND state = 'receiving'
    ON CONFLICT (resident_id, import_id, number) DO NOTHING
    RETURNING length(content) AS bytes
)
UPDATE health.import
SET bytes_received = bytes_received + part.bytes,
    state = CASE WHEN bytes_received + part.bytes = file_bytes THEN 'waiting' ELSE state END,
    received_at = CASE WHEN bytes_received + part.bytes = file_bytes THEN :now::timestamptz END
FROM part
WHERE resident_id = :resident_id AND import_id = :import_id
