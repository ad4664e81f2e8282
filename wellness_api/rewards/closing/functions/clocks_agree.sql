-- Whether a process's clock agrees with the database's within five minutes. Synchronised clocks are milliseconds apart,
-- and five minutes do no harm to anything that counts in days.
CREATE OR REPLACE FUNCTION rewards.clocks_agree(at timestamptz) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT rewards.clock() BETWEEN at - interval '5 minutes' AND at + interval '5 minutes'
$$;
