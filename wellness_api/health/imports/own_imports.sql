-- The resident's imports, newest first, or the one with the id $2. Each has the numbers of the parts that are there.
SELECT import_id, form, state, file_bytes, part_bytes, bytes_received, created_at, received_at, finished_at, bytes_read,
    bytes_total, accepted, duplicate, refused, flagged, report, problem,
    ARRAY(
        SELECT number
        FROM health.import_part
        WHERE import_part.resident_id = import.resident_id AND import_part.import_id = import.import_id
    ) AS numbers
FROM health.import
WHERE resident_id = $1 AND ($2::uuid IS NULL OR import_id = $2)
ORDER BY created_at DESC, import_id
LIMIT $3
