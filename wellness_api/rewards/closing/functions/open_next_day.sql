-- Moves the ledger's day on to `wanted`, the city's day by the worker's clock, which says `at`; never back. For a new
-- day nothing is decided yet; for the very first day, nothing of all the days before it. If a day was not turned when
-- the next day comes, its turn is made up for: `turned_from` stays. This function is the worker's only way to open a
-- day.
--
-- `waits`: why the day was not opened; then nothing has to be turned. The table day_waiting stores the reason.
CREATE OR REPLACE FUNCTION rewards.open_next_day(wanted date, at timestamptz, OUT day date, OUT turned_from date, OUT is_turned boolean,
    OUT waits text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened CONSTANT date := (SELECT open_day.day FROM rewards.open_day);
    database_at CONSTANT timestamptz := rewards.clock();
BEGIN
    -- No zone is more than fourteen hours ahead of UTC.
    IF NOT rewards.clocks_agree(at) OR wanted > (at AT TIME ZONE 'UTC' + interval '14 hours')::date THEN
        waits := 'clocks_apart';
    ELSIF wanted < opened - 1 THEN
        waits := 'day_is_past';
    ELSIF NOT rewards.days_are_lived(opened, wanted) THEN
        waits := 'days_missing';
    END IF;
    IF waits IS NOT NULL THEN
        INSERT INTO rewards.day_waiting AS day_waiting (reason, since, wanted_day, worker_at, database_at)
        VALUES (waits, database_at, wanted, at, database_at)
        ON CONFLICT (is_the_only_row) DO UPDATE
        SET since = CASE day_waiting.reason WHEN excluded.reason THEN day_waiting.since ELSE excluded.since END,
            reason = excluded.reason, wanted_day = excluded.wanted_day, worker_at = excluded.worker_at,
            database_at = excluded.database_at;
        RETURN;
    END IF;
    DELETE FROM rewards.day_waiting;
    INSERT INTO rewards.open_day AS open_day (day, turned_from, is_turned) VALUES (wanted, '2000-01-01', false)
    ON CONFLICT (is_the_only_row) DO UPDATE
    SET turned_from = CASE WHEN open_day.is_turned AND open_day.day < excluded.day THEN open_day.day
            ELSE open_day.turned_from END,
        is_turned = open_day.is_turned AND open_day.day >= excluded.day,
        day = greatest(open_day.day, excluded.day)
    RETURNING open_day.day, open_day.turned_from, open_day.is_turned INTO day, turned_from, is_turned;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.open_next_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.open_next_day TO wellness_worker;
