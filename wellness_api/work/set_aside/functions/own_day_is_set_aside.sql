-- Whether a day of the asking resident could not be worked out and waits for the staff. It tells nothing of others' days.
-- The argument makes the call wait for the row that sets who asks.
CREATE OR REPLACE FUNCTION work.own_day_is_set_aside(asking bigint, of_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM work.set_aside
        WHERE kind = 'day' AND resident_id = asking AND asking::text = current_setting('wellness.resident_id', true)
            AND item = to_char(of_day, 'YYYY-MM-DD'))
$$;

REVOKE EXECUTE ON FUNCTION work.own_day_is_set_aside FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work.own_day_is_set_aside TO wellness_api;
