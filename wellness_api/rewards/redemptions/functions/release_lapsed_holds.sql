-- Gives back the points and units of the given holds that have lapsed; what ended meanwhile is left as it is. Wallets are
-- locked in the order in which everybody locks several of them, so the holds come by resident and number.
CREATE OR REPLACE FUNCTION rewards.release_lapsed_holds(at timestamptz, city_day date, residents bigint[], redemptions bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    due_until CONSTANT timestamptz := rewards.due_until(at);
BEGIN
    FOR one IN
        SELECT resident_id, redemption_id
        FROM unnest(residents, redemptions) WITH ORDINALITY AS given (resident_id, redemption_id, place)
        ORDER BY place
    LOOP
        PERFORM FROM rewards.wallet WHERE resident_id = one.resident_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM rewards.redemption
            WHERE resident_id = one.resident_id AND redemption_id = one.redemption_id AND state = 'held'
                AND held_until <= due_until)
        THEN
            PERFORM rewards.end_hold(one.resident_id, one.redemption_id, 'lapsed', at, (
                SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident
                WHERE resident_id = one.resident_id), city_day);
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.release_lapsed_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.release_lapsed_holds TO wellness_worker;
