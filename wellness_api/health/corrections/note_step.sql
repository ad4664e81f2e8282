-- A step is done: so many days up to :day_done, and so many samples. The correction goes behind the others, or is over.
UPDATE health.correction
SET state = CASE WHEN :is_over::boolean THEN 'done' ELSE 'working' END, problem = NULL,
    ended_at = CASE WHEN :is_over THEN :now::timestamptz END, turn = nextval('health.upload_sequence'),
    days_done = days_done + :days, days = greatest(days, days_done + :days), day_done = :day_done, samples = samples + :samples
WHERE resident_id = :resident_id AND correction_id = :correction_id
