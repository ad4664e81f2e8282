-- The database's clock, at one place, so that a test can give its database another one.
CREATE OR REPLACE FUNCTION rewards.clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;
