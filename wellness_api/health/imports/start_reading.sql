-- The claimed import as it is now that it is locked; no row if it was read or given up a moment before.
UPDATE health.import
SET state = 'reading', readings = readings + 1
FROM identity.resident
WHERE import.resident_id = $1 AND import_id = $2 AND state IN ('waiting', 'reading')
    AND resident.resident_id = import.resident_id
RETURNING import.resident_id, import_id, form, received_at, time_zone, pieces_stored, bytes_read, readings,
    (file_bytes + part_bytes - 1) / part_bytes AS parts
