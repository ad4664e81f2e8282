-- The workers are stopped meanwhile, and an API that goes on is not ready until it is started anew (docs/operators.md). What takes
-- long comes first and keeps no reader out; what does is done in a moment.
-- squawk-ignore-file renaming-column, ban-drop-column, require-concurrent-index-creation, require-concurrent-index-deletion

-- Each row had its extremes, of which nobody ever asked for any but those of pressures. These are figures of their own now, also
-- of days whose samples are gone; of others they come with the days that are worked out anew.
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at)
SELECT resident_id, day, extreme.figure, extreme.value, extreme.value, extreme.value, sample_count, measured_at
FROM health.day_summary AS pressure
CROSS JOIN LATERAL (VALUES
    (3, 1006, maximum), (3, 1007, minimum),
    (4, 1008, maximum), (4, 1009, minimum)
) AS extreme (pressure, figure, value)
WHERE pressure.metric = extreme.pressure AND day < (SELECT first_day FROM health.retention);

-- Days that were worked out before know nothing of the figures of sleep, pressure and glucose that are kept of every day. So those
-- with samples of these are worked out anew, those that are long over behind what comes in meanwhile.
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, day, nextval('health.upload_sequence'), now()
FROM (SELECT DISTINCT resident_id, day FROM health.segment WHERE metric IN (3, 4, 20, 21)) AS with_samples
JOIN identity.resident USING (resident_id)
WHERE day >= (SELECT first_day FROM health.retention)
    -- What was set aside waits for whoever looks at it.
    AND NOT EXISTS (
        SELECT FROM work.set_aside
        WHERE set_aside.resident_id = with_samples.resident_id AND kind = 'day' AND item = to_char(day, 'YYYY-MM-DD'));

-- By day the city asks for steps alone; an entry for every other figure was a third of what a row takes.
CREATE INDEX day_summary_steps ON health.day_summary (day) INCLUDE (resident_id, value) WHERE metric = 1;

-- A metric's own figure has the metric's number, so that rows stay as they are.
ALTER TABLE health.day_summary RENAME metric TO figure;
ALTER TABLE health.day_summary DROP minimum, DROP maximum;
ALTER TABLE rewards.day_in_time RENAME metric TO figure;
DROP INDEX health.day_summary_day;
