-- The column that the index is of is new, and so empty.
-- squawk-ignore-file require-concurrent-index-creation

-- How a segment's samples came to be: 1 device, 2 app, 3 typed in, 4 file, 5 station. Null where nobody said, and in segments
-- from before.
ALTER TABLE health.segment ADD origin smallint;

-- A programme counts something else than a day's summary says also for how its samples came to be. `left_out`: how much of the
-- metric, in its unit, by origin, and `wait` for what waits; null where nothing is for that reason. `waits_until`: the city's
-- day from which on the day is to be counted anew, since something of it counts then.
ALTER TABLE rewards.day_in_time ADD left_out jsonb, ADD waits_until date;
CREATE INDEX day_in_time_waits ON rewards.day_in_time (waits_until) WHERE waits_until IS NOT NULL;
