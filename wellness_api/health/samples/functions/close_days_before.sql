-- Closes the days before `first_day`. Each turn of a worker holds the lock (3, 0) shared while it has days claimed, so
-- when this returns, no worker has a closed day in hand, and none will claim one.
CREATE OR REPLACE FUNCTION health.close_days_before(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    -- What is dropped is gone, and the worker's clock may be wrong by years; so the database's own has the last word, and
    -- the ledger's day. A day is allowed for the zones that are ahead of UTC.
    IF day > date_trunc('month', rewards.due_until('infinity') AT TIME ZONE 'UTC' + interval '1 day') - interval '13 months' THEN
        RAISE EXCEPTION 'samples of the last thirteen months are kept, so days before % cannot be closed', day
            USING HINT = 'Compare the clocks of the worker''s host and of the database''s.';
    END IF;
    PERFORM pg_advisory_xact_lock(3, 0);
    UPDATE health.retention SET first_day = day WHERE first_day < day;
END $$;

REVOKE EXECUTE ON FUNCTION health.close_days_before FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health.close_days_before TO wellness_worker;
