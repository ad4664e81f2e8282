-- The API sees the rows of the one resident whom the statement names (wellness.resident_id), and no rows if it names
-- nobody.
CREATE OR REPLACE FUNCTION identity.current_resident() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('wellness.resident_id', true), '')::bigint $$;
