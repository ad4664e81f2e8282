-- Returns 'joined', or why not: 'in_a_team', 'wrong_code' (of no team, or of a team that everybody has left), 'full'.
CREATE OR REPLACE FUNCTION rewards.join_team(who bigint, code bytea, today date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted rewards.team;
    named text;
    members integer;
BEGIN
    PERFORM pg_advisory_xact_lock(4, hashint8(who));
    IF EXISTS (SELECT FROM rewards.team_member WHERE resident_id = who AND to_day IS NULL) THEN
        RETURN 'in_a_team';
    END IF;
    -- Of two residents who join at once, the second waits here and finds the place taken.
    SELECT * INTO wanted FROM rewards.team WHERE code_digest = code FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'wrong_code';
    END IF;
    SELECT count(*), min(team_name) INTO members, named
    FROM rewards.team_member WHERE team_id = wanted.team_id AND to_day IS NULL;
    IF members = 0 THEN
        RETURN 'wrong_code';
    ELSIF members >= wanted.size_max THEN
        RETURN 'full';
    END IF;
    INSERT INTO rewards.team_member (resident_id, team_id, team_name, from_day)
    VALUES (who, wanted.team_id, named, today + 1);
    RETURN 'joined';
END $$;

REVOKE EXECUTE ON FUNCTION rewards.join_team FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.join_team TO wellness_api;
