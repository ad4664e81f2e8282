-- Adds zones by code. A zone that exists already gets the new names, population and outline.
INSERT INTO indicators.zone (zone, name, population, outline)
SELECT zone, name::jsonb, population, outline::jsonb
FROM unnest(:zones::text[], :names::text[], :populations::integer[], :outlines::text[])
    AS new_zone (zone, name, population, outline)
ON CONFLICT (zone) DO UPDATE
SET name = excluded.name, population = excluded.population, outline = excluded.outline
