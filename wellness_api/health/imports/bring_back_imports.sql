-- Files that were set aside and are to be read again: files that staff released, or files whose time has come.
WITH due AS (
    UPDATE work.set_aside SET retry_at = NULL WHERE kind = 'import' AND retry_at <= $1 RETURNING resident_id, item
)
UPDATE health.import
SET state = 'waiting', problem = NULL, finished_at = NULL, readings = 0
FROM due
WHERE import.resident_id = due.resident_id AND import_id::text = due.item AND state = 'refused'
