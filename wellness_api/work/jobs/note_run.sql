-- Keeps when a job's turn began and ended, and, when it failed, with what error. Of several workers, the latest turn
-- stays.
INSERT INTO work.job AS job (name, rests_seconds, began_at, ended_at, failed_at, error, failures)
SELECT name, rests_seconds, began_at, ended_at, CASE WHEN error IS NOT NULL THEN ended_at END, error,
    (error IS NOT NULL)::integer
FROM (VALUES (:name::text, :rests_seconds::double precision, :began_at::timestamptz, :ended_at::timestamptz, :error::text))
    AS run (name, rests_seconds, began_at, ended_at, error)
ON CONFLICT (name) DO UPDATE
SET rests_seconds = excluded.rests_seconds,
    began_at = excluded.began_at,
    ended_at = excluded.ended_at,
    failed_at = coalesce(excluded.failed_at, job.failed_at),
    error = coalesce(excluded.error, job.error),
    failures = CASE WHEN excluded.error IS NULL THEN 0 ELSE job.failures + 1 END
