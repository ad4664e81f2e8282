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

-- hand-outs --------------------------------------------------------------------------------------------------------

-- By whom of the staff goods were handed out; null for what was before this was written down.
ALTER TABLE rewards.redemption ADD COLUMN handed_out_by bigint;
CREATE INDEX redemption_handed_out ON rewards.redemption (pickup_code) WHERE state = 'confirmed' AND pickup_code IS NOT NULL;

-- who may do what --------------------------------------------------------------------------------------------------

-- Sessions are opened by a function alone. The API finds them, notes their use and ends them; of codes it may know
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
