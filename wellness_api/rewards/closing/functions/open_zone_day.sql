-- Moves the day of a time zone that is not the city's on to `wanted`, by the worker's clock, which says `at`. It never
-- moves the day back, and never more than a day from the ledger's: while the clock is not believed, a zone waits with
-- the city. Returns the zone's day, the day from which on it has to be turned, and whether that is done.
CREATE OR REPLACE FUNCTION rewards.open_zone_day(zone text, wanted date, at timestamptz, OUT day date, OUT turned_from date,
    OUT is_turned boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of_city CONSTANT date := (SELECT open_day.day FROM rewards.open_day);
BEGIN
    IF rewards.clocks_agree(at) AND wanted BETWEEN of_city - 1 AND of_city + 1
        -- No zone is more than fourteen hours from UTC.
        AND wanted BETWEEN (at AT TIME ZONE 'UTC' - interval '14 hours')::date
            AND (at AT TIME ZONE 'UTC' + interval '14 hours')::date THEN
        INSERT INTO rewards.zone_day AS zone_day (time_zone, day, turned_from, is_turned)
        VALUES (zone, wanted, '2000-01-01', false)
        ON CONFLICT (time_zone) DO UPDATE
        SET turned_from = CASE WHEN zone_day.is_turned AND zone_day.day < excluded.day THEN zone_day.day
                ELSE zone_day.turned_from END,
            is_turned = zone_day.is_turned AND zone_day.day >= excluded.day,
            day = greatest(zone_day.day, excluded.day);
    END IF;
    SELECT zone_day.day, zone_day.turned_from, zone_day.is_turned INTO day, turned_from, is_turned
    FROM rewards.zone_day
    WHERE time_zone = zone;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.open_zone_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.open_zone_day TO wellness_worker;
