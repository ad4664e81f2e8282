-- The digest of a part that is there.
SELECT digest FROM health.import_part WHERE resident_id = $1 AND import_id = $2 AND number = $3
