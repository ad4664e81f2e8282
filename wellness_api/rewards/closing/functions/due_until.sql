-- Up to which moment the worker may do for good what is due by then, whatever its own clock says: the database's clock,
-- but not beyond the ledger's day, so that what waits for an operator's word waits with it.
CREATE OR REPLACE FUNCTION rewards.due_until(at timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT least(at, rewards.clock(), (SELECT (day + 2)::timestamp AT TIME ZONE 'UTC' FROM rewards.open_day))
$$;
