-- Gives everybody who has entries a random name, and writes both tables: the public list, and who is who. A UUID of
-- version 4 is random. The rows are written in the order of the names, so that even their order on disk reveals
-- nothing.
WITH standing AS MATERIALIZED (
    SELECT resident_id, entries, replace(gen_random_uuid()::text, '-', '') AS person
    FROM rewards.draw_standing
    WHERE draw = $1 AND entries > 0
), known AS (
    INSERT INTO rewards.draw_entrant (resident_id, draw, person)
    SELECT resident_id, $1, person FROM standing
)
INSERT INTO rewards.draw_list (draw, person, entries)
SELECT $1, person, entries FROM standing ORDER BY person
