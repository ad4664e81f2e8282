-- Makes a draw and its seed: the seed is made here, and leaves the database only as its digest. Says `made`, `exists` (one of
-- that code), `purpose_taken` (the programme has a draw of that purpose whose days overlap, and that is not void), or
-- `not_void` (the one in whose place it is made is none of that purpose and those entries, is not void, or was replaced).
-- `other`: the draw that is in the way.
CREATE OR REPLACE FUNCTION rewards.make_draw(definition jsonb, at timestamptz, by_whom bigint, OUT outcome text, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.draw;
    before rewards.draw;
    -- Each UUID brings 122 random bits of the operating system's; three are more than a digest holds.
    secret CONSTANT text := encode(
        sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
BEGIN
    -- Of two that are made at once the second sees the first: nobody else makes one meanwhile.
    LOCK TABLE rewards.draw IN SHARE ROW EXCLUSIVE MODE;
    one := jsonb_populate_record(NULL::rewards.draw, definition);
    IF EXISTS (SELECT FROM rewards.draw WHERE code = one.code) THEN
        outcome := 'exists';
        other := one.code;
        RETURN;
    END IF;
    SELECT code INTO other
    FROM rewards.draw
    WHERE programme = one.programme AND purpose = one.purpose
        AND entries_from <= one.entries_to AND entries_to >= one.entries_from
        AND NOT EXISTS (SELECT FROM rewards.draw_void WHERE draw_void.draw = code)
    ORDER BY code
    LIMIT 1;
    IF FOUND THEN
        outcome := 'purpose_taken';
        RETURN;
    END IF;
    one.takes_over := '{}';
    IF one.in_place_of IS NOT NULL THEN
        SELECT draw.* INTO before
        FROM rewards.draw
        JOIN rewards.draw_void ON draw_void.draw = draw.code
        WHERE draw.code = one.in_place_of
            AND (programme, purpose, entries_from, entries_to, entries_per_person_max)
                = (one.programme, one.purpose, one.entries_from, one.entries_to, one.entries_per_person_max)
            AND points_per_entry IS NOT DISTINCT FROM one.points_per_entry
            AND NOT EXISTS (SELECT FROM rewards.draw AS later WHERE later.in_place_of = one.in_place_of);
        IF NOT FOUND THEN
            outcome := 'not_void';
            other := one.in_place_of;
            RETURN;
        END IF;
        one.takes_over := before.takes_over || before.code;
    END IF;
    one.commitment := encode(sha256(convert_to(secret, 'UTF8')), 'hex');
    one.made_at := at;
    one.made_by := by_whom;
    INSERT INTO rewards.draw SELECT one.*;
    INSERT INTO rewards.draw_seed (draw, seed) VALUES (one.code, secret);
    outcome := 'made';
    other := NULL;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.make_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.make_draw TO wellness_api;
