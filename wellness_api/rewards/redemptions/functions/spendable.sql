-- The points that can be spent on a day. The oldest points are spent first, so the part of the balance that exceeds the
-- points that are good on that day has lapsed, also while the day's turn has not posted that yet. A lot below zero
-- counts as none, as it does when points lapse.
CREATE OR REPLACE FUNCTION rewards.spendable(purse rewards.wallet, today date) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0, least(purse.balance, coalesce(sum(greatest(credited - lapsed, 0)), 0)) - purse.owed)::bigint
    FROM rewards.expiring_points
    WHERE resident_id = purse.resident_id AND expires_on >= today
$$;
