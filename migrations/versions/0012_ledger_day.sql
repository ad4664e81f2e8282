-- What cannot be taken back is done by clocks that agree, and for days that have really come.

-- clocks -----------------------------------------------------------------------------------------------------------

-- The database's clock, at one place, so that a test can give its database another one.
CREATE FUNCTION rewards.clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;

-- Whether a process's clock is the database's, but for five minutes: synchronised clocks are apart by milliseconds, and
-- five minutes do no harm to anything that counts in days.
CREATE FUNCTION rewards.clocks_agree(at timestamptz) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT rewards.clock() BETWEEN at - interval '5 minutes' AND at + interval '5 minutes'
$$;

-- the ledger's day -------------------------------------------------------------------------------------------------

-- Days of which the operator said that they had really come (`wellness ledger confirm-day`).
CREATE TABLE rewards.day_confirmed (
    day date PRIMARY KEY,
    confirmed_at timestamptz NOT NULL
);

-- That the day is not opened, and why; no row while nothing waits. `since`: by the database's clock, as `database_at`.
-- `clocks_apart`: the worker's clock is not the database's. `days_missing`: more than seven days without a sign of life.
-- `day_is_past`: the ledger's day is later than the clocks say.
CREATE TABLE rewards.day_waiting (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    reason text NOT NULL CHECK (reason IN ('clocks_apart', 'days_missing', 'day_is_past')),
    since timestamptz NOT NULL,
    wanted_day date NOT NULL,
    worker_at timestamptz NOT NULL,
    database_at timestamptz NOT NULL
);

-- Whether there was a sign of life at least every seven days from `opened` on, the day that was last opened, up to
-- `wanted`: a received upload, or the operator's word. Database and worker may stand on one box and share a wrong clock;
-- but a clock that jumps leaves a gap, which no upload fills that comes after the jump. Seven days: a server that was off
-- over the New Year goes on by itself, and points lapse a week early at worst.
CREATE FUNCTION rewards.days_are_lived(opened date, wanted date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    lived date := greatest(opened, (SELECT max(day) FROM rewards.day_confirmed WHERE day <= wanted));
    received date;
BEGIN
    -- Uploads are read only when days are missing, once for each week of them.
    WHILE wanted > lived + 7 LOOP
        SELECT max(received_at AT TIME ZONE 'UTC')::date INTO received
        FROM health.upload
        WHERE received_at >= (lived + 1)::timestamp AT TIME ZONE 'UTC'
            AND received_at < (lived + 8)::timestamp AT TIME ZONE 'UTC';
        IF received IS NULL THEN
            RETURN false;
        END IF;
        lived := received;
    END LOOP;
    RETURN true;
END $$;

-- Moves the ledger's day on to `wanted`, the city's day by the worker's clock, which says `at`; never back. Before a new
-- day nothing is decided yet; at the very first, nothing of all the days before it. What was not turned yet when the next
-- day comes is made up for: `turned_from` stays. No worker can open a day by another way.
--
-- `waits`: why the day was not opened, and then nothing is to be turned; the table day_waiting keeps it.
CREATE FUNCTION rewards.open_next_day(wanted date, at timestamptz, OUT day date, OUT turned_from date, OUT is_turned boolean,
    OUT waits text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened CONSTANT date := (SELECT open_day.day FROM rewards.open_day);
    database_at CONSTANT timestamptz := rewards.clock();
BEGIN
    -- No zone is more than fourteen hours ahead of UTC.
    IF NOT rewards.clocks_agree(at) OR wanted > (at AT TIME ZONE 'UTC' + interval '14 hours')::date THEN
        waits := 'clocks_apart';
    ELSIF wanted < opened - 1 THEN
        waits := 'day_is_past';
    ELSIF NOT rewards.days_are_lived(opened, wanted) THEN
        waits := 'days_missing';
    END IF;
    IF waits IS NOT NULL THEN
        INSERT INTO rewards.day_waiting AS day_waiting (reason, since, wanted_day, worker_at, database_at)
        VALUES (waits, database_at, wanted, at, database_at)
        ON CONFLICT (is_the_only_row) DO UPDATE
        SET since = CASE day_waiting.reason WHEN excluded.reason THEN day_waiting.since ELSE excluded.since END,
            reason = excluded.reason, wanted_day = excluded.wanted_day, worker_at = excluded.worker_at,
            database_at = excluded.database_at;
        RETURN;
    END IF;
    DELETE FROM rewards.day_waiting;
    INSERT INTO rewards.open_day AS open_day (day, turned_from, is_turned) VALUES (wanted, '2000-01-01', false)
    ON CONFLICT (is_the_only_row) DO UPDATE
    SET turned_from = CASE WHEN open_day.is_turned AND open_day.day < excluded.day THEN open_day.day
            ELSE open_day.turned_from END,
        is_turned = open_day.is_turned AND open_day.day >= excluded.day,
        day = greatest(open_day.day, excluded.day)
    RETURNING open_day.day, open_day.turned_from, open_day.is_turned INTO day, turned_from, is_turned;
END $$;

-- The ledger's day where none was opened yet: the city's, but no later than the database's clock allows.
CREATE FUNCTION rewards.ledger_day(city_day date) RETURNS date LANGUAGE sql VOLATILE AS $$
    SELECT coalesce((SELECT day FROM rewards.open_day),
        least(city_day, (rewards.clock() AT TIME ZONE 'UTC' + interval '14 hours')::date))
$$;

-- Up to which moment the worker may do for good what is due by then, whatever its own clock says: the database's clock,
-- but not beyond the ledger's day, so that what waits for an operator's word waits with it.
CREATE FUNCTION rewards.due_until(at timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT least(at, rewards.clock(), (SELECT (day + 2)::timestamp AT TIME ZONE 'UTC' FROM rewards.open_day))
$$;

REVOKE INSERT, UPDATE ON rewards.open_day FROM wellness_worker;
GRANT UPDATE (is_turned) ON rewards.open_day TO wellness_worker;
REVOKE EXECUTE ON FUNCTION rewards.open_next_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.open_next_day TO wellness_worker;
GRANT SELECT ON rewards.day_waiting TO wellness_api, wellness_worker;

-- what is due -----------------------------------------------------------------------------------------------------

-- Gives back the points and units of at most `at_most` holds that have lapsed; says how many it were.
CREATE OR REPLACE FUNCTION rewards.release_lapsed_holds(at timestamptz, city_day date, at_most integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    released integer := 0;
    due_until CONSTANT timestamptz := rewards.due_until(at);
BEGIN
    -- Wallets are locked in the order in which everybody locks several of them.
    FOR one IN
        SELECT resident_id, redemption_id FROM rewards.redemption
        WHERE state = 'held' AND held_until <= due_until
        ORDER BY resident_id, redemption_id LIMIT at_most
    LOOP
        PERFORM FROM rewards.wallet WHERE resident_id = one.resident_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM rewards.redemption
            WHERE resident_id = one.resident_id AND redemption_id = one.redemption_id AND state = 'held')
        THEN
            PERFORM rewards.end_hold(one.resident_id, one.redemption_id, 'lapsed', at, (
                SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident
                WHERE resident_id = one.resident_id), city_day);
            released := released + 1;
        END IF;
    END LOOP;
    RETURN released;
END $$;

-- Reveals the seed of a draw whose turn it is on that day, once: its list has been out since the day before at least, and
-- the public value, if one is to be mixed in, has been entered. Null if it is not its turn, or was revealed before.
CREATE OR REPLACE FUNCTION rewards.reveal_draw_seed(which text, today date, at timestamptz) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO rewards.draw_reveal (draw, seed, revealed_at)
    SELECT draw.code, draw_seed.seed, at
    FROM rewards.draw
    JOIN rewards.draw_seed ON draw_seed.draw = draw.code
    JOIN rewards.draw_closing ON draw_closing.draw = draw.code AND draw_closing.closed_on < today
    LEFT JOIN rewards.draw_public_value ON draw_public_value.draw = draw.code
    WHERE draw.code = which AND draw.draws_on <= least(today, rewards.ledger_day(today))
        AND (draw.public_value_source IS NULL OR draw_public_value.draw IS NOT NULL)
    ON CONFLICT DO NOTHING
    RETURNING seed
$$;

-- Closes the days before `first_day`. Each turn of a worker holds the lock (3, 0) shared while it has days claimed, so
-- when this returns, no worker has a closed day in hand, and none will claim one.
CREATE OR REPLACE FUNCTION health.close_days_before(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
BEGIN
    -- What is dropped is gone, and the worker's clock may be wrong by years; so the database's own has the last word, and
    -- the ledger's day. A day is allowed for the zones that are ahead of UTC.
    IF day > date_trunc('month', rewards.due_until('infinity') AT TIME ZONE 'UTC' + interval '1 day') - interval '13 months' THEN
        RAISE EXCEPTION 'samples of the last thirteen months are kept, so days before % cannot be closed', day
            USING HINT = 'Compare the clocks of the worker''s host and of the database''s.';
    END IF;
    PERFORM pg_advisory_xact_lock(3, 0);
    UPDATE health.retention SET first_day = day WHERE first_day < day;
END $$;

-- Who asked is erased at once, whatever a clock says. The second look comes an hour after; also when the clock was set
-- back meanwhile, so that the hour lies further ahead than that.
CREATE FUNCTION identity.erasure_is_due(asked identity.erasure_request, at timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE AS $$
    SELECT NOT asked.is_erased OR asked.due_at <= rewards.due_until(at) OR asked.due_at > at + interval '2 hours'
$$;

-- Deletes every row about a resident who asked for it, now (`at`) that it is due. Returns how many rows of which table
-- or partition went; null when nothing is due.
CREATE OR REPLACE FUNCTION identity.erase_rows_of_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was_erased boolean;
    place record;
    rows_of_place jsonb;
    rows_deleted jsonb := '{}';
BEGIN
    -- Of two workers the second waits here, and finds that it is not due any more.
    SELECT is_erased INTO was_erased FROM identity.erasure_request
    WHERE resident_id = who AND identity.erasure_is_due(erasure_request, at)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The lock by which workers share residents out: a turn that has days of this one in hand ends first.
    PERFORM pg_advisory_xact_lock(1, hashint8(who));

    INSERT INTO rewards.erased_total (programme, version, rule, debit_account, credit_account, amount)
    SELECT programme, version, rule, debit_account, credit_account, sum(amount)
    FROM rewards.transfer
    WHERE resident_id = who
    GROUP BY programme, version, rule, debit_account, credit_account
    ON CONFLICT (programme, version, rule, debit_account, credit_account)
        DO UPDATE SET amount = erased_total.amount + excluded.amount;
    INSERT INTO rewards.erased_residents (programme, version, residents)
    SELECT DISTINCT programme, version, 1
    FROM rewards.transfer
    WHERE resident_id = who AND 'budget' IN (debit_account, credit_account)
    ON CONFLICT (programme, version) DO UPDATE SET residents = erased_residents.residents + excluded.residents;

    FOR place IN SELECT relation::regclass AS relation, person FROM identity.table_about_residents LOOP
        EXECUTE format(
            'WITH gone AS (DELETE FROM %s WHERE %I = $1 RETURNING tableoid::regclass::text AS relation),
                counted AS (SELECT relation, count(*) AS rows FROM gone GROUP BY relation)
            SELECT coalesce(jsonb_object_agg(relation, rows), ''{}'') FROM counted', place.relation, place.person)
        INTO rows_of_place USING who;
        rows_deleted := rows_deleted || rows_of_place;
    END LOOP;

    IF was_erased THEN
        DELETE FROM identity.erasure_request WHERE resident_id = who;
    ELSE
        UPDATE identity.erasure_request SET is_erased = true, due_at = at + interval '1 hour' WHERE resident_id = who;
    END IF;
    IF NOT was_erased OR rows_deleted <> '{}' THEN
        INSERT INTO identity.erasure (erased_at, rows_deleted) VALUES (at, rows_deleted);
    END IF;
    RETURN rows_deleted;
END $$;

-- Deletes every row about a resident who asked for it, now (`at`) that it is due. Returns how many rows of which table
-- or partition went; null when nothing is due.
CREATE OR REPLACE FUNCTION identity.erase_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of two workers the second waits here, and finds that it is not due any more.
    PERFORM FROM identity.erasure_request WHERE resident_id = who AND identity.erasure_is_due(erasure_request, at)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM rewards.keep_redemptions_of_erased(who, at);
    RETURN identity.erase_rows_of_resident(who, at);
END $$;

-- what is owed comes first ---------------------------------------------------------------------------------------------

-- Whatever comes to the wallet passes what is owed: points that become spendable, and those of a redemption that ended.
ALTER TABLE rewards.transfer
    DROP CONSTRAINT transfer_accounts,
    ADD CONSTRAINT transfer_accounts CHECK ((debit_account, credit_account) IN (
        ('budget', 'pending'), ('budget', 'wallet'), ('budget', 'owed'), -- an award
        ('pending', 'budget'), ('wallet', 'budget'), ('owed', 'budget'), -- an award taken back
        ('pending', 'wallet'), ('pending', 'owed'),                      -- points become spendable
        ('wallet', 'expired'),
        ('wallet', 'held'), ('held', 'wallet'), ('held', 'owed'),        -- a redemption begun, and cancelled
        ('held', 'redeemed'), ('held', 'donated'), ('redeemed', 'wallet'), ('redeemed', 'owed'),
        ('budget', 'donated'),                                           -- a goal of the whole city
        ('wallet', 'owed')                                               -- what stood beside each other, once
    ));

-- Appends one transfer of a resident's own points and brings the balances along: for the functions by which points are
-- held, redeemed and given back. Fails on the wallet's checks when the points are not there.
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
END $$;

-- Ends a hold. The caller has locked the wallet and found the redemption held. What is given back goes to what is owed
-- first: until it is paid, the wallet has nothing.
CREATE OR REPLACE FUNCTION rewards.end_hold(
    who bigint, number bigint, ending text, at timestamptz, resident_day date, city_day date)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.redemption;
    of_kind text;
    to_owed integer := 0;
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
END $$;

-- Wallets that had points and owed some are brought right by one transfer each, in their chains as any other.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT wallet.resident_id, least(balance, owed)::integer AS points,
            (now() AT TIME ZONE coalesce(time_zone, 'UTC'))::date AS on_day
        FROM rewards.wallet
        LEFT JOIN identity.resident USING (resident_id)
        WHERE balance > 0 AND owed > 0
        ORDER BY wallet.resident_id
    LOOP
        PERFORM rewards.append_transfer(one.resident_id, now(), one.on_day, 'wallet', 'owed', one.points, NULL, '{}');
    END LOOP;
END $$;

ALTER TABLE rewards.wallet ADD CONSTRAINT wallet_has_or_owes CHECK (balance = 0 OR owed = 0);

-- redemptions and settlements beside the transfers ------------------------------------------------------------------

-- Of the residents from `first_resident` to `last_resident`: redemptions that are not as the transfers that name them, and
-- transfers that name none. A function, since the nightly check may read no voucher's code.
--
-- `differs`: `unknown` (there is no such redemption), `points` (of the item, or moved), `state` (it ended otherwise by the
-- transfers), `times` (begun, ended or confirmed on another day), `unit` (its unit or code is not the item's, or is free).
CREATE FUNCTION rewards.redemptions_that_differ(first_resident bigint, last_resident bigint)
RETURNS TABLE (resident_id bigint, redemption_id bigint, differs text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH moved AS MATERIALIZED (
        SELECT resident_id, redemption_id,
            coalesce(sum(amount) FILTER (WHERE (debit_account, credit_account) = ('wallet', 'held')), 0) AS begun,
            coalesce(sum(amount) FILTER (WHERE credit_account = 'redeemed'), 0) AS redeemed,
            coalesce(sum(amount) FILTER (WHERE credit_account = 'donated'), 0) AS donated,
            coalesce(sum(amount) FILTER (WHERE debit_account = 'held' AND credit_account IN ('wallet', 'owed')), 0) AS returned,
            coalesce(sum(amount) FILTER (WHERE debit_account = 'redeemed'), 0) AS came_back,
            min(posted_at) FILTER (WHERE debit_account = 'wallet') AS begun_at,
            min(period_start) FILTER (WHERE debit_account = 'wallet') AS day,
            max(posted_at) FILTER (WHERE debit_account = 'held') AS ended_at
        FROM rewards.transfer
        WHERE resident_id BETWEEN first_resident AND last_resident AND redemption_id IS NOT NULL
        GROUP BY resident_id, redemption_id
    ), kept AS MATERIALIZED (
        SELECT redemption.*, kind, price_points, is_unlimited
        FROM rewards.redemption
        JOIN rewards.reward_item USING (item, version)
        WHERE resident_id BETWEEN first_resident AND last_resident
    ), compared AS (
        SELECT resident_id, redemption_id, CASE
            WHEN kept.item IS NULL THEN 'unknown'
            WHEN moved.begun IS DISTINCT FROM kept.points OR kept.points <> kept.price_points THEN 'points'
            WHEN moved.came_back > 0
                OR moved.returned <> CASE WHEN kept.state IN ('cancelled', 'lapsed') THEN kept.points ELSE 0 END
                OR moved.donated
                    <> CASE WHEN kept.state = 'confirmed' AND kept.kind = 'donation' THEN kept.points ELSE 0 END
                OR moved.redeemed
                    <> CASE WHEN kept.state = 'confirmed' AND kept.kind <> 'donation' THEN kept.points ELSE 0 END
                THEN 'state'
            WHEN (moved.begun_at, moved.day) IS DISTINCT FROM (kept.begun_at, kept.day)
                OR moved.ended_at IS DISTINCT FROM kept.ended_at
                OR abs(kept.confirmed_on - (kept.ended_at AT TIME ZONE 'UTC')::date) > 1
                THEN 'times'
            WHEN (kept.unit IS NULL) <> kept.is_unlimited
                OR (NOT kept.is_unlimited AND item_unit.unit IS NULL)
                OR (kept.state IN ('held', 'confirmed') AND NOT item_unit.is_taken)
                OR kept.voucher_code IS DISTINCT FROM CASE kept.state WHEN 'confirmed' THEN item_unit.code END
                THEN 'unit'
        END AS differs
        FROM moved
        FULL JOIN kept USING (resident_id, redemption_id)
        LEFT JOIN rewards.item_unit ON item_unit.item = kept.item AND item_unit.unit = kept.unit
    )
    SELECT resident_id, redemption_id, differs FROM compared WHERE differs IS NOT NULL ORDER BY 1, 2
$$;

-- What partners are paid for, and what stock says: lines of settlements that no redemption stands behind, and redemptions
-- that a settlement of their span has left out; of erased residents what the sums of their transfers do not say.
--
-- `differs`: `line`, `left_out`; `erased` (the sums); of an item `units` (as many are taken as were redeemed) and
-- `unit_twice` (two have the same one).
CREATE FUNCTION rewards.settlements_that_differ()
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
    ORDER BY 4, 1, 2, 3
$$;

REVOKE EXECUTE ON FUNCTION rewards.redemptions_that_differ, rewards.settlements_that_differ FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.redemptions_that_differ, rewards.settlements_that_differ TO wellness_worker;

-- Redemptions, and lines of settlements, that the nightly check found to be otherwise.
ALTER TABLE rewards.ledger_check ADD redemptions_differing integer;
