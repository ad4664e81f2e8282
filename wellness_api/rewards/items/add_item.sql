-- Adds a version. It returns no row when the version exists already or is not the next one.
INSERT INTO rewards.reward_item (item, version, kind, name, description, price_points,
    worth, partner, place, draw, is_unlimited, per_person_max, per_person_span, offered_from, offered_to,
    age_min, age_max, checkup_age_min, checkup_age_max, hold_hours, added_at)
SELECT :item::text, :version::integer, :kind::text, :name::jsonb, :description::jsonb, :price_points, :worth, :partner,
    :place::jsonb, :draw, :is_unlimited, :per_person_max, :per_person_span, :offered_from, :offered_to, :age_min, :age_max,
    :checkup_age_min, :checkup_age_max, :hold_hours, :now
WHERE :version::integer = 1 + (SELECT coalesce(max(version), 0) FROM rewards.reward_item WHERE item = :item::text)
ON CONFLICT DO NOTHING
RETURNING version
