-- Opens a session with a printed code, on at most `devices_max` devices at a time (`devices_else` if the code has no
-- number of its own). A device that asks again while its session lasts gets that session and its salt: the first answer
-- was lost.
--
-- Returns null for an unknown code, {"refused": "replaced" | "ended" | "too_many_devices", "devices_max": …}, or
-- {"opened": …}. The API may know no more about codes than this answer.
CREATE OR REPLACE FUNCTION identity.open_session(
    of_code bytea, of_device bytea, new_salt bytea, new_token bytea, device_name text, at timestamptz,
    devices_else integer, resident_lasts interval, staff_lasts interval)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    printed identity.sign_in_code;
    until timestamptz;
    known identity.session;
BEGIN
    -- Others who sign in with the same code wait here, so that devices are counted one after the other.
    SELECT * INTO printed FROM identity.sign_in_code WHERE code_digest = of_code FOR UPDATE;
    IF NOT FOUND OR EXISTS (SELECT FROM identity.erasure_request WHERE resident_id = printed.principal_id) THEN
        RETURN NULL;
    ELSIF printed.ended_at IS NOT NULL THEN
        RETURN jsonb_build_object('refused', CASE WHEN EXISTS (
            SELECT FROM identity.sign_in_code newer
            WHERE newer.principal_id = printed.principal_id AND newer.ended_at IS NULL) THEN 'replaced' ELSE 'ended' END);
    END IF;

    SELECT at + CASE role WHEN 'resident' THEN resident_lasts ELSE staff_lasts END INTO STRICT until
    FROM identity.principal WHERE principal_id = printed.principal_id;
    UPDATE identity.session SET expires_at = greatest(expires_at, until), last_used_at = at
    WHERE device_digest = of_device AND expires_at > at
    RETURNING * INTO known;
    IF NOT FOUND THEN
        DELETE FROM identity.session WHERE device_digest = of_device; -- It is over.
        printed.devices_max := coalesce(printed.devices_max, devices_else);
        IF printed.devices_max <= (
            SELECT count(*) FROM identity.session WHERE code_digest = of_code AND expires_at > at)
        THEN
            RETURN jsonb_build_object('refused', 'too_many_devices', 'devices_max', printed.devices_max);
        END IF;
        INSERT INTO identity.session
            (token_digest, principal_id, expires_at, opened_at, last_used_at, device, code_digest, device_digest, salt)
        VALUES (new_token, printed.principal_id, until, at, at, device_name, of_code, of_device, new_salt);
    END IF;
    RETURN jsonb_build_object('opened', (
        SELECT jsonb_build_object('role', role, 'display_name', display_name, 'expires_at', coalesce(known.expires_at, until),
            'salt', encode(coalesce(known.salt, new_salt), 'hex'), 'is_repeated', known.salt IS NOT NULL)
        FROM identity.principal WHERE principal_id = printed.principal_id));
END $$;

REVOKE EXECUTE ON FUNCTION identity.open_session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.open_session TO wellness_api;
