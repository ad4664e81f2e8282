-- Deletes every row about a resident who asked for it, now (`at`) that it is due. Returns how many rows of which table
-- or partition went; null when nothing is due.
CREATE OR REPLACE FUNCTION identity.erase_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of two workers the second waits here, and finds that it is not due any more.
    PERFORM FROM identity.erasure_request WHERE resident_id = who AND identity.erasure_is_due(erasure_request, at)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM rewards.keep_redemptions_of_erased(who, at);
    RETURN identity.erase_rows_of_resident(who, at);
END $$;

REVOKE EXECUTE ON FUNCTION identity.erase_resident FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.erase_resident TO wellness_worker;
