-- Closes the days before `day`. Each turn of a worker holds the lock (3, 0) shared while it has claimed days. So when
-- this function returns, no worker works on a closed day, and none will claim one.
CREATE OR REPLACE FUNCTION health.close_days_before(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    -- Nobody can bring dropped samples back, and the worker's clock may be wrong by years. So the database's clock and
    -- the ledger's day decide. One day more is allowed for time zones ahead of UTC.
    IF day > date_trunc('month', rewards.due_until('infinity') AT TIME ZONE 'UTC' + interval '1 day') - interval '13 months' THEN
        RAISE EXCEPTION 'samples of the last thirteen months are kept, so days before % cannot be closed', day
            USING HINT = 'Compare the clocks of the worker''s host and of the database''s.';
    END IF;
    PERFORM pg_advisory_xact_lock(3, 0);
    UPDATE health.retention SET first_day = day WHERE first_day < day;
END $$;

REVOKE EXECUTE ON FUNCTION health.close_days_before FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health.close_days_before TO wellness_worker;
