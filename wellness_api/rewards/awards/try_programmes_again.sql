-- Puts programmes on trial that were set aside and are due to be tried again. Returns the first day whose end is owed to
-- one of them.
WITH due AS (
    SELECT resident_id, kind, item, from_day FROM work.set_aside WHERE kind = 'programme' AND retry_at <= $1 FOR UPDATE
), tried AS (
    UPDATE work.set_aside SET retry_at = NULL, from_day = NULL FROM due
    WHERE (set_aside.resident_id, set_aside.kind, set_aside.item) = (due.resident_id, due.kind, due.item)
)
SELECT min(from_day) FROM due
