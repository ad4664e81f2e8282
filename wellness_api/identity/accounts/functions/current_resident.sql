-- The API sees the rows of the one resident that the statement names (wellness.resident_id), and none if it names none.
CREATE OR REPLACE FUNCTION identity.current_resident() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('wellness.resident_id', true), '')::bigint $$;
