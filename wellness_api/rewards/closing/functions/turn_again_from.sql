-- Lets the next turn look again at awards of days' ends from `first_day` on, since a programme was passed over in them.
-- A turn that is under way does not do this: it has its own first day already.
CREATE OR REPLACE FUNCTION rewards.turn_again_from(first_day date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE rewards.open_day SET is_turned = false,
        turned_from = least(CASE WHEN is_turned THEN day ELSE turned_from END, first_day) - 1;
    UPDATE rewards.zone_day SET is_turned = false,
        turned_from = least(CASE WHEN is_turned THEN day ELSE turned_from END, first_day) - 1
$$;

REVOKE EXECUTE ON FUNCTION rewards.turn_again_from FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.turn_again_from TO wellness_worker;
