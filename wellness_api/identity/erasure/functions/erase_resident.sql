-- Deletes every row about a resident who asked for it, if that is due `at` this time. Returns how many rows of each table
-- or partition were deleted; null when nothing is due.
CREATE OR REPLACE FUNCTION identity.erase_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- If two workers come, the second one waits here, and then finds that the erasure is no longer due.
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
