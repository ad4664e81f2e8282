-- Makes a draw void, by the ledger's day, if it can no longer be drawn as was announced: the last day for its public value
-- is over and there is none, or its list was fixed when the value was public already. Gives the reason; null if it is not so.
CREATE OR REPLACE FUNCTION rewards.void_draw(which text, today date, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.draw;
    closed date;
    why text;
BEGIN
    -- Held, so that no value comes at the same moment.
    SELECT * INTO STRICT one FROM rewards.draw WHERE code = which FOR UPDATE;
    SELECT closed_on INTO closed FROM rewards.draw_closing WHERE draw = which;
    IF EXISTS (SELECT FROM rewards.draw_public_value WHERE draw = which) THEN
        RETURN NULL;
    ELSIF closed >= (one.public_value_terms ->> 'known_on')::date THEN
        why := 'list_too_late';
    ELSIF closed IS NOT NULL
        AND least(today, rewards.ledger_day(today)) > (one.public_value_terms ->> 'last_day')::date THEN
        why := 'no_value_in_time';
    END IF;
    IF why IS NOT NULL THEN
        INSERT INTO rewards.draw_void (draw, reason, voided_at) VALUES (which, why, at) ON CONFLICT DO NOTHING;
    END IF;
    RETURN why;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.void_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.void_draw TO wellness_worker;
