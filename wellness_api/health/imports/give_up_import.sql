-- Forgets the import; its parts are deleted with it.
DELETE FROM health.import WHERE resident_id = $1 AND import_id = $2 RETURNING import_id
