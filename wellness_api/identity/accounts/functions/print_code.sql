-- Prints a code for a person. The code before it ends at the same moment.
CREATE OR REPLACE FUNCTION identity.print_code(who bigint, new_code bytea, at timestamptz, devices integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- If two codes are printed at once, the second call waits here, and ends the first code.
    PERFORM FROM identity.principal WHERE principal_id = who FOR NO KEY UPDATE;
    UPDATE identity.sign_in_code SET ended_at = at
    WHERE principal_id = who AND ended_at IS NULL AND code_digest <> new_code;
    INSERT INTO identity.sign_in_code (code_digest, principal_id, printed_at, devices_max)
    VALUES (new_code, who, at, devices)
    ON CONFLICT (code_digest) DO UPDATE
    SET printed_at = excluded.printed_at, ended_at = NULL, devices_max = excluded.devices_max
    WHERE sign_in_code.principal_id = excluded.principal_id;
    IF NOT FOUND THEN
        RAISE unique_violation USING MESSAGE = format('the code for %s is the code of somebody else', who);
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION identity.print_code FROM PUBLIC;
