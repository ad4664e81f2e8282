-- Deletes corrections that can concern no kept sample. A shift may have moved samples from days that are long gone.
DELETE FROM health.correction
USING health.retention
WHERE greatest(until_ms, until_ms + by_ms) < extract(epoch FROM first_day - 2) * 1000
