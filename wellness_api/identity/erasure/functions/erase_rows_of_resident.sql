-- Deletes every row about a resident who asked for it, if that is due `at` this time. Returns how many rows of each table
-- or partition were deleted; null when nothing is due.
CREATE OR REPLACE FUNCTION identity.erase_rows_of_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was_erased boolean;
    place record;
    rows_of_place jsonb;
    rows_deleted jsonb := '{}';
BEGIN
    -- If two workers come, the second one waits here, and then finds that the erasure is no longer due.
    SELECT is_erased INTO was_erased FROM identity.erasure_request
    WHERE resident_id = who AND identity.erasure_is_due(erasure_request, at)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The lock by which workers share residents out. A turn that works on this resident's days ends first.
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

REVOKE EXECUTE ON FUNCTION identity.erase_rows_of_resident FROM PUBLIC;
