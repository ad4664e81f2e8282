-- The file was not over within its turn, and takes further turns as a long one. It has a place for them ($3) or waits for
-- one. A file that waits for a place was not begun in vain.
UPDATE health.import
SET is_long = true,
    state = CASE WHEN $3::boolean THEN state ELSE 'waiting' END,
    readings = CASE WHEN $3::boolean THEN readings ELSE greatest(readings - 1, 0) END
WHERE resident_id = $1 AND import_id = $2
