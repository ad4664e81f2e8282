-- A unit that nobody has taken. It uses no EXISTS: a planner that sees many free units would read the whole table from
-- its front, where the taken units are.
CREATE OR REPLACE FUNCTION rewards.free_unit(of_item text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT unit FROM rewards.item_unit WHERE item = of_item AND NOT is_taken ORDER BY unit LIMIT 1
$$;
