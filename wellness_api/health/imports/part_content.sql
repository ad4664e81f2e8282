-- A part's bytes.
SELECT content FROM health.import_part WHERE resident_id = $1 AND import_id = $2 AND number = $3
