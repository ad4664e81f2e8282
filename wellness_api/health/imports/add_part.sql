-- Keeps a part unless it is there already. After the last part the import waits for the worker. The update locks the
-- import's row. So if the last two parts come at the same moment, the second one sees the first.
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
