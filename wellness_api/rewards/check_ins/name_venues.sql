-- The names of the places, by their sources. A source keeps the name that it had first.
INSERT INTO health.venue (source, name)
SELECT DISTINCT ON (source) source, name FROM unnest($1::text[], $2::text[]) AS venues (source, name)
ON CONFLICT (source) DO NOTHING
