-- Raw samples go after the months that the city keeps them; everything about a resident goes when they ask.

-- retention --------------------------------------------------------------------------------------------------------

-- From which day on samples are kept. It moves forward only, also when the setting is raised later: the samples of an
-- earlier day are gone, at least in part, so the day must never be worked out again.
CREATE TABLE health.retention (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    first_day date NOT NULL
);
INSERT INTO health.retention (first_day) VALUES ('0001-01-01');

-- Closes the days before `first_day`. Each turn of a worker holds the lock (3, 0) shared while it has days claimed, so
-- when this returns, no worker has a closed day in hand, and none will claim one.
CREATE FUNCTION health.close_days_before(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    -- What is dropped is gone, and the worker's clock may be wrong by years; so the database's own has the last word.
    -- A day is allowed for the zones that are ahead of UTC.
    IF day > date_trunc('month', now() AT TIME ZONE 'UTC' + interval '1 day') - interval '13 months' THEN
        RAISE EXCEPTION 'samples of the last thirteen months are kept, so days before % cannot be closed', day
            USING HINT = 'Compare the clocks of the worker''s host and of the database''s.';
    END IF;
    PERFORM pg_advisory_xact_lock(3, 0);
    UPDATE health.retention SET first_day = day WHERE first_day < day;
END $$;

-- Drops the oldest month whose days are all closed; says which, or nothing when there is none.
--
-- A dropped partition takes an ACCESS EXCLUSIVE lock on health.segment itself, which every upload and every page waits
-- for. DETACH PARTITION CONCURRENTLY would do with less, but it runs in no function and no transaction, and only as the
-- table's owner, who the worker must not be. So the lock is waited for half a second at most, during which new uploads
-- queue behind it; if it is not to be had, nothing happened, and the next hour tries again. One month a call keeps the
-- time short for which the lock is held: the file is removed after it was given back.
CREATE FUNCTION health.drop_closed_month() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    month CONSTANT text := (
        SELECT child.relname
        FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid, health.retention
        WHERE inhparent = 'health.segment'::regclass
            AND child.relname ~ '^segment_[0-9]{6}$'
            AND to_date(substr(child.relname, 9), 'YYYYMM') + interval '1 month' <= retention.first_day
        ORDER BY child.relname
        LIMIT 1);
BEGIN
    IF month IS NOT NULL THEN
        EXECUTE format('DROP TABLE IF EXISTS health.%I', month); -- Another worker may have been first.
    END IF;
    RETURN month;
END $$;

-- What the given residents have of closed days: samples in the archive partition, records, receipts, pending days.
-- Summaries and the ledger stay.
CREATE FUNCTION health.forget_closed_days(residents bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM health.segment
    WHERE resident_id = ANY (residents) AND day < (SELECT first_day FROM health.retention);
    DELETE FROM health.record
    WHERE resident_id = ANY (residents) AND last_day < (SELECT first_day FROM health.retention);
    DELETE FROM health.pending_day
    WHERE resident_id = ANY (residents) AND day < (SELECT first_day FROM health.retention);
    -- A receipt is younger than its samples, so one from before the first day speaks of closed days only. The day begins
    -- earlier in zones that are ahead of UTC.
    DELETE FROM health.upload
    WHERE resident_id = ANY (residents)
        AND received_at < (SELECT first_day - 1 FROM health.retention)::timestamp AT TIME ZONE 'UTC';
$$;

REVOKE EXECUTE ON FUNCTION health.close_days_before, health.drop_closed_month, health.forget_closed_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health.close_days_before, health.drop_closed_month, health.forget_closed_days
    TO wellness_worker;
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

-- Every table with rows about residents, by the name of the column that says about whom: a table that is added later
-- is erased from without anybody having to think of it. Those that others refer to come last.
CREATE VIEW identity.table_about_residents AS
SELECT pg_class.oid AS relation, attname AS person
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
    AND attname IN ('resident_id', 'principal_id') AND NOT attisdropped
    AND pg_class.oid <> 'identity.erasure_request'::regclass
ORDER BY EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = pg_class.oid),
    pg_class.oid = 'identity.principal'::regclass, pg_class.oid::regclass::text;

-- Deletes every row about a resident who asked for it, now (`at`) that it is due. Returns how many rows of which table
-- or partition went; null when nothing is due.
CREATE FUNCTION identity.erase_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was_erased boolean;
    place record;
    rows_of_place jsonb;
    rows_deleted jsonb := '{}';
BEGIN
    -- Of two workers the second waits here, and finds that it is not due any more.
    SELECT is_erased INTO was_erased FROM identity.erasure_request
    WHERE resident_id = who AND due_at <= at
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The lock by which workers share residents out: a turn that has days of this one in hand ends first.
    PERFORM pg_advisory_xact_lock(1, hashint8(who));

    INSERT INTO rewards.erased_total (programme, version, rule, debit_account, credit_account, amount)
    SELECT programme, version, rule, debit_account, credit_account, sum(amount)
    FROM rewards.transfer
    WHERE resident_id = who
    GROUP BY programme, version, rule, debit_account, credit_account
    ON CONFLICT (programme, version, rule, debit_account, credit_account)
        DO UPDATE SET amount = erased_total.amount + excluded.amount;
    INSERT INTO rewards.erased_residents (programme, version, residents)
    SELECT DISTINCT programme, version, 1
    FROM rewards.transfer
    WHERE resident_id = who AND 'budget' IN (debit_account, credit_account)
    ON CONFLICT (programme, version) DO UPDATE SET residents = erased_residents.residents + excluded.residents;

    FOR place IN SELECT relation::regclass AS relation, person FROM identity.table_about_residents LOOP
        EXECUTE format(
            'WITH gone AS (DELETE FROM %s WHERE %I = $1 RETURNING tableoid::regclass::text AS relation),
                counted AS (SELECT relation, count(*) AS rows FROM gone GROUP BY relation)
            SELECT coalesce(jsonb_object_agg(relation, rows), ''{}'') FROM counted', place.relation, place.person)
        INTO rows_of_place USING who;
        rows_deleted := rows_deleted || rows_of_place;
    END LOOP;

    IF was_erased THEN
        DELETE FROM identity.erasure_request WHERE resident_id = who;
    ELSE
        UPDATE identity.erasure_request SET is_erased = true, due_at = at + interval '1 hour' WHERE resident_id = who;
    END IF;
    IF NOT was_erased OR rows_deleted <> '{}' THEN
        INSERT INTO identity.erasure (erased_at, rows_deleted) VALUES (at, rows_deleted);
    END IF;
    RETURN rows_deleted;
END $$;

REVOKE EXECUTE ON FUNCTION identity.erase_resident FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.erase_resident TO wellness_worker;

-- The API writes down that a resident asked; the worker can erase those who did, and nobody else.
ALTER TABLE identity.erasure_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON identity.erasure_request FOR INSERT TO wellness_api
    WITH CHECK (resident_id = identity.current_resident());
CREATE POLICY processing ON identity.erasure_request FOR SELECT TO wellness_worker USING (true);
GRANT INSERT (resident_id, requested_at, due_at) ON identity.erasure_request TO wellness_api;
GRANT SELECT ON identity.erasure_request TO wellness_worker;
GRANT SELECT ON rewards.erased_total, rewards.erased_residents TO wellness_worker;
