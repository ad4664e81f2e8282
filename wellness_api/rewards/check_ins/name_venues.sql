-- What the places are called, by their sources; a source keeps the name that it had first.
INSERT INTO health.venue (source, name)
SELECT DISTINCT ON (source) source, name FROM unnest($1::text[], $2::text[]) AS given (source, name)
ON CONFLICT (source) DO NOTHING
