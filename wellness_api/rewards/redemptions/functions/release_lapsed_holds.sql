-- Gives back the points and units of those of these holds that have lapsed; redemptions that ended meanwhile stay as
-- they are. Wallets are locked in the order in which everybody locks several of them, so the holds come ordered by
-- resident and number.
CREATE OR REPLACE FUNCTION rewards.release_lapsed_holds(at timestamptz, city_day date, residents bigint[], redemptions bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hold record;
    due_until CONSTANT timestamptz := rewards.due_until(at);
BEGIN
    FOR hold IN
        SELECT resident_id, redemption_id
        FROM unnest(residents, redemptions) WITH ORDINALITY AS lapsed (resident_id, redemption_id, place)
        ORDER BY place
    LOOP
        PERFORM FROM rewards.wallet WHERE resident_id = hold.resident_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM rewards.redemption
            WHERE resident_id = hold.resident_id AND redemption_id = hold.redemption_id AND state = 'held'
                AND held_until <= due_until)
        THEN
            PERFORM rewards.end_hold(hold.resident_id, hold.redemption_id, 'lapsed', at, (
                SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident
                WHERE resident_id = hold.resident_id), city_day);
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.release_lapsed_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.release_lapsed_holds TO wellness_worker;
