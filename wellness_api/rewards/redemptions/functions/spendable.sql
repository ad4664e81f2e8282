-- Points that can be spent on a day. The oldest are spent first, so of the balance what exceeds the points that are good
-- on that day has lapsed, also while the day's turn has not written that down yet. A lot below zero counts as none, as it
-- does when points lapse.
CREATE OR REPLACE FUNCTION rewards.spendable(purse rewards.wallet, today date) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0, least(purse.balance, coalesce(sum(greatest(credited - lapsed, 0)), 0)) - purse.owed)::bigint
    FROM rewards.expiring_points
    WHERE resident_id = purse.resident_id AND expires_on >= today
$$;
