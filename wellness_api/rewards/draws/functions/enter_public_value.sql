-- Enters a draw's public value, once: after its list is fixed, from the day on which the source publishes the value up
-- to the last day for it. `today`: the city's day by the caller's clock, which is no more than a day from the
-- database's. Returns `entered`, `kept` (there is one already), `too_early`, `too_late` or `void`.
CREATE OR REPLACE FUNCTION rewards.enter_public_value(which text, given text, today date, at timestamptz, by_whom bigint)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this_draw rewards.draw;
    closed date;
BEGIN
    -- The row is locked, so that nobody makes the draw void at the same moment.
    SELECT * INTO STRICT this_draw FROM rewards.draw WHERE code = which FOR UPDATE;
    SELECT closed_on INTO closed FROM rewards.draw_closing WHERE draw = which;
    IF EXISTS (SELECT FROM rewards.draw_public_value WHERE draw = which) THEN
        RETURN 'kept';
    ELSIF EXISTS (SELECT FROM rewards.draw_void WHERE draw = which) THEN
        RETURN 'void';
    ELSIF today > (this_draw.public_value_terms ->> 'last_day')::date
        OR (rewards.clock() AT TIME ZONE 'UTC' - interval '12 hours')::date > (this_draw.public_value_terms ->> 'last_day')::date
        OR closed >= (this_draw.public_value_terms ->> 'known_on')::date THEN
        RETURN 'too_late';
    ELSIF closed IS NULL OR today < (this_draw.public_value_terms ->> 'known_on')::date THEN
        RETURN 'too_early';
    END IF;
    INSERT INTO rewards.draw_public_value (draw, value, entered_at, entered_by) VALUES (which, given, at, by_whom);
    RETURN 'entered';
END $$;

REVOKE EXECUTE ON FUNCTION rewards.enter_public_value FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.enter_public_value TO wellness_api;
