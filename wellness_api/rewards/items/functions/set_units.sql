-- Sets the number of units in all, taken ones included. Returns how many of them are taken. If that is more than
-- `total`, nothing is changed.
CREATE OR REPLACE FUNCTION rewards.set_units(of_item text, total integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    units bigint;
    taken bigint;
    last_unit bigint;
BEGIN
    PERFORM FROM rewards.reward_item WHERE item = of_item ORDER BY version FOR UPDATE;
    -- Waits for units that somebody is taking at this moment, so that they count as taken.
    PERFORM FROM rewards.item_unit WHERE item = of_item AND NOT is_taken ORDER BY unit FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE is_taken), coalesce(max(unit), 0) INTO units, taken, last_unit
    FROM rewards.item_unit WHERE item = of_item;
    IF total >= taken THEN
        DELETE FROM rewards.item_unit
        WHERE item = of_item AND unit IN (
            SELECT unit FROM rewards.item_unit WHERE item = of_item AND NOT is_taken
            ORDER BY unit DESC LIMIT greatest(0, units - total));
        INSERT INTO rewards.item_unit (item, unit)
        SELECT of_item, last_unit + place FROM generate_series(1, total - units) AS place;
    END IF;
    RETURN taken;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.set_units FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.set_units TO wellness_api;
