-- Check-ins, consents and teams: what rules ask for besides samples.

-- joining ----------------------------------------------------------------------------------------------------------

-- How a resident takes part: with an app, with a card shown at stations, or with a stamp card of paper.
ALTER TABLE identity.resident
    ADD channel text NOT NULL DEFAULT 'phone' CHECK (channel IN ('phone', 'card', 'paper'));

-- The worker needs the day of joining, and no names.
GRANT SELECT (principal_id, enrolled_at) ON identity.principal TO wellness_worker;

-- consents ---------------------------------------------------------------------------------------------------------

-- A ledger of its own: a row for each time that a resident consented or withdrew; the last one of a purpose holds.
-- `version`: of the sentence that was consented to.
CREATE TABLE identity.consent (
    resident_id bigint NOT NULL,
    consent_id bigint GENERATED ALWAYS AS IDENTITY,
    purpose text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    given boolean NOT NULL,
    at timestamptz NOT NULL,
    channel text NOT NULL CHECK (channel IN ('phone', 'card', 'paper')),
    PRIMARY KEY (resident_id, consent_id)
);

ALTER TABLE identity.consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON identity.consent TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON identity.consent FOR SELECT TO wellness_worker USING (true);
GRANT SELECT, INSERT ON identity.consent TO wellness_api;
GRANT SELECT ON identity.consent TO wellness_worker;

-- classes ----------------------------------------------------------------------------------------------------------

-- A class or event whose screen shows a code that changes every minute, made of `secret` and the minute. `source`:
-- what its check-ins are samples of.
CREATE TABLE rewards.class (
    class_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    source text NOT NULL,
    secret bytea NOT NULL
);

-- When its codes are good.
CREATE TABLE rewards.class_session (
    class_id bigint NOT NULL REFERENCES rewards.class,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    PRIMARY KEY (class_id, opens_at),
    CHECK (closes_at > opens_at)
);
CREATE INDEX class_session_closes ON rewards.class_session (closes_at);

GRANT SELECT, INSERT ON rewards.class, rewards.class_session TO wellness_api;

-- codes that residents type ----------------------------------------------------------------------------------------

-- How many codes of a kind a resident has tried in the hour. A later hour takes its place.
CREATE TABLE identity.code_tries (
    resident_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('class', 'team')),
    hour timestamptz NOT NULL,
    tries integer NOT NULL CHECK (tries > 0),
    PRIMARY KEY (resident_id, kind)
);

ALTER TABLE identity.code_tries ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON identity.code_tries TO wellness_api USING (resident_id = identity.current_resident());
GRANT SELECT, INSERT, UPDATE ON identity.code_tries TO wellness_api;

-- teams ------------------------------------------------------------------------------------------------------------

-- A pair has a `size_max` of 2. The name stands with the members, so that none is left when they all are gone.
CREATE TABLE rewards.team (
    team_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    size_max integer NOT NULL CHECK (size_max BETWEEN 2 AND 20),
    code_digest bytea NOT NULL UNIQUE
);

-- Membership counts from `from_day`, the day after joining, up to `to_day`, the day of leaving; none: still a member.
CREATE TABLE rewards.team_member (
    resident_id bigint NOT NULL,
    team_id bigint NOT NULL,
    team_name text NOT NULL,
    from_day date NOT NULL,
    to_day date CHECK (to_day >= from_day),
    PRIMARY KEY (resident_id, from_day)
);
CREATE UNIQUE INDEX team_member_one_team ON rewards.team_member (resident_id) WHERE to_day IS NULL;
CREATE INDEX team_member_team ON rewards.team_member (team_id);

ALTER TABLE rewards.team_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rewards.team_member TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON rewards.team_member FOR SELECT TO wellness_worker USING (true);
GRANT SELECT ON rewards.team_member TO wellness_api, wellness_worker;
GRANT SELECT ON rewards.team TO wellness_worker;

-- A team needs its members' rows, of which the API sees its resident's own only; so teams change by these functions.

-- Makes a team with `who` as its first member; false when they are in one already.
CREATE FUNCTION rewards.make_team(who bigint, named text, size integer, code bytea, today date) RETURNS boolean
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

-- 'joined', or why not: 'in_a_team', 'wrong_code' (of no team, or of one that everybody has left), 'full'.
CREATE FUNCTION rewards.join_team(who bigint, code bytea, today date) RETURNS text
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
    -- Of two who join at once the second waits here, and finds the place taken.
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

-- Ends the membership with today, or undoes one that has not begun; false when there is none.
CREATE FUNCTION rewards.leave_team(who bigint, today date) RETURNS boolean
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

-- The team that `who` is in, as its members may see it: each other's names, and one figure of all together, the sum of
-- `metric` from `first_day` to `today` over the days on which each was a member. Of fewer than two there is no figure.
CREATE FUNCTION rewards.team_of(who bigint, of_metric smallint, first_day date, today date)
RETURNS TABLE (team_name text, size_max integer, from_day date, members text[], total double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT own.team_name, team.size_max, own.from_day, others.members, others.total
    FROM rewards.team_member AS own
    JOIN rewards.team USING (team_id)
    CROSS JOIN LATERAL (
        SELECT array_agg(display_name ORDER BY member.from_day, display_name) AS members,
            CASE WHEN count(*) FILTER (WHERE member.from_day <= today) >= 2 THEN sum(coalesce(summed.value, 0)) END AS total
        FROM rewards.team_member AS member
        JOIN identity.principal ON principal_id = member.resident_id
        CROSS JOIN LATERAL (
            SELECT sum(value) AS value FROM health.day_summary
            WHERE resident_id = member.resident_id AND metric = of_metric
                AND day BETWEEN greatest(first_day, member.from_day) AND today
        ) AS summed
        WHERE member.team_id = own.team_id AND member.to_day IS NULL
    ) AS others
    WHERE own.resident_id = who AND own.to_day IS NULL
$$;

REVOKE EXECUTE ON FUNCTION rewards.make_team, rewards.join_team, rewards.leave_team, rewards.team_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.make_team, rewards.join_team, rewards.leave_team, rewards.team_of TO wellness_api;
