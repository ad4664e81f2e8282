-- Codes that hold until they are replaced, sessions that slide, hand-outs that may be repeated, fewer rights of the API.

-- sign-in codes ----------------------------------------------------------------------------------------------------

-- A code holds until the next one is printed for the same person: `ended_at`. `devices_max`: on how many devices it may be
-- signed in at a time, where that is not the city's setting.
ALTER TABLE identity.sign_in_code
    ADD COLUMN printed_at timestamptz,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN devices_max integer CHECK (devices_max > 0);

-- Until now a code was good for a number of sign-ins within thirty days. One that still was holds from now on, the newest of
-- each person. A used one stays used: its paper was thrown away, in the belief that it is worth nothing.
UPDATE identity.sign_in_code SET printed_at = expires_at - interval '30 days';
UPDATE identity.sign_in_code SET ended_at = now()
WHERE uses_left = 0 OR expires_at <= now()
    OR EXISTS (
        SELECT FROM identity.sign_in_code newer
        WHERE newer.principal_id = sign_in_code.principal_id AND newer.uses_left > 0 AND newer.expires_at > now()
            AND (newer.expires_at, newer.code_digest) > (sign_in_code.expires_at, sign_in_code.code_digest));
ALTER TABLE identity.sign_in_code ALTER COLUMN printed_at SET NOT NULL, DROP COLUMN uses_left, DROP COLUMN expires_at;
CREATE UNIQUE INDEX sign_in_code_in_force ON identity.sign_in_code (principal_id) WHERE ended_at IS NULL;

-- sessions ---------------------------------------------------------------------------------------------------------

-- `opened_at`: null for those of before, whose cookie had another name. `last_used_at`: written now and then, not at each
-- request. `code_digest`: of the code that opened it; null when the operator did. `device_digest`: of that code and the key
-- that the device chose, so that it finds its session again; the token is made of both and the `salt`.
ALTER TABLE identity.session
    ADD COLUMN session_id bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN opened_at timestamptz,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN device text CHECK (char_length(device) BETWEEN 1 AND 60),
    ADD COLUMN code_digest bytea,
    ADD COLUMN device_digest bytea,
    ADD COLUMN salt bytea;
-- They lasted fourteen days. Residents' go on and slide; those of staff end after so long without use as new ones do.
UPDATE identity.session SET last_used_at = least(now(), expires_at - interval '14 days');
UPDATE identity.session SET expires_at = least(expires_at, now() + interval '12 hours')
FROM identity.principal
WHERE principal.principal_id = session.principal_id AND role IN ('health_staff', 'programme_officer');
ALTER TABLE identity.session
    ALTER COLUMN opened_at SET DEFAULT now(),
    ALTER COLUMN last_used_at SET DEFAULT now(),
    ALTER COLUMN last_used_at SET NOT NULL;
CREATE UNIQUE INDEX session_number ON identity.session (session_id);
CREATE UNIQUE INDEX session_of_device ON identity.session (device_digest);
CREATE INDEX session_of_code ON identity.session (code_digest);
CREATE INDEX session_of_principal ON identity.session (principal_id);

-- Opens a session by a printed code, on at most `devices_max` devices at a time (`devices_else` where the code says none).
-- A device that asks again while its session goes on finds it, whose salt it is told: what got lost was the answer.
--
-- Returns null for a code that is none, {"refused": "replaced" | "ended" | "too_many_devices", "devices_max": …}, or
-- {"opened": …}. All that the API may know of codes is what this says.
CREATE FUNCTION identity.open_session(
    of_code bytea, of_device bytea, new_salt bytea, new_token bytea, device_name text, at timestamptz,
    devices_else integer, resident_lasts interval, staff_lasts interval)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    printed identity.sign_in_code;
    until timestamptz;
    known identity.session;
BEGIN
    -- Who signs in with the same code waits here, so that devices are counted one after the other.
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

-- Prints a code for someone: the one of before ends in the same moment.
CREATE FUNCTION identity.print_code(who bigint, new_code bytea, at timestamptz, devices integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of two that are printed at once the second waits here, and ends the first.
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

REVOKE EXECUTE ON FUNCTION identity.open_session, identity.print_code FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.open_session TO wellness_api;

-- hand-outs --------------------------------------------------------------------------------------------------------

-- By whom of the staff goods were handed out; null for what was before this was written down.
ALTER TABLE rewards.redemption ADD COLUMN handed_out_by bigint;
CREATE INDEX redemption_handed_out ON rewards.redemption (pickup_code) WHERE state = 'confirmed' AND pickup_code IS NOT NULL;

-- When and by whom the goods of a pick-up code were handed out; null when they were not. Nothing of who got them.
CREATE FUNCTION rewards.handed_out(of_code text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('redemption_id', redemption_id, 'item', item,
        'name', jsonb_build_object('ja', name_ja, 'en', name_en), 'handed_out_at', ended_at, 'handed_out_by', display_name)
    FROM rewards.redemption
    JOIN rewards.reward_item USING (item, version)
    LEFT JOIN identity.principal ON principal_id = handed_out_by
    WHERE state = 'confirmed' AND pickup_code IS NOT NULL AND pickup_code = of_code
    ORDER BY redemption_id DESC LIMIT 1
$$;

DROP FUNCTION rewards.hand_over;

-- Confirms that the goods of a pick-up code were handed out. Once more says that they were, when and by whom: of a
-- confirmation whose answer got lost, and of a code that is shown a second time.
--
-- Returns {"obstacle": …} or {"handed_out": …, "is_repeated": …}; null for a code that nothing waits under.
CREATE FUNCTION rewards.hand_over(of_code text, staff bigint, at timestamptz, city_day date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    outcome jsonb;
BEGIN
    SELECT resident_id, redemption_id INTO one FROM rewards.redemption
    WHERE state = 'held' AND pickup_code = of_code;
    IF FOUND THEN
        -- Of two who typed the code at once the second waits here, and is told that it was handed out.
        PERFORM FROM rewards.wallet WHERE resident_id = one.resident_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM rewards.redemption
            WHERE resident_id = one.resident_id AND redemption_id = one.redemption_id AND state = 'held')
        THEN
            outcome := rewards.end_redemption(one.resident_id, one.redemption_id, 'confirmed', at, city_day, true);
            IF outcome ? 'obstacle' THEN
                RETURN outcome;
            END IF;
            UPDATE rewards.redemption SET handed_out_by = staff
            WHERE resident_id = one.resident_id AND redemption_id = one.redemption_id;
            RETURN jsonb_build_object('is_repeated', false, 'handed_out', rewards.handed_out(of_code));
        END IF;
    END IF;
    outcome := rewards.handed_out(of_code);
    RETURN CASE WHEN outcome IS NOT NULL THEN jsonb_build_object('is_repeated', true, 'handed_out', outcome) END;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.handed_out, rewards.hand_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.handed_out, rewards.hand_over TO wellness_api;

-- who may do what --------------------------------------------------------------------------------------------------

-- Sessions are opened by the function above alone. The API finds them, notes their use and ends them; of codes it may know
-- whether somebody has one.
REVOKE ALL ON identity.sign_in_code, identity.session FROM wellness_api;
GRANT SELECT (principal_id, ended_at) ON identity.sign_in_code TO wellness_api;
GRANT SELECT (token_digest, session_id, principal_id, opened_at, last_used_at, expires_at, device),
    UPDATE (last_used_at, expires_at), DELETE ON identity.session TO wellness_api;
REVOKE ALL ON identity.sign_in_code, identity.session FROM wellness_worker;
GRANT SELECT (ended_at), DELETE ON identity.sign_in_code TO wellness_worker;
GRANT SELECT (expires_at), DELETE ON identity.session TO wellness_worker;

-- Of rows that a handler changes, what it changes; of rows that it adds, what it says. The rest is the worker's.
REVOKE UPDATE ON health.record, health.deleted_source, health.source_order, identity.code_tries FROM wellness_api;
GRANT UPDATE (revision, sequence, source, first_day, last_day, times, values) ON health.record TO wellness_api;
GRANT UPDATE (sequence) ON health.deleted_source TO wellness_api;
GRANT UPDATE (sources, chosen_at) ON health.source_order TO wellness_api;
GRANT UPDATE (hour, tries) ON identity.code_tries TO wellness_api;
REVOKE INSERT ON health.pending_day, health.import FROM wellness_api;
GRANT INSERT (resident_id, day, sequence, received_at) ON health.pending_day TO wellness_api;
GRANT INSERT (resident_id, idempotency_key, form, file_bytes, part_bytes, created_at) ON health.import TO wellness_api;

-- It was for the worker alone, and everybody could call it.
REVOKE EXECUTE ON FUNCTION health.ensure_segment_partitions FROM PUBLIC;
