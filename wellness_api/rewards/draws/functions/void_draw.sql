-- Makes a draw void, by the ledger's day, if it can no longer be held as announced: the last day for its public value
-- is over and there is no value, or its list was fixed when the value was already public. Returns the reason; null if
-- neither is so.
CREATE OR REPLACE FUNCTION rewards.void_draw(which text, today date, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this_draw rewards.draw;
    closed date;
    why text;
BEGIN
    -- The row is locked, so that nobody enters a value at the same moment.
    SELECT * INTO STRICT this_draw FROM rewards.draw WHERE code = which FOR UPDATE;
    SELECT closed_on INTO closed FROM rewards.draw_closing WHERE draw = which;
    IF EXISTS (SELECT FROM rewards.draw_public_value WHERE draw = which) THEN
        RETURN NULL;
    ELSIF closed >= (this_draw.public_value_terms ->> 'known_on')::date THEN
        why := 'list_too_late';
    ELSIF closed IS NOT NULL
        AND least(today, rewards.ledger_day(today)) > (this_draw.public_value_terms ->> 'last_day')::date THEN
        why := 'no_value_in_time';
    END IF;
    IF why IS NOT NULL THEN
        INSERT INTO rewards.draw_void (draw, reason, voided_at) VALUES (which, why, at) ON CONFLICT DO NOTHING;
    END IF;
    RETURN why;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.void_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.void_draw TO wellness_worker;
