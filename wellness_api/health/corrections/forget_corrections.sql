-- As long as the receipt that stands for its key, a correction is there to answer whoever asks again.
DELETE FROM health.correction WHERE ended_at < (SELECT first_day - 2 FROM health.retention)::timestamp AT TIME ZONE 'UTC'
