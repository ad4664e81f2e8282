-- Ends the import, with or without a problem. Its parts are no longer needed, unless it may be read again
-- (:may_be_read_again).
WITH finished AS (
    UPDATE health.import
    SET state = :state, problem = :problem, finished_at = :now
    WHERE resident_id = :resident_id AND import_id = :import_id
    RETURNING resident_id, import_id
)
UPDATE health.import_part
SET content = ''
FROM finished
WHERE import_part.resident_id = finished.resident_id AND import_part.import_id = finished.import_id AND NOT :may_be_read_again::boolean
