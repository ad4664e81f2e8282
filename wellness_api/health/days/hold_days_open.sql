-- While a turn has days in hand, none of them may be closed under it: retention takes the same lock alone.
SELECT pg_advisory_xact_lock_shared($1, 0)
