-- Ends the membership with today as its last day, or undoes a membership that has not begun; false when there is none.
CREATE OR REPLACE FUNCTION rewards.leave_team(who bigint, today date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4, hashint8(who));
    DELETE FROM rewards.team_member WHERE resident_id = who AND to_day IS NULL AND from_day > today;
    IF FOUND THEN
        RETURN true;
    END IF;
    UPDATE rewards.team_member SET to_day = today WHERE resident_id = who AND to_day IS NULL;
    RETURN FOUND;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.leave_team FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.leave_team TO wellness_api;
