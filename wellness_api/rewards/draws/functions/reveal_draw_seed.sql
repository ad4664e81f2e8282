-- Reveals the seed of a draw that is due on that day, once. Its list has been public since the day before at least, and
-- the public value, if one is mixed in, has been entered. Returns null if the draw is not due, is void, or was revealed
-- before.
CREATE OR REPLACE FUNCTION rewards.reveal_draw_seed(which text, today date, at timestamptz) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO rewards.draw_reveal (draw, seed, revealed_at)
    SELECT draw.code, draw_seed.seed, at
    FROM rewards.draw
    JOIN rewards.draw_seed ON draw_seed.draw = draw.code
    JOIN rewards.draw_closing ON draw_closing.draw = draw.code AND draw_closing.closed_on < today
    LEFT JOIN rewards.draw_public_value ON draw_public_value.draw = draw.code
    WHERE draw.code = which AND draw.draws_on <= least(today, rewards.ledger_day(today))
        AND (draw.public_value_source IS NULL OR draw_public_value.draw IS NOT NULL)
        AND NOT EXISTS (SELECT FROM rewards.draw_void WHERE draw_void.draw = draw.code)
    ON CONFLICT DO NOTHING
    RETURNING seed
$$;

REVOKE EXECUTE ON FUNCTION rewards.reveal_draw_seed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.reveal_draw_seed TO wellness_worker;
