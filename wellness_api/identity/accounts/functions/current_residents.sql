-- One statement stores the uploads of several residents, and names them all (wellness.resident_ids).
CREATE OR REPLACE FUNCTION identity.current_residents() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('wellness.resident_ids', true), '')::bigint[] $$;
