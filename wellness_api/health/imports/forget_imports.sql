-- Deletes imports that never got all their parts, with the parts that came, and the records of imports that are over.
DELETE FROM health.import
USING (SELECT rewards.due_until($1::timestamptz) AS until OFFSET 0) AS due
WHERE (state = 'receiving' AND created_at < until - $2::interval)
    OR (state IN ('done', 'refused') AND finished_at < until - $3::interval)
