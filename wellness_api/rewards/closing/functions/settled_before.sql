-- Residents have their group awards for all periods that ended before this day.
CREATE OR REPLACE FUNCTION rewards.settled_before() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT CASE WHEN is_turned THEN day ELSE turned_from END FROM rewards.open_day $$;
