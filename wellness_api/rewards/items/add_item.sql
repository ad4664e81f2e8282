-- Adds a version. No row: it is there already, or is not the next one.
INSERT INTO rewards.reward_item (item, version, kind, name, description, price_points,
    worth, partner, place, draw, is_unlimited, per_person_max, per_person_span, offered_from, offered_to,
    age_min, age_max, checkup_age_min, checkup_age_max, hold_hours, added_at)
SELECT $1::text, $2::integer, $3::text, $4::jsonb, $5::jsonb, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, $15, $16,
    $17, $18, $19, $20, $21
WHERE $2::integer = 1 + (SELECT coalesce(max(version), 0) FROM rewards.reward_item WHERE item = $1::text)
ON CONFLICT DO NOTHING
RETURNING version
