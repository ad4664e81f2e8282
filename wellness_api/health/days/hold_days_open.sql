-- While a turn works on days, nobody may close them: retention takes the same lock exclusively.
SELECT pg_advisory_xact_lock_shared($1, 0)
