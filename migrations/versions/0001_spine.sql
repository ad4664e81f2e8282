-- The first schema: zones as schemas, one role per process, resident_id first in every resident table.

CREATE SCHEMA identity;
CREATE SCHEMA health;
CREATE SCHEMA rewards;
CREATE SCHEMA indicators;

DO $$
BEGIN
    -- Roles belong to the whole server; another city's database beside this one may have made them.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wellness_api') THEN
        CREATE ROLE wellness_api NOLOGIN NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wellness_worker') THEN
        CREATE ROLE wellness_worker NOLOGIN NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- Made by a migration that ran at the same moment.
END $$;

DO $$
BEGIN
    -- A start with one login for everything acts as these roles; making a role does not make one its member.
    EXECUTE format('GRANT wellness_api, wellness_worker TO %I', current_user);
EXCEPTION WHEN insufficient_privilege THEN
    NULL; -- Roles of another city's login: that one, or a superuser, grants them.
END $$;

-- identity ---------------------------------------------------------------------------------------------------------

CREATE TABLE identity.principal (
    principal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role text NOT NULL CHECK (role IN ('resident', 'health_staff', 'programme_officer', 'gateway')),
    display_name text NOT NULL,
    enrolled_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity.resident (
    resident_id bigint PRIMARY KEY REFERENCES identity.principal,
    birth_year smallint NOT NULL CHECK (birth_year BETWEEN 1890 AND 2100),
    sex text NOT NULL CHECK (sex IN ('female', 'male', 'other')),
    zone text NOT NULL,
    time_zone text NOT NULL
);

CREATE TABLE identity.sign_in_code (
    code_digest bytea PRIMARY KEY,
    principal_id bigint NOT NULL REFERENCES identity.principal,
    uses_left integer NOT NULL CHECK (uses_left >= 0),
    expires_at timestamptz NOT NULL
);

CREATE TABLE identity.session (
    token_digest bytea PRIMARY KEY,
    principal_id bigint NOT NULL REFERENCES identity.principal,
    expires_at timestamptz NOT NULL
);

CREATE TABLE identity.card (
    card_digest bytea PRIMARY KEY,
    resident_id bigint NOT NULL REFERENCES identity.resident
);

CREATE TABLE identity.gateway_key (
    key_id text PRIMARY KEY,
    gateway_id bigint NOT NULL REFERENCES identity.principal,
    public_key bytea NOT NULL,
    revoked_at timestamptz
);

CREATE TABLE identity.gateway_nonce (
    key_id text NOT NULL REFERENCES identity.gateway_key,
    nonce text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key_id, nonce)
);

-- health -----------------------------------------------------------------------------------------------------------

CREATE SEQUENCE health.upload_sequence;

-- The book of receipts: what a repeated idempotency key is answered with. Keys and contents are kept as 128-bit digests.
CREATE TABLE health.upload (
    resident_id bigint NOT NULL,
    idempotency_key uuid NOT NULL,
    content_digest uuid NOT NULL,
    sequence bigint NOT NULL,
    received_at timestamptz NOT NULL,
    receipt bytea NOT NULL,
    PRIMARY KEY (resident_id, idempotency_key)
);

-- Samples: times are int32 milliseconds from the day's midnight UTC, values int32 multiples of the metric's resolution,
-- both compressed by pcodec. No row per sample. The first and last time stand beside them, so that an upload is compared
-- only with the segments whose samples could be the same.
CREATE TABLE health.segment (
    resident_id bigint NOT NULL,
    sequence bigint NOT NULL,
    received_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    day date NOT NULL,
    metric smallint NOT NULL,
    source text NOT NULL,
    time_first integer NOT NULL,
    time_last integer NOT NULL,
    times bytea NOT NULL,
    values bytea NOT NULL,
    PRIMARY KEY (resident_id, day, metric, source, sequence)
) PARTITION BY RANGE (day);

-- Which sources a resident wants to count first, from a day on.
CREATE TABLE health.source_order (
    resident_id bigint NOT NULL,
    metric smallint NOT NULL,
    from_day date NOT NULL,
    sources text[] NOT NULL,
    chosen_at timestamptz NOT NULL,
    PRIMARY KEY (resident_id, metric, from_day)
);

-- A row per upload and day that the worker has still to take into account. Days that cannot be worked out, by an error
-- of ours or a damaged segment, are set aside, so that they do not keep everybody else's waiting.
CREATE TABLE health.pending_day (
    resident_id bigint NOT NULL,
    day date NOT NULL,
    sequence bigint NOT NULL,
    received_at timestamptz NOT NULL,
    set_aside_at timestamptz,
    PRIMARY KEY (resident_id, day, sequence)
);
CREATE INDEX pending_day_sequence ON health.pending_day (sequence) WHERE set_aside_at IS NULL;

CREATE TABLE health.day_summary (
    resident_id bigint NOT NULL,
    day date NOT NULL,
    metric smallint NOT NULL,
    value double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL,
    sample_count integer NOT NULL CHECK (sample_count > 0),
    measured_at timestamptz NOT NULL,
    PRIMARY KEY (resident_id, day, metric)
);
CREATE INDEX day_summary_day ON health.day_summary (metric, day) INCLUDE (resident_id, value);

-- rewards ----------------------------------------------------------------------------------------------------------

CREATE TABLE rewards.programme (
    code text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    definition jsonb NOT NULL,
    in_force_from date NOT NULL,
    in_force_to date,
    PRIMARY KEY (code, version)
);

-- Double entry: one row is one transfer from the debit account to the credit account, so the ledger sums to zero by
-- construction. Accounts are the resident's own (wallet, owed) or the city's (budget). Nobody may update or delete.
CREATE TABLE rewards.transfer (
    resident_id bigint NOT NULL,
    transfer_id bigint GENERATED ALWAYS AS IDENTITY,
    posted_at timestamptz NOT NULL DEFAULT now(),
    programme text NOT NULL,
    version integer NOT NULL,
    rule text NOT NULL,
    period_start date NOT NULL,
    debit_account text NOT NULL CHECK (debit_account IN ('budget', 'wallet', 'owed')),
    credit_account text NOT NULL CHECK (credit_account IN ('budget', 'wallet', 'owed')),
    amount integer NOT NULL CHECK (amount > 0),
    facts jsonb NOT NULL,
    PRIMARY KEY (resident_id, transfer_id),
    CHECK (debit_account <> credit_account)
);
CREATE INDEX transfer_period ON rewards.transfer (resident_id, programme, period_start);

CREATE TABLE rewards.wallet (
    resident_id bigint PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0),
    owed bigint NOT NULL CHECK (owed >= 0),
    updated_at timestamptz NOT NULL
);

-- The city's side of the ledger, rolled up from the transfers; never updated per transfer.
CREATE TABLE rewards.programme_total (
    programme text NOT NULL,
    version integer NOT NULL,
    points_awarded bigint NOT NULL,
    residents_awarded integer NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (programme, version)
);

-- indicators -------------------------------------------------------------------------------------------------------

CREATE TABLE indicators.zone (
    zone text PRIMARY KEY,
    name_ja text NOT NULL,
    name_en text NOT NULL,
    population integer NOT NULL CHECK (population >= 0),
    outline jsonb NOT NULL
);

-- Only what passed disclosure control: a hidden cell has no figures here at all.
CREATE TABLE indicators.cell (
    indicator text NOT NULL,
    zone text NOT NULL,
    period_from date NOT NULL,
    period_to date NOT NULL,
    status text NOT NULL CHECK (status IN ('shown', 'true_zero', 'primary', 'complementary')),
    value double precision,
    count integer,
    denominator integer,
    threshold integer NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (indicator, zone),
    CHECK (status IN ('shown', 'true_zero') OR (value IS NULL AND count IS NULL AND denominator IS NULL))
);

-- who may do what --------------------------------------------------------------------------------------------------

ALTER TABLE health.upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE health.segment ENABLE ROW LEVEL SECURITY;
ALTER TABLE health.source_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE health.pending_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE health.day_summary ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.wallet ENABLE ROW LEVEL SECURITY;

-- Functions stand in wellness_api/**/functions; here are those that policies, defaults or the statements of a migration need.

-- The API sees the rows of the one resident that the statement names (wellness.resident_id), and none if it names none.
CREATE FUNCTION identity.current_resident() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('wellness.resident_id', true), '')::bigint $$;

-- Uploads of several residents are stored by one statement, which names them all (wellness.resident_ids).
CREATE FUNCTION identity.current_residents() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('wellness.resident_ids', true), '')::bigint[] $$;

CREATE POLICY own_of_many ON health.upload TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
CREATE POLICY own_of_many ON health.segment TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
CREATE POLICY own_of_many ON health.pending_day TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));

CREATE POLICY own ON health.upload TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON health.segment TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON health.source_order TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON health.pending_day TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON health.day_summary TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.transfer TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.wallet TO wellness_api USING (resident_id = identity.current_resident());

CREATE POLICY processing ON health.segment TO wellness_worker USING (true);
CREATE POLICY processing ON health.source_order FOR SELECT TO wellness_worker USING (true);
CREATE POLICY processing ON health.pending_day TO wellness_worker USING (true);
CREATE POLICY processing ON health.day_summary TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.transfer TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.wallet TO wellness_worker USING (true);

GRANT USAGE ON SCHEMA identity, health, rewards, indicators TO wellness_api, wellness_worker;

GRANT SELECT ON identity.principal, identity.resident, identity.card, identity.gateway_key TO wellness_api;
GRANT SELECT, UPDATE ON identity.sign_in_code TO wellness_api;
GRANT SELECT, INSERT, DELETE ON identity.session TO wellness_api;
GRANT SELECT, INSERT ON identity.gateway_nonce TO wellness_api;
GRANT SELECT, INSERT ON health.upload, health.segment, health.pending_day TO wellness_api;
GRANT SELECT, INSERT, UPDATE ON health.source_order TO wellness_api;
GRANT USAGE ON SEQUENCE health.upload_sequence TO wellness_api;
GRANT SELECT ON health.day_summary, rewards.programme, rewards.programme_total, rewards.transfer, rewards.wallet
    TO wellness_api;
GRANT SELECT ON indicators.zone, indicators.cell TO wellness_api;

GRANT SELECT ON identity.resident, indicators.zone, rewards.programme TO wellness_worker;
GRANT SELECT, DELETE ON identity.session, identity.gateway_nonce, identity.sign_in_code TO wellness_worker;
GRANT SELECT ON health.source_order TO wellness_worker;
GRANT SELECT, UPDATE (time_first, time_last, times, values), DELETE ON health.segment TO wellness_worker;
GRANT SELECT, UPDATE, DELETE ON health.pending_day TO wellness_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON health.day_summary, rewards.wallet, rewards.programme_total TO wellness_worker;
GRANT SELECT, INSERT ON rewards.transfer TO wellness_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON indicators.cell TO wellness_worker;
