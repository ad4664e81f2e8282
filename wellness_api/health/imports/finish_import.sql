-- The import is over, with or without a problem; its parts are needed no more, unless it may be read again ($6).
WITH finished AS (
    UPDATE health.import
    SET state = $3, problem = $4, finished_at = $5
    WHERE resident_id = $1 AND import_id = $2
    RETURNING resident_id, import_id
)
UPDATE health.import_part
SET content = ''
FROM finished
WHERE import_part.resident_id = finished.resident_id AND import_part.import_id = finished.import_id AND NOT $6::boolean
