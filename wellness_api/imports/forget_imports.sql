-- Imports whose parts never all came, with what came of them, and the record of those that are over.
DELETE FROM health.import
WHERE (state = 'receiving' AND created_at < $1::timestamptz - $2::interval)
    OR (state IN ('done', 'refused') AND finished_at < $1::timestamptz - $3::interval)
