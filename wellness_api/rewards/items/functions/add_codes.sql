-- Adds a unit for each code. Returns the codes that exist already or that are twice in the list; if there are any, it
-- adds nothing.
CREATE OR REPLACE FUNCTION rewards.add_codes(to_item text, codes text[]) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known text[];
    last_unit bigint;
BEGIN
    PERFORM FROM rewards.reward_item WHERE item = to_item ORDER BY version FOR UPDATE;
    SELECT array_agg(code ORDER BY code) INTO known
    FROM (SELECT code, count(*) AS times FROM unnest(codes) AS code GROUP BY code) AS listed
    WHERE times > 1 OR EXISTS (
        SELECT FROM rewards.item_unit WHERE item = to_item AND item_unit.code = listed.code);
    IF known IS NULL THEN
        SELECT coalesce(max(unit), 0) INTO last_unit FROM rewards.item_unit WHERE item = to_item;
        INSERT INTO rewards.item_unit (item, unit, code)
        SELECT to_item, last_unit + place, code FROM unnest(codes) WITH ORDINALITY AS listed (code, place);
    END IF;
    RETURN coalesce(known, '{}');
END $$;

REVOKE EXECUTE ON FUNCTION rewards.add_codes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.add_codes TO wellness_api;
