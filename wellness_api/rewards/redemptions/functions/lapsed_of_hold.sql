-- Returns which points of a hold were good until a day before `today`, by last day. `held`: the points that the hold
-- took out of the wallet. `paid`: the oldest of them, which pay what is owed; they are left out. The oldest points are
-- spent first. So all lots, in the order of their last days, are one line; redemptions that were begun earlier and took
-- their points for good have the front of it, and this redemption has what comes next. The lots are read as they are
-- now, so that points that were taken back meanwhile do not lapse too.
CREATE OR REPLACE FUNCTION rewards.lapsed_of_hold(who bigint, number bigint, held integer, paid integer, today date)
RETURNS TABLE (last_day date, points integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Most holds end before a last day passes. Only for the others is the resident's whole chain read.
    IF NOT EXISTS (
        SELECT FROM rewards.expiring_points
        WHERE resident_id = who AND expires_on < today AND credited > lapsed)
    THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH lot AS (
        SELECT expires_on, greatest(credited - lapsed, 0) AS size, greatest(lapsed - credited, 0) AS lacking
        FROM rewards.expiring_points
        WHERE resident_id = who
    ), begun AS (
        SELECT redemption_id, min(transfer_id) AS transfer_id
        FROM rewards.transfer
        WHERE resident_id = who AND redemption_id IS NOT NULL
        GROUP BY redemption_id
    ), this AS (
        SELECT transfer_id FROM begun WHERE redemption_id = number
    ), front AS (
        SELECT (SELECT coalesce(sum(lacking), 0) FROM lot) + coalesce(sum(CASE debit_account WHEN 'wallet' THEN amount ELSE -amount END)
            FILTER (WHERE (debit_account, credit_account) IN (('wallet', 'held'), ('held', 'wallet'), ('redeemed', 'wallet'),
                ('wallet', 'owed'))), 0) AS size
        FROM rewards.transfer AS moved
        LEFT JOIN begun USING (redemption_id)
        WHERE moved.resident_id = who
            AND coalesce(begun.transfer_id, moved.transfer_id) < (SELECT transfer_id FROM this)
    ), reached AS (
        -- For each last day, how far the lots up to that day reach into the points that are given back.
        SELECT expires_on,
            greatest(0, least(held, sum(lot.size) OVER (ORDER BY expires_on) - front.size) - paid) AS upto
        FROM lot, front
    ), given_back AS (
        SELECT expires_on, upto - lag(upto, 1, 0::numeric) OVER (ORDER BY expires_on) AS points
        FROM reached
    )
    SELECT given_back.expires_on, given_back.points::integer
    FROM given_back
    WHERE given_back.expires_on < today AND given_back.points > 0
    ORDER BY given_back.expires_on;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.lapsed_of_hold FROM PUBLIC;
