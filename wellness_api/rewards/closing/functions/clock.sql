-- The database's clock, in one place, so that a test can give its database another clock.
CREATE OR REPLACE FUNCTION rewards.clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;
