-- The days on which samples of the given days may stand once they were moved by so many milliseconds: what began late in a day
-- ends up a day later than what began early. An hour more on each side, since days are longer or shorter where clocks change.
CREATE OR REPLACE FUNCTION health.days_moved_by(by_ms bigint, days datemultirange) RETURNS datemultirange
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(
        range_agg(daterange(
            lower(run) + floor((by_ms - 3600000) / 86400000.0)::integer,
            upper(run) + floor((by_ms + 3600000) / 86400000.0)::integer + 1)),
        '{}')
    FROM unnest(days) AS run
$$;
