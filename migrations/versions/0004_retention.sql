-- Raw samples go after the months that the city keeps them; everything about a resident goes when they ask.

-- retention --------------------------------------------------------------------------------------------------------

-- From which day on samples are kept. It moves forward only, also when the setting is raised later: the samples of an
-- earlier day are gone, at least in part, so the day must never be worked out again.
CREATE TABLE health.retention (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    first_day date NOT NULL
);
INSERT INTO health.retention (first_day) VALUES ('0001-01-01');
GRANT SELECT ON health.retention TO wellness_api, wellness_worker;

-- erasure ----------------------------------------------------------------------------------------------------------

-- Who asked to be erased. The row goes as well: an hour after the erasure the worker looks once more for what requests
-- under way brought meanwhile, and removes it.
CREATE TABLE identity.erasure_request (
    resident_id bigint PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    is_erased boolean NOT NULL DEFAULT false
);

-- What is left of an erasure: when, and how many rows of which table or partition. No person.
CREATE TABLE identity.erasure (
    erasure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    erased_at timestamptz NOT NULL,
    rows_deleted jsonb NOT NULL,
    scrubbed_at timestamptz
);

-- The transfers of those who were erased, summed, so that the city's books still balance. No person and no day.
CREATE TABLE rewards.erased_total (
    programme text NOT NULL,
    version integer NOT NULL,
    rule text NOT NULL,
    debit_account text NOT NULL,
    credit_account text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (programme, version, rule, debit_account, credit_account)
);

-- How many of those who were erased had been given points.
CREATE TABLE rewards.erased_residents (
    programme text NOT NULL,
    version integer NOT NULL,
    residents integer NOT NULL CHECK (residents > 0),
    PRIMARY KEY (programme, version)
);

-- The API writes down that a resident asked; the worker can erase those who did, and nobody else.
ALTER TABLE identity.erasure_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON identity.erasure_request FOR INSERT TO wellness_api
    WITH CHECK (resident_id = identity.current_resident());
CREATE POLICY processing ON identity.erasure_request FOR SELECT TO wellness_worker USING (true);
GRANT INSERT (resident_id, requested_at, due_at) ON identity.erasure_request TO wellness_api;
GRANT SELECT ON identity.erasure_request TO wellness_worker;
GRANT SELECT ON rewards.erased_total, rewards.erased_residents TO wellness_worker;
