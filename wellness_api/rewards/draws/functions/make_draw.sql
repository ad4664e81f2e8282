-- Makes a draw and its seed: the seed is made here, and leaves the database only as its digest. False if there is one of
-- that code.
CREATE OR REPLACE FUNCTION rewards.make_draw(definition jsonb, at timestamptz, by_whom bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.draw;
    -- Each UUID brings 122 random bits of the operating system's; three are more than a digest holds.
    secret CONSTANT text := encode(
        sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
BEGIN
    one := jsonb_populate_record(NULL::rewards.draw, definition);
    one.commitment := encode(sha256(convert_to(secret, 'UTF8')), 'hex');
    one.made_at := at;
    one.made_by := by_whom;
    INSERT INTO rewards.draw SELECT one.* ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO rewards.draw_seed (draw, seed) VALUES (one.code, secret);
    RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.make_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.make_draw TO wellness_api;
