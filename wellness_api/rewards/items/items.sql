-- Items with their stock, totals and versions: the item with the code $1, or else the first $3 items whose codes come
-- after $2.
SELECT jsonb_build_object(
    'item', item,
    'units_total', CASE WHEN NOT (array_agg(is_unlimited ORDER BY version DESC))[1] THEN (
        SELECT count(*) FROM rewards.item_unit WHERE item_unit.item = reward_item.item) END,
    'units_left', CASE WHEN NOT (array_agg(is_unlimited ORDER BY version DESC))[1] THEN (
        SELECT count(*) FROM rewards.item_unit WHERE item_unit.item = reward_item.item AND NOT is_taken) END,
    'held', coalesce(total.held, 0),
    'confirmed', coalesce(total.confirmed, 0),
    'cancelled', coalesce(total.cancelled, 0),
    'lapsed', coalesce(total.lapsed, 0),
    'points_redeemed', coalesce(total.points_redeemed, 0),
    'versions', jsonb_agg(jsonb_build_object(
        'item', item,
        'version', version,
        'kind', kind,
        'name', reward_item.name,
        'description', description,
        'price_points', price_points,
        'worth', worth,
        'partner', CASE WHEN partner IS NOT NULL THEN jsonb_build_object(
            'partner', partner, 'name', partner.name) END,
        'place', place,
        'draw', draw,
        'is_unlimited', is_unlimited,
        'per_person', CASE WHEN per_person_max IS NOT NULL
            THEN jsonb_build_object('max', per_person_max, 'span', per_person_span) END,
        'age_min', age_min,
        'age_max', age_max,
        'checkup_ages', CASE WHEN checkup_age_min IS NOT NULL
            THEN jsonb_build_object('min', checkup_age_min, 'max', checkup_age_max) END,
        'hold_hours', hold_hours,
        'offered_from', offered_from,
        'offered_to', offered_to,
        'added_at', added_at,
        'withdrawn_at', withdrawn_at
    ) ORDER BY version DESC)
) AS described
FROM rewards.reward_item
LEFT JOIN rewards.partner USING (partner)
LEFT JOIN rewards.item_totals() AS total USING (item)
WHERE CASE WHEN $1::text IS NULL THEN item > $2::text ELSE item = $1::text END
GROUP BY item, total.held, total.confirmed, total.cancelled, total.lapsed, total.points_redeemed
ORDER BY item
LIMIT $3
