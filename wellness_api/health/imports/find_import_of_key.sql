-- The import that an idempotency key opened.
SELECT import_id, form, file_bytes, part_bytes FROM health.import WHERE resident_id = $1 AND idempotency_key = $2
