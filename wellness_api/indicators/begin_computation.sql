-- Claims the day for this worker. Another worker waits until this one is done, and then has nothing to do. A city
-- without zones has nothing to work out yet.
INSERT INTO indicators.computation (last_day)
SELECT $1 WHERE EXISTS (SELECT FROM indicators.zone)
ON CONFLICT DO NOTHING
RETURNING true
