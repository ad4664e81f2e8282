-- Deletes reports that nobody made again for a month, and items that no longer exist: the resident's file was deleted, or
-- the day was closed.
DELETE FROM work.set_aside
WHERE (kind IN ('upload', 'chore') AND last_at < rewards.due_until($1::timestamptz) - interval '30 days')
    OR (kind = 'import' AND NOT EXISTS (
        SELECT FROM health.import
        WHERE import.resident_id = set_aside.resident_id AND import_id::text = set_aside.item))
    OR (kind IN ('day', 'fold') AND left(item, 10)::date < (SELECT first_day FROM health.retention))
