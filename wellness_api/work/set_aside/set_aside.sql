-- Sets an item aside, or notes that it failed once more. :is_tried_again: whether it is tried again by itself, after
-- twice as long each time. A closing keeps the earliest day that is owed.
INSERT INTO work.set_aside AS noted (resident_id, kind, item, reason, since, last_at, tries, retry_at, from_day)
VALUES (:resident_id, :kind, :item, :reason, :now, :now, 1, CASE WHEN :is_tried_again THEN :now::timestamptz + interval '1 minute' END, :from_day)
ON CONFLICT (resident_id, kind, item) DO UPDATE
SET reason = excluded.reason, last_at = excluded.last_at, tries = noted.tries + 1,
    retry_at = CASE WHEN :is_tried_again
        THEN excluded.last_at + least(interval '1 minute' * 2 ^ least(noted.tries, 10), interval '6 hours') END,
    from_day = least(noted.from_day, excluded.from_day)
