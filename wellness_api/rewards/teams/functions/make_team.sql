-- Changing a team needs its members' rows, and the API sees only its resident's own rows. So functions change teams.
--
-- Makes a team with `who` as its first member; false when `who` is in a team already.
CREATE OR REPLACE FUNCTION rewards.make_team(who bigint, named text, size integer, code bytea, today date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(4, hashint8(who));
    IF EXISTS (SELECT FROM rewards.team_member WHERE resident_id = who AND to_day IS NULL) THEN
        RETURN false;
    END IF;
    INSERT INTO rewards.team (size_max, code_digest) VALUES (size, code) RETURNING team_id INTO made;
    INSERT INTO rewards.team_member (resident_id, team_id, team_name, from_day) VALUES (who, made, named, today + 1);
    RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.make_team FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.make_team TO wellness_api;
