-- A redemption as its resident sees it: with the pick-up code while it waits, and with the voucher's code once it is
-- confirmed.
CREATE VIEW rewards.redemption_shown WITH (security_invoker = true) AS
SELECT resident_id, redemption_id, jsonb_build_object(
    'redemption_id', redemption_id,
    'item', item,
    'version', version,
    'kind', kind,
    'name', reward_item.name,
    'partner', partner.name,
    'place', place,
    'draw', draw,
    'points', points,
    'state', state,
    'begun_at', begun_at,
    'held_until', CASE WHEN state = 'held' THEN held_until END,
    'ended_at', ended_at,
    'account', account,
    'pickup_code', CASE WHEN state = 'held' THEN pickup_code END,
    'voucher_code', voucher_code
) AS shown
FROM rewards.redemption
JOIN rewards.reward_item USING (item, version)
LEFT JOIN rewards.partner USING (partner);

GRANT SELECT ON rewards.redemption_shown TO wellness_api;
