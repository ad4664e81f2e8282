-- The first of April on or before a day: limits and gates count by fiscal years.
CREATE OR REPLACE FUNCTION rewards.fiscal_year_start(day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT make_date(extract(year FROM day)::integer - (extract(month FROM day) < 4)::integer, 4, 1)
$$;
