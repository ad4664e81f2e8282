-- The ledger's day where none was opened yet: the city's day, but no later than the database's clock allows.
CREATE OR REPLACE FUNCTION rewards.ledger_day(city_day date) RETURNS date LANGUAGE sql VOLATILE AS $$
    SELECT coalesce((SELECT day FROM rewards.open_day),
        least(city_day, (rewards.clock() AT TIME ZONE 'UTC' + interval '14 hours')::date))
$$;
