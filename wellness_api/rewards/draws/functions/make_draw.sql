-- Makes a draw and its seed. The seed is made here, and only its digest leaves the database. Returns `made`, `exists`
-- (there is a draw of that code), `purpose_taken` (the programme has a draw of that purpose whose days overlap, and
-- that is not void), or `not_void` (the draw to be replaced has another purpose or other entries, is not void, or was
-- replaced already). `other`: the draw that is in the way.
CREATE OR REPLACE FUNCTION rewards.make_draw(definition jsonb, at timestamptz, by_whom bigint, OUT outcome text, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    new_draw rewards.draw;
    before rewards.draw;
    -- Each UUID has 122 random bits from the operating system; three have more than a digest can hold.
    secret CONSTANT text := encode(
        sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
BEGIN
    -- Nobody else makes a draw meanwhile: of two that are made at once, the second sees the first.
    LOCK TABLE rewards.draw IN SHARE ROW EXCLUSIVE MODE;
    new_draw := jsonb_populate_record(NULL::rewards.draw, definition);
    IF EXISTS (SELECT FROM rewards.draw WHERE code = new_draw.code) THEN
        outcome := 'exists';
        other := new_draw.code;
        RETURN;
    END IF;
    SELECT code INTO other
    FROM rewards.draw
    WHERE programme = new_draw.programme AND purpose = new_draw.purpose
        AND entries_from <= new_draw.entries_to AND entries_to >= new_draw.entries_from
        AND NOT EXISTS (SELECT FROM rewards.draw_void WHERE draw_void.draw = code)
    ORDER BY code
    LIMIT 1;
    IF FOUND THEN
        outcome := 'purpose_taken';
        RETURN;
    END IF;
    new_draw.takes_over := '{}';
    IF new_draw.in_place_of IS NOT NULL THEN
        SELECT draw.* INTO before
        FROM rewards.draw
        JOIN rewards.draw_void ON draw_void.draw = draw.code
        WHERE draw.code = new_draw.in_place_of
            AND (programme, purpose, entries_from, entries_to, entries_per_person_max)
                = (new_draw.programme, new_draw.purpose, new_draw.entries_from, new_draw.entries_to, new_draw.entries_per_person_max)
            AND points_per_entry IS NOT DISTINCT FROM new_draw.points_per_entry
            AND NOT EXISTS (SELECT FROM rewards.draw AS later WHERE later.in_place_of = new_draw.in_place_of);
        IF NOT FOUND THEN
            outcome := 'not_void';
            other := new_draw.in_place_of;
            RETURN;
        END IF;
        new_draw.takes_over := before.takes_over || before.code;
    END IF;
    new_draw.commitment := encode(sha256(convert_to(secret, 'UTF8')), 'hex');
    new_draw.made_at := at;
    new_draw.made_by := by_whom;
    INSERT INTO rewards.draw SELECT new_draw.*;
    INSERT INTO rewards.draw_seed (draw, seed) VALUES (new_draw.code, secret);
    outcome := 'made';
    other := NULL;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.make_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.make_draw TO wellness_api;
