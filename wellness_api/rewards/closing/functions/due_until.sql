-- Up to which moment the worker may finally do what is due, whatever its own clock says: up to the database's clock,
-- but not beyond the ledger's day. So what waits for an operator's word waits together with that day.
CREATE OR REPLACE FUNCTION rewards.due_until(at timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT least(at, rewards.clock(), (SELECT (day + 2)::timestamp AT TIME ZONE 'UTC' FROM rewards.open_day))
$$;
