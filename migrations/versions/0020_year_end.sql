-- What comes after its last day lapses at once, and what lapsed is taken back out of what lapsed.

-- transfers ----------------------------------------------------------------------------------------------------------

-- `expires_on` is also of an award's points that are taken back after they lapsed. What lapses has its last day as its
-- period, as before.
ALTER TABLE rewards.transfer
    DROP CONSTRAINT transfer_accounts,
    DROP CONSTRAINT transfer_expires,
    ADD CONSTRAINT transfer_accounts CHECK ((debit_account, credit_account) IN (
        ('budget', 'pending'), ('budget', 'wallet'), ('budget', 'owed'), -- an award
        ('pending', 'budget'), ('wallet', 'budget'), ('owed', 'budget'), -- an award taken back
        ('expired', 'budget'),                                           -- and one whose points had lapsed
        ('pending', 'wallet'), ('pending', 'owed'),                      -- points become spendable
        ('wallet', 'expired'),
        ('wallet', 'held'), ('held', 'wallet'), ('held', 'owed'),        -- a redemption begun, and cancelled
        ('held', 'redeemed'), ('held', 'donated'), ('redeemed', 'wallet'), ('redeemed', 'owed'),
        ('budget', 'donated'),                                           -- a goal of the whole city
        ('wallet', 'owed')                                               -- what stood beside each other, once
    )),
    ADD CONSTRAINT transfer_expires CHECK (
        ('pending' IN (debit_account, credit_account)
            OR (debit_account, credit_account) IN (('budget', 'wallet'), ('wallet', 'budget'), ('expired', 'budget')))
        = (expires_on IS NOT NULL)
    );

-- What of the points that were good until a day lapsed, and was not taken back since. What awards put into the wallet
-- (`credited`) goes down with it when it is taken back, so that their difference is what came and did not lapse.
ALTER TABLE rewards.expiring_points ADD lapsed bigint NOT NULL DEFAULT 0;

INSERT INTO rewards.expiring_points (resident_id, expires_on, credited, lapsed)
SELECT resident_id, period_end, 0, sum(amount)
FROM rewards.transfer
WHERE credit_account = 'expired'
GROUP BY resident_id, period_end
ON CONFLICT (resident_id, expires_on) DO UPDATE SET lapsed = excluded.lapsed;

-- Points that can be spent on a day. The oldest are spent first, so of the balance what exceeds the points that are good
-- on that day has lapsed, also while the day's turn has not written that down yet. A lot below zero counts as none, as it
-- does when points lapse.
CREATE OR REPLACE FUNCTION rewards.spendable(purse rewards.wallet, today date) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0, least(purse.balance, coalesce(sum(greatest(credited - lapsed, 0)), 0)) - purse.owed)::bigint
    FROM rewards.expiring_points
    WHERE resident_id = purse.resident_id AND expires_on >= today
$$;

-- Appends one transfer of a resident's own points and brings the balances along: for the functions by which points are
-- held, redeemed and given back, or lapse. Fails on the wallet's checks when the points are not there.
CREATE OR REPLACE FUNCTION rewards.append_transfer(
    who bigint, at timestamptz, on_day date, debit text, credit text, points integer, redemption bigint, facts jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head rewards.wallet;
    one rewards.transfer;
BEGIN
    SELECT * INTO STRICT head FROM rewards.wallet WHERE resident_id = who FOR UPDATE;
    one.resident_id := who;
    one.transfer_id := head.last_transfer_id + 1;
    one.posted_at := at;
    one.period_start := on_day;
    one.period_end := on_day;
    one.debit_account := debit;
    one.credit_account := credit;
    one.amount := points;
    one.redemption_id := redemption;
    one.facts := facts;
    one.hash := sha256(head.chain_head || convert_to(rewards.transfer_line(one), 'UTF8'));
    INSERT INTO rewards.transfer SELECT one.*;
    UPDATE rewards.wallet SET
        balance = balance + CASE 'wallet' WHEN credit THEN points WHEN debit THEN -points ELSE 0 END,
        owed = owed + CASE 'owed' WHEN debit THEN points WHEN credit THEN -points ELSE 0 END,
        held = held + CASE 'held' WHEN credit THEN points WHEN debit THEN -points ELSE 0 END,
        last_transfer_id = one.transfer_id, chain_head = one.hash, updated_at = at
    WHERE resident_id = who;
    IF credit = 'expired' THEN
        INSERT INTO rewards.expiring_points AS lot (resident_id, expires_on, credited, lapsed)
        VALUES (who, on_day, 0, points)
        ON CONFLICT (resident_id, expires_on) DO UPDATE SET lapsed = lot.lapsed + excluded.lapsed;
    END IF;
END $$;

-- holds --------------------------------------------------------------------------------------------------------------

-- Which points that a hold had taken out of the wallet were good until before `today`: by last day, without the `paid`
-- ones, the oldest, that go to what is owed. The oldest points are spent first: all lots in the order of their last days
-- are one line, of which the redemptions that were begun earlier and took their points for good have the front, and this
-- one what comes next. By the lots as they are now, so that what was taken back meanwhile does not lapse too.
CREATE FUNCTION rewards.lapsed_of_hold(who bigint, number bigint, held integer, paid integer, today date)
RETURNS TABLE (last_day date, points integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Most holds end before a last day has come between; the resident's whole chain is read for the others only.
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
        -- How far into what is given back the lots reach, up to each last day.
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

-- Ends a hold. The caller has locked the wallet and found the redemption held. What is given back goes to what is owed
-- first: until it is paid, the wallet has nothing. What was good until before the ledger's day lapses at once.
CREATE OR REPLACE FUNCTION rewards.end_hold(
    who bigint, number bigint, ending text, at timestamptz, resident_day date, city_day date)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.redemption;
    of_kind text;
    to_owed integer := 0;
    today CONSTANT date := least(city_day, rewards.ledger_day(city_day));
    over record;
BEGIN
    UPDATE rewards.redemption SET
        state = ending, ended_at = at,
        confirmed_on = CASE ending WHEN 'confirmed' THEN city_day END,
        voucher_code = CASE ending WHEN 'confirmed' THEN (
            SELECT code FROM rewards.item_unit
            WHERE item_unit.item = redemption.item AND item_unit.unit = redemption.unit) END
    WHERE resident_id = who AND redemption_id = number
    RETURNING * INTO STRICT one;
    SELECT kind INTO STRICT of_kind FROM rewards.reward_item WHERE item = one.item AND version = one.version;
    IF ending <> 'confirmed' THEN
        UPDATE rewards.item_unit SET is_taken = false WHERE item = one.item AND unit = one.unit;
        SELECT least(one.points, owed) INTO STRICT to_owed FROM rewards.wallet WHERE resident_id = who;
    END IF;
    IF to_owed > 0 THEN
        PERFORM rewards.append_transfer(who, at, resident_day, 'held', 'owed', to_owed, number,
            jsonb_build_object('points', one.points));
    END IF;
    IF to_owed < one.points THEN
        PERFORM rewards.append_transfer(who, at, resident_day, 'held',
            CASE WHEN ending <> 'confirmed' THEN 'wallet' WHEN of_kind = 'donation' THEN 'donated' ELSE 'redeemed' END,
            one.points - to_owed, number, jsonb_build_object('points', one.points));
    END IF;
    IF ending <> 'confirmed' THEN
        FOR over IN SELECT * FROM rewards.lapsed_of_hold(who, number, one.points, to_owed, today) LOOP
            PERFORM rewards.append_transfer(who, at, over.last_day, 'wallet', 'expired', over.points, NULL, '{}');
        END LOOP;
    END IF;
END $$;

-- settlements --------------------------------------------------------------------------------------------------------

-- Settlements of nothing tell a partner nothing, and one that somebody made up looks the same.
DELETE FROM rewards.settlement
WHERE NOT EXISTS (SELECT FROM rewards.settled_redemption AS line WHERE line.settlement = settlement.settlement)
    AND NOT EXISTS (SELECT FROM rewards.erased_redemption AS line WHERE line.settlement = settlement.settlement);

-- Settles what the partner has not been told of in the span; null where that is nothing. The same span again is the
-- settlement that was made of it.
CREATE OR REPLACE FUNCTION rewards.settle(with_partner text, first_day date, last_day date, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    -- One settlement with a partner at a time, and no erasure meanwhile: it would take what is about to be settled.
    PERFORM FROM rewards.partner WHERE partner = with_partner FOR UPDATE;
    SELECT settlement INTO number FROM rewards.settlement
    WHERE partner = with_partner AND from_day = first_day AND to_day = last_day;
    IF FOUND THEN
        RETURN number;
    END IF;
    IF NOT EXISTS (
        SELECT FROM rewards.what_would_be_settled(with_partner, first_day, last_day) WHERE redemptions > 0)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO rewards.settlement (partner, from_day, to_day, made_at)
    VALUES (with_partner, first_day, last_day, at) RETURNING settlement INTO number;
    INSERT INTO rewards.settled_redemption (resident_id, redemption_id, settlement)
    SELECT resident_id, redemption_id, number
    FROM rewards.redemption
    JOIN rewards.reward_item USING (item, version)
    WHERE partner = with_partner AND state = 'confirmed' AND confirmed_on BETWEEN first_day AND last_day
        AND NOT EXISTS (
            SELECT FROM rewards.settled_redemption settled
            WHERE settled.resident_id = redemption.resident_id AND settled.redemption_id = redemption.redemption_id);
    UPDATE rewards.erased_redemption SET settlement = number
    FROM rewards.reward_item
    WHERE reward_item.item = erased_redemption.item AND reward_item.version = erased_redemption.version
        AND partner = with_partner AND settlement IS NULL AND confirmed_on BETWEEN first_day AND last_day;
    RETURN number;
END $$;

-- What partners are paid for, and what stock says: lines of settlements that no redemption stands behind, and redemptions
-- that a settlement of their span has left out; of erased residents what the sums of their transfers do not say.
--
-- `differs`: `line`, `left_out`, `empty` (a settlement without lines, which nobody can have made); `erased` (the sums); of
-- an item `units` (as many are taken as were redeemed) and `unit_twice` (two have the same one).
CREATE OR REPLACE FUNCTION rewards.settlements_that_differ()
RETURNS TABLE (settlement bigint, redemption_id bigint, item text, differs text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH line AS (
        SELECT settled.settlement, settled.redemption_id, redemption.item, redemption.version, redemption.confirmed_on,
            redemption.points
        FROM rewards.settled_redemption AS settled
        LEFT JOIN rewards.redemption ON redemption.resident_id = settled.resident_id
            AND redemption.redemption_id = settled.redemption_id AND state = 'confirmed'
        UNION ALL
        SELECT settlement, redemption_id, item, version, confirmed_on, points
        FROM rewards.erased_redemption
        WHERE settlement IS NOT NULL
    ), unsettled AS (
        SELECT redemption_id, item, version, confirmed_on, ended_at
        FROM rewards.redemption
        WHERE state = 'confirmed' AND NOT EXISTS (
            SELECT FROM rewards.settled_redemption AS settled
            WHERE settled.resident_id = redemption.resident_id AND settled.redemption_id = redemption.redemption_id)
        UNION ALL
        SELECT redemption_id, item, version, confirmed_on, (confirmed_on + 2)::timestamp AT TIME ZONE 'UTC'
        FROM rewards.erased_redemption
        WHERE settlement IS NULL
    ), taken AS (
        SELECT item, count(*) AS units FROM rewards.item_unit WHERE is_taken GROUP BY item
    ), used AS (
        SELECT item, count(*) AS units
        FROM (
            SELECT item FROM rewards.redemption WHERE unit IS NOT NULL AND state IN ('held', 'confirmed')
            UNION ALL
            SELECT item FROM rewards.erased_redemption JOIN rewards.reward_item USING (item, version)
            WHERE NOT is_unlimited
        ) AS of_one
        GROUP BY item
    )
    SELECT line.settlement, line.redemption_id, line.item, 'line'
    FROM line
    LEFT JOIN rewards.settlement AS made ON made.settlement = line.settlement
    LEFT JOIN rewards.reward_item ON reward_item.item = line.item AND reward_item.version = line.version
    WHERE (reward_item.partner = made.partner AND line.confirmed_on BETWEEN made.from_day AND made.to_day
        AND line.points = reward_item.price_points) IS NOT TRUE
    UNION ALL
    -- An hour, since a redemption that was just being confirmed may have been committed after the settlement.
    SELECT min(made.settlement), unsettled.redemption_id, unsettled.item, 'left_out'
    FROM unsettled
    JOIN rewards.reward_item USING (item, version)
    JOIN rewards.settlement AS made ON made.partner = reward_item.partner
        AND unsettled.confirmed_on BETWEEN made.from_day AND made.to_day
        AND made.made_at > unsettled.ended_at + interval '1 hour'
    GROUP BY unsettled.redemption_id, unsettled.item
    UNION ALL
    SELECT NULL, NULL, NULL, 'erased'
    FROM (
        SELECT credit_account = 'donated' AS is_donated, amount
        FROM rewards.erased_total
        WHERE debit_account = 'held' AND credit_account IN ('redeemed', 'donated')
        UNION ALL
        SELECT kind = 'donation', -points
        FROM rewards.erased_redemption
        JOIN rewards.reward_item USING (item, version)
    ) AS both_sides
    GROUP BY is_donated
    HAVING sum(amount) <> 0
    UNION ALL
    SELECT NULL, NULL, item, 'units'
    FROM taken FULL JOIN used USING (item)
    WHERE taken.units IS DISTINCT FROM used.units
    UNION ALL
    SELECT NULL, max(redemption_id), item, 'unit_twice'
    FROM rewards.redemption
    WHERE unit IS NOT NULL AND state IN ('held', 'confirmed')
    GROUP BY item, unit
    HAVING count(*) > 1
    UNION ALL
    SELECT made.settlement, NULL, NULL, 'empty'
    FROM rewards.settlement AS made
    WHERE NOT EXISTS (SELECT FROM line WHERE line.settlement = made.settlement)
    ORDER BY 4, 1, 2, 3
$$;
