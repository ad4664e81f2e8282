-- Zones by code; a zone that is there already takes the new names, population and outline.
INSERT INTO indicators.zone (zone, name_ja, name_en, population, outline)
SELECT zone, name_ja, name_en, population, outline::jsonb
FROM unnest(:zones::text[], :names_ja::text[], :names_en::text[], :populations::integer[], :outlines::text[])
    AS given (zone, name_ja, name_en, population, outline)
ON CONFLICT (zone) DO UPDATE
SET name_ja = excluded.name_ja, name_en = excluded.name_en, population = excluded.population, outline = excluded.outline
