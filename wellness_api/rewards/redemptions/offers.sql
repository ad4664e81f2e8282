-- The offers on the resident's day ($2), each with the obstacle for this resident; $3: the metric of a checkup.
WITH asking AS (
    SELECT set_config('wellness.resident_id', $1::bigint::text, true)::bigint AS resident_id
), purse AS (
    SELECT asking.resident_id, coalesce(own_wallet.spendable, 0) AS spendable
    FROM asking
    LEFT JOIN LATERAL (
        SELECT rewards.spendable(wallet, $2::date) AS spendable
        FROM rewards.wallet WHERE wallet.resident_id = asking.resident_id
        OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
    ) AS own_wallet ON true
)
SELECT jsonb_build_object(
    'spendable_points', purse.spendable,
    'items', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'item', offer.item,
            'version', offer.version,
            'kind', offer.kind,
            'name', offer.name,
            'description', offer.description,
            'price_points', offer.price_points,
            'is_left', offer.is_unlimited OR rewards.free_unit(offer.item) IS NOT NULL,
            'needs_account', offer.kind = 'municipal_points',
            'partner', partner.name,
            'place', offer.place,
            'hold_hours', offer.hold_hours,
            'obstacle', rewards.obstacle(purse.resident_id, offer, $2::date, purse.spendable, $3::integer)
        ) ORDER BY offer.price_points, offer.item)
        FROM (SELECT DISTINCT item FROM rewards.reward_item) AS known
        CROSS JOIN LATERAL rewards.offer_of(known.item, $2::date) AS offer
        LEFT JOIN rewards.partner USING (partner)
        WHERE offer.withdrawn_at IS NULL AND offer.offered_from <= $2::date
            AND (offer.offered_to IS NULL OR offer.offered_to >= $2::date)
    ), '[]')
)
FROM purse
