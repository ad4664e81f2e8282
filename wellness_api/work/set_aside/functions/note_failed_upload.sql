-- Notes an upload that failed because of an error of ours. Nothing of the upload is stored, so this is all that is known
-- of it. There is one row for each resident and way, however often the upload is sent.
CREATE OR REPLACE FUNCTION work.note_failed_upload(who bigint, way text, why text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO work.set_aside AS noted (resident_id, kind, item, reason, since, last_at, tries)
    VALUES (who, 'upload', way, why, at, at, 1)
    ON CONFLICT (resident_id, kind, item) DO UPDATE
    SET reason = excluded.reason, last_at = excluded.last_at, tries = noted.tries + 1
$$;

REVOKE EXECUTE ON FUNCTION work.note_failed_upload FROM PUBLIC;
GRANT EXECUTE ON FUNCTION work.note_failed_upload TO wellness_api;
