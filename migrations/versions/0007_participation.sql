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
