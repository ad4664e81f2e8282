-- Reward items and redemptions.

-- what is offered --------------------------------------------------------------------------------------------------

-- Who is paid or credited by a settlement file: a shop or a recipient of donations with sums (`by_sum`), a municipal
-- point system with a line for each redemption (`by_line`).
CREATE TABLE rewards.partner (
    partner text PRIMARY KEY,
    name_ja text NOT NULL,
    name_en text NOT NULL,
    form text NOT NULL CHECK (form IN ('by_sum', 'by_line'))
);

-- A version never changes but for its offer dates and its withdrawal, so a redemption keeps what it was made for.
-- `worth`: what one redemption is worth to the partner, in yen or in the partner's own points.
CREATE TABLE rewards.reward_item (
    item text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    kind text NOT NULL CHECK (kind IN (
        'voucher_code', 'shop_points', 'municipal_points', 'donation', 'draw_entry', 'pickup_goods')),
    name_ja text NOT NULL,
    name_en text NOT NULL,
    description_ja text NOT NULL,
    description_en text NOT NULL,
    price_points integer NOT NULL CHECK (price_points > 0),
    worth integer CHECK (worth > 0),
    partner text REFERENCES rewards.partner,
    place_ja text,
    place_en text,
    draw text,
    is_unlimited boolean NOT NULL,
    per_person_max integer CHECK (per_person_max > 0),
    per_person_span text CHECK (per_person_span IN ('total', 'fiscal_year', 'month', 'week', 'day')),
    offered_from date NOT NULL,
    offered_to date CHECK (offered_to >= offered_from),
    age_min smallint,
    age_max smallint,
    checkup_age_min smallint,
    checkup_age_max smallint,
    hold_hours integer NOT NULL CHECK (hold_hours > 0),
    added_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (item, version),
    CHECK ((per_person_max IS NULL) = (per_person_span IS NULL)),
    CHECK ((checkup_age_min IS NULL) = (checkup_age_max IS NULL)),
    CHECK ((kind = 'pickup_goods') = (place_ja IS NOT NULL AND place_en IS NOT NULL)),
    CHECK ((kind = 'draw_entry') = (draw IS NOT NULL)),
    CHECK (kind <> 'voucher_code' OR NOT is_unlimited),
    CHECK (kind NOT IN ('shop_points', 'municipal_points', 'donation') OR partner IS NOT NULL)
);

-- Stock: a row a unit, so that those who redeem at the same time each lock a row of their own. No person stands here.
CREATE TABLE rewards.item_unit (
    item text NOT NULL,
    unit bigint NOT NULL,
    code text,
    is_taken boolean NOT NULL DEFAULT false,
    PRIMARY KEY (item, unit)
);
CREATE UNIQUE INDEX item_unit_code ON rewards.item_unit (item, code);
CREATE INDEX item_unit_free ON rewards.item_unit (item, unit) WHERE NOT is_taken;

-- redemptions ------------------------------------------------------------------------------------------------------

CREATE SEQUENCE rewards.redemption_number;

-- `day`: the resident's, by which limits count. `confirmed_on`: the city's, by which it is settled. `voucher_code` is
-- copied from the unit when the redemption is confirmed, and not before: a code that was seen cannot be given back.
CREATE TABLE rewards.redemption (
    resident_id bigint NOT NULL,
    redemption_id bigint NOT NULL,
    idempotency_key uuid NOT NULL,
    content_digest uuid NOT NULL,
    item text NOT NULL,
    version integer NOT NULL,
    unit bigint,
    points integer NOT NULL CHECK (points > 0),
    state text NOT NULL CHECK (state IN ('held', 'confirmed', 'cancelled', 'lapsed')),
    day date NOT NULL,
    begun_at timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    ended_at timestamptz,
    confirmed_on date,
    account text,
    pickup_code text,
    voucher_code text,
    PRIMARY KEY (resident_id, redemption_id),
    UNIQUE (resident_id, idempotency_key),
    FOREIGN KEY (item, version) REFERENCES rewards.reward_item,
    CHECK ((state = 'held') = (ended_at IS NULL)),
    CHECK ((state = 'confirmed') = (confirmed_on IS NOT NULL)),
    CHECK (voucher_code IS NULL OR state = 'confirmed')
);
CREATE INDEX redemption_of_item ON rewards.redemption (resident_id, item, day);
CREATE INDEX redemption_held ON rewards.redemption (held_until) WHERE state = 'held';
CREATE INDEX redemption_pickup ON rewards.redemption (pickup_code) WHERE state = 'held';
CREATE INDEX redemption_confirmed ON rewards.redemption (item, version, confirmed_on) WHERE state = 'confirmed';

-- A redemption as its resident sees it; the pick-up code while it is waiting, the voucher's code once it is confirmed.
CREATE VIEW rewards.redemption_shown WITH (security_invoker = true) AS
SELECT resident_id, redemption_id, jsonb_build_object(
    'redemption_id', redemption_id,
    'item', item,
    'version', version,
    'kind', kind,
    'name', jsonb_build_object('ja', reward_item.name_ja, 'en', reward_item.name_en),
    'partner', CASE WHEN partner IS NOT NULL
        THEN jsonb_build_object('ja', partner.name_ja, 'en', partner.name_en) END,
    'place', CASE WHEN place_ja IS NOT NULL THEN jsonb_build_object('ja', place_ja, 'en', place_en) END,
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

CREATE FUNCTION rewards.fiscal_year_start(day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT make_date(extract(year FROM day)::integer - (extract(month FROM day) < 4)::integer, 4, 1)
$$;

-- The version of an item that is offered on a day: the newest that has begun, else the first to come.
CREATE FUNCTION rewards.offer_of(wanted text, today date) RETURNS rewards.reward_item LANGUAGE sql STABLE AS $$
    SELECT * FROM rewards.reward_item WHERE item = wanted
    ORDER BY offered_from <= today DESC, CASE WHEN offered_from <= today THEN -version ELSE version END
    LIMIT 1
$$;

-- Points that can be spent on a day. The oldest are spent first, so of the balance what exceeds the points that are good
-- on that day has lapsed, also while the day's turn has not written that down yet.
CREATE FUNCTION rewards.spendable(purse rewards.wallet, today date) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0, least(purse.balance, coalesce(sum(credited), 0)) - purse.owed)::bigint
    FROM rewards.expiring_points
    WHERE resident_id = purse.resident_id AND expires_on >= today
$$;

-- A unit that nobody has taken. Not EXISTS, for which a planner that sees many free units reads the whole table from its
-- front, where the taken ones are.
CREATE FUNCTION rewards.free_unit(of_item text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT unit FROM rewards.item_unit WHERE item = of_item AND NOT is_taken ORDER BY unit LIMIT 1
$$;

-- Why a resident may not redeem an offer now, as a flat object; null when they may. `checkup`: the number of the metric
-- that says that someone attended a checkup. The age is the one that is reached in the calendar year.
CREATE FUNCTION rewards.obstacle(who bigint, offer rewards.reward_item, today date, spendable bigint, checkup integer)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    age integer;
    span_start date;
    next_span date;
BEGIN
    IF offer.withdrawn_at IS NOT NULL OR today < offer.offered_from OR today > offer.offered_to THEN
        RETURN jsonb_build_object('code', 'not_offered', 'from_day',
            CASE WHEN offer.withdrawn_at IS NULL AND today < offer.offered_from THEN offer.offered_from END);
    END IF;
    IF NOT offer.is_unlimited AND rewards.free_unit(offer.item) IS NULL THEN
        RETURN jsonb_build_object('code', 'sold_out');
    END IF;

    SELECT extract(year FROM today) - birth_year INTO age FROM identity.resident WHERE resident_id = who;
    IF age < offer.age_min THEN
        RETURN jsonb_build_object('code', 'too_young', 'limit', offer.age_min);
    ELSIF age > offer.age_max THEN
        RETURN jsonb_build_object('code', 'too_old', 'limit', offer.age_max);
    END IF;
    IF age BETWEEN offer.checkup_age_min AND offer.checkup_age_max AND NOT EXISTS (
        SELECT FROM health.day_summary
        WHERE resident_id = who AND metric = checkup AND value > 0
            AND day BETWEEN rewards.fiscal_year_start(today) AND today)
    THEN
        RETURN jsonb_build_object('code', 'needs_checkup');
    END IF;

    IF offer.per_person_max IS NOT NULL THEN
        span_start := CASE offer.per_person_span
            WHEN 'total' THEN '-infinity'
            WHEN 'fiscal_year' THEN rewards.fiscal_year_start(today)
            WHEN 'day' THEN today
            ELSE date_trunc(offer.per_person_span, today::timestamp)::date END;
        next_span := CASE offer.per_person_span
            WHEN 'total' THEN NULL
            WHEN 'fiscal_year' THEN span_start + interval '1 year'
            ELSE span_start + ('1 ' || offer.per_person_span)::interval END;
        IF offer.per_person_max <= (
            SELECT count(*) FROM rewards.redemption
            WHERE resident_id = who AND item = offer.item AND day >= span_start AND state IN ('held', 'confirmed'))
        THEN
            RETURN jsonb_build_object('code', 'limit_reached', 'limit', offer.per_person_max,
                'span', offer.per_person_span, 'from_day', next_span);
        END IF;
    END IF;

    IF spendable < offer.price_points THEN
        RETURN jsonb_build_object('code', 'too_few_points', 'missing_points', offer.price_points - spendable);
    END IF;
    RETURN NULL;
END $$;

-- Ends a hold. The caller has locked the wallet and found the redemption held.
CREATE FUNCTION rewards.end_hold(
    who bigint, number bigint, ending text, at timestamptz, resident_day date, city_day date)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.redemption;
    of_kind text;
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
    END IF;
    PERFORM rewards.append_transfer(who, at, resident_day, 'held',
        CASE WHEN ending <> 'confirmed' THEN 'wallet' WHEN of_kind = 'donation' THEN 'donated' ELSE 'redeemed' END,
        one.points, number, jsonb_build_object('points', one.points));
END $$;

-- Redeems one unit of an item: all in one, so that a resident's answer takes one round trip. Whoever redeems twice at
-- the same moment waits at their own wallet; nobody waits for another resident.
--
-- Returns {"obstacle": …}, or {"redemption": …, "is_repeated": …}. `content`: of the request, to tell a repeat from
-- another request under the same key.
CREATE FUNCTION rewards.redeem(
    who bigint, wanted text, given_account text, is_confirmed boolean, key uuid, content uuid, pickup text,
    at timestamptz, city_day date, checkup integer)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    purse rewards.wallet;
    offer rewards.reward_item;
    earlier rewards.redemption;
    why_not jsonb;
    number bigint;
    unit_taken bigint;
    today CONSTANT date := (
        SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident WHERE resident_id = who);
BEGIN
    SELECT * INTO purse FROM rewards.wallet WHERE resident_id = who FOR UPDATE;
    SELECT * INTO earlier FROM rewards.redemption WHERE resident_id = who AND idempotency_key = key;
    IF FOUND THEN
        IF earlier.content_digest <> content THEN
            RETURN '{"obstacle": {"code": "idempotency_key_reused"}}';
        END IF;
        RETURN jsonb_build_object('is_repeated', true, 'redemption', (
            SELECT shown FROM rewards.redemption_shown
            WHERE resident_id = who AND redemption_id = earlier.redemption_id));
    END IF;

    offer := rewards.offer_of(wanted, today);
    IF offer.item IS NULL THEN
        RETURN '{"obstacle": {"code": "unknown_item"}}';
    ELSIF offer.kind = 'municipal_points' AND given_account IS NULL THEN
        RETURN '{"obstacle": {"code": "account_missing"}}';
    ELSIF offer.kind <> 'municipal_points' AND given_account IS NOT NULL THEN
        RETURN '{"obstacle": {"code": "account_not_needed"}}';
    END IF;
    why_not := rewards.obstacle(who, offer, today, coalesce(rewards.spendable(purse, today), 0), checkup);
    IF why_not IS NOT NULL THEN
        RETURN jsonb_build_object('obstacle', why_not);
    END IF;
    IF NOT offer.is_unlimited THEN
        -- Units that others are just taking are passed over, so nobody waits and no unit is taken twice.
        UPDATE rewards.item_unit SET is_taken = true
        WHERE item = offer.item AND unit = (
            SELECT unit FROM rewards.item_unit WHERE item = offer.item AND NOT is_taken
            ORDER BY unit LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING unit INTO unit_taken;
        IF NOT FOUND THEN
            RETURN '{"obstacle": {"code": "sold_out"}}';
        END IF;
    END IF;

    number := nextval('rewards.redemption_number');
    INSERT INTO rewards.redemption (resident_id, redemption_id, idempotency_key, content_digest, item, version, unit,
        points, state, day, begun_at, held_until, account, pickup_code)
    VALUES (who, number, key, content, offer.item, offer.version, unit_taken,
        offer.price_points, 'held', today, at, at + offer.hold_hours * interval '1 hour', given_account,
        CASE offer.kind WHEN 'pickup_goods' THEN pickup END);
    PERFORM rewards.append_transfer(who, at, today, 'wallet', 'held', offer.price_points, number,
        jsonb_build_object('points', offer.price_points));
    IF is_confirmed AND offer.kind <> 'pickup_goods' THEN
        PERFORM rewards.end_hold(who, number, 'confirmed', at, today, city_day);
    END IF;
    RETURN jsonb_build_object('is_repeated', false, 'redemption', (
        SELECT shown FROM rewards.redemption_shown WHERE resident_id = who AND redemption_id = number));
END $$;

-- Confirms or cancels (`ending`) a resident's redemption; again is the same as once. `is_handed_over`: by the staff who
-- hand the goods out, which nobody else confirms.
--
-- Returns {"obstacle": …} or {"redemption": …}; null when the resident has no such redemption.
CREATE FUNCTION rewards.end_redemption(
    who bigint, number bigint, ending text, at timestamptz, city_day date, is_handed_over boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.redemption;
    of_kind text;
BEGIN
    PERFORM FROM rewards.wallet WHERE resident_id = who FOR UPDATE;
    SELECT * INTO one FROM rewards.redemption WHERE resident_id = who AND redemption_id = number;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT kind INTO STRICT of_kind FROM rewards.reward_item WHERE item = one.item AND version = one.version;
    IF one.state = 'held' THEN
        IF ending = 'confirmed' AND of_kind = 'pickup_goods' AND NOT is_handed_over THEN
            RETURN '{"obstacle": {"code": "confirmed_at_pickup"}}';
        ELSIF ending = 'confirmed' AND one.held_until <= at THEN
            RETURN '{"obstacle": {"code": "hold_lapsed"}}';
        END IF;
        PERFORM rewards.end_hold(who, number, ending, at, (
            SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident WHERE resident_id = who), city_day);
    ELSIF one.state = 'confirmed' AND ending <> 'confirmed' THEN
        RETURN '{"obstacle": {"code": "already_confirmed"}}';
    ELSIF one.state = 'cancelled' AND ending <> 'cancelled' THEN
        RETURN '{"obstacle": {"code": "already_cancelled"}}';
    ELSIF one.state = 'lapsed' AND ending <> 'cancelled' THEN
        RETURN '{"obstacle": {"code": "hold_lapsed"}}';
    END IF;
    RETURN jsonb_build_object('redemption', (
        SELECT shown FROM rewards.redemption_shown WHERE resident_id = who AND redemption_id = number));
END $$;

-- Gives back the points and units of at most `at_most` holds that have lapsed; says how many it were.
CREATE FUNCTION rewards.release_lapsed_holds(at timestamptz, city_day date, at_most integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    released integer := 0;
BEGIN
    -- Wallets are locked in the order in which everybody locks several of them.
    FOR one IN
        SELECT resident_id, redemption_id FROM rewards.redemption
        WHERE state = 'held' AND held_until <= at
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

-- for staff: no person and no code in any of it --------------------------------------------------------------------

-- Adds a unit for each code. Returns the codes that are there already or twice in the list, and then adds nothing.
CREATE FUNCTION rewards.add_codes(to_item text, codes text[]) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known text[];
    last_unit bigint;
BEGIN
    PERFORM FROM rewards.reward_item WHERE item = to_item ORDER BY version FOR UPDATE;
    SELECT array_agg(code ORDER BY code) INTO known
    FROM (SELECT code, count(*) AS times FROM unnest(codes) AS code GROUP BY code) AS given
    WHERE times > 1 OR EXISTS (
        SELECT FROM rewards.item_unit WHERE item = to_item AND item_unit.code = given.code);
    IF known IS NULL THEN
        SELECT coalesce(max(unit), 0) INTO last_unit FROM rewards.item_unit WHERE item = to_item;
        INSERT INTO rewards.item_unit (item, unit, code)
        SELECT to_item, last_unit + place, code FROM unnest(codes) WITH ORDINALITY AS given (code, place);
    END IF;
    RETURN coalesce(known, '{}');
END $$;

-- Makes it so many units in all, taken ones included. Returns how many of them are taken; more than `total`, and then
-- nothing is changed.
CREATE FUNCTION rewards.set_units(of_item text, total integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    units bigint;
    taken bigint;
    last_unit bigint;
BEGIN
    PERFORM FROM rewards.reward_item WHERE item = of_item ORDER BY version FOR UPDATE;
    -- Units that somebody is just taking are taken.
    PERFORM FROM rewards.item_unit WHERE item = of_item AND NOT is_taken ORDER BY unit FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE is_taken), coalesce(max(unit), 0) INTO units, taken, last_unit
    FROM rewards.item_unit WHERE item = of_item;
    IF total >= taken THEN
        DELETE FROM rewards.item_unit
        WHERE item = of_item AND unit IN (
            SELECT unit FROM rewards.item_unit WHERE item = of_item AND NOT is_taken
            ORDER BY unit DESC LIMIT greatest(0, units - total));
        INSERT INTO rewards.item_unit (item, unit)
        SELECT of_item, last_unit + place FROM generate_series(1, total - units) AS place;
    END IF;
    RETURN taken;
END $$;

-- What is left of an erased resident's redemption, for the partner to be paid. No person, no account, no code, no time.
CREATE TABLE rewards.erased_redemption (
    redemption_id bigint PRIMARY KEY,
    item text NOT NULL,
    version integer NOT NULL,
    points integer NOT NULL,
    confirmed_on date NOT NULL,
    settlement bigint,
    FOREIGN KEY (item, version) REFERENCES rewards.reward_item
);

-- How often each item was redeemed, over all its versions.
CREATE FUNCTION rewards.item_totals() RETURNS TABLE (
    item text, held bigint, confirmed bigint, cancelled bigint, lapsed bigint, points_redeemed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT item, count(*) FILTER (WHERE state = 'held'), count(*) FILTER (WHERE state = 'confirmed'),
        count(*) FILTER (WHERE state = 'cancelled'), count(*) FILTER (WHERE state = 'lapsed'),
        coalesce(sum(points) FILTER (WHERE state = 'confirmed'), 0)
    FROM (
        SELECT item, state, points FROM rewards.redemption
        UNION ALL
        SELECT item, 'confirmed', points FROM rewards.erased_redemption
    ) AS each
    GROUP BY item
$$;

-- Goods that wait at their place, the oldest first; with `of_code`, the one whose code was shown.
CREATE FUNCTION rewards.waiting_pickups(of_code text, at timestamptz, at_most integer) RETURNS TABLE (
    redemption_id bigint, item text, version integer, begun_at timestamptz, held_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT redemption_id, item, version, begun_at, held_until
    FROM rewards.redemption
    WHERE state = 'held' AND pickup_code IS NOT NULL AND held_until > at
        AND (of_code IS NULL OR pickup_code = of_code)
    ORDER BY redemption_id LIMIT at_most
$$;

-- Confirms that the goods of a pick-up code were handed out. Returns what `end_redemption` does, with no code and no
-- account in it; null for a code that nothing waits under.
CREATE FUNCTION rewards.hand_over(of_code text, at timestamptz, city_day date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
BEGIN
    SELECT resident_id, redemption_id INTO one FROM rewards.redemption
    WHERE state = 'held' AND pickup_code = of_code;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- Of two who typed the code at once the second waits here, and is not told to hand the goods out again.
    PERFORM FROM rewards.wallet WHERE resident_id = one.resident_id FOR UPDATE;
    IF NOT EXISTS (
        SELECT FROM rewards.redemption
        WHERE resident_id = one.resident_id AND redemption_id = one.redemption_id AND state = 'held')
    THEN
        RETURN NULL;
    END IF;
    RETURN rewards.end_redemption(one.resident_id, one.redemption_id, 'confirmed', at, city_day, true);
END $$;

-- settlement -------------------------------------------------------------------------------------------------------

-- A settlement is made once for a partner's span of days, both included, and never changes.
CREATE TABLE rewards.settlement (
    settlement bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner text NOT NULL REFERENCES rewards.partner,
    from_day date NOT NULL,
    to_day date NOT NULL CHECK (to_day >= from_day),
    made_at timestamptz NOT NULL,
    UNIQUE (partner, from_day, to_day)
);

-- By which settlement a redemption was settled: by one, and never by another.
CREATE TABLE rewards.settled_redemption (
    resident_id bigint NOT NULL,
    redemption_id bigint NOT NULL,
    settlement bigint NOT NULL REFERENCES rewards.settlement,
    PRIMARY KEY (resident_id, redemption_id),
    FOREIGN KEY (resident_id, redemption_id) REFERENCES rewards.redemption
);
CREATE INDEX settled_redemption_settlement ON rewards.settled_redemption (settlement);
ALTER TABLE rewards.erased_redemption ADD FOREIGN KEY (settlement) REFERENCES rewards.settlement;

-- Settles what the partner has not been told of in the span. The same span again is the settlement that was made of it.
CREATE FUNCTION rewards.settle(with_partner text, first_day date, last_day date, at timestamptz) RETURNS bigint
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

-- Every redemption of a settlement. Of erased residents there is no account and no time.
CREATE FUNCTION rewards.settled_lines(of_settlement bigint) RETURNS TABLE (
    redemption_id bigint, item text, version integer, points integer, confirmed_on date, confirmed_at timestamptz,
    account text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT redemption_id, item, version, points, confirmed_on, ended_at, account
    FROM rewards.settled_redemption
    JOIN rewards.redemption USING (resident_id, redemption_id)
    WHERE settlement = of_settlement
    UNION ALL
    SELECT redemption_id, item, version, points, confirmed_on, NULL, NULL
    FROM rewards.erased_redemption
    WHERE settlement = of_settlement
    ORDER BY redemption_id
$$;

-- What each partner has not been told of yet.
CREATE FUNCTION rewards.unsettled() RETURNS TABLE (
    partner text, first_day date, last_day date, redemptions bigint, points bigint, worth bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT partner, min(confirmed_on), max(confirmed_on), count(*), sum(points), sum(worth)
    FROM (
        SELECT item, version, points, confirmed_on
        FROM rewards.redemption
        WHERE state = 'confirmed' AND NOT EXISTS (
            SELECT FROM rewards.settled_redemption settled
            WHERE settled.resident_id = redemption.resident_id AND settled.redemption_id = redemption.redemption_id)
        UNION ALL
        SELECT item, version, points, confirmed_on FROM rewards.erased_redemption WHERE settlement IS NULL
    ) AS open
    JOIN rewards.reward_item USING (item, version)
    WHERE partner IS NOT NULL
    GROUP BY partner
$$;

-- erasure ----------------------------------------------------------------------------------------------------------

-- Before a resident's rows go: what is held is given back, and what was redeemed stays to be settled, without a person.
CREATE FUNCTION rewards.keep_redemptions_of_erased(who bigint, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    PERFORM FROM rewards.wallet WHERE resident_id = who FOR UPDATE;
    FOR number IN
        SELECT redemption_id FROM rewards.redemption WHERE resident_id = who AND state = 'held' ORDER BY redemption_id
    LOOP
        PERFORM rewards.end_hold(who, number, 'cancelled', at, (
            SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident WHERE resident_id = who), at::date);
    END LOOP;
    -- A settlement under way ends first, so that what it settles is seen as settled below.
    PERFORM FROM rewards.partner
    WHERE partner IN (
        SELECT partner FROM rewards.redemption JOIN rewards.reward_item USING (item, version) WHERE resident_id = who)
    ORDER BY partner
    FOR SHARE;
    INSERT INTO rewards.erased_redemption (redemption_id, item, version, points, confirmed_on, settlement)
    SELECT redemption_id, item, version, points, confirmed_on, settlement
    FROM rewards.redemption
    LEFT JOIN rewards.settled_redemption USING (resident_id, redemption_id)
    WHERE resident_id = who AND state = 'confirmed';
END $$;

ALTER FUNCTION identity.erase_resident RENAME TO erase_rows_of_resident;
REVOKE EXECUTE ON FUNCTION identity.erase_rows_of_resident FROM wellness_worker;

-- Deletes every row about a resident who asked for it, now (`at`) that it is due. Returns how many rows of which table
-- or partition went; null when nothing is due.
CREATE FUNCTION identity.erase_resident(who bigint, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of two workers the second waits here, and finds that it is not due any more.
    PERFORM FROM identity.erasure_request WHERE resident_id = who AND due_at <= at FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM rewards.keep_redemptions_of_erased(who, at);
    RETURN identity.erase_rows_of_resident(who, at);
END $$;

-- who may do what --------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON FUNCTION rewards.end_hold, rewards.redeem, rewards.end_redemption, rewards.release_lapsed_holds,
    rewards.add_codes, rewards.set_units, rewards.item_totals, rewards.waiting_pickups, rewards.hand_over, rewards.settle,
    rewards.settled_lines, rewards.unsettled, rewards.keep_redemptions_of_erased, identity.erase_resident FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.redeem, rewards.end_redemption, rewards.add_codes, rewards.set_units,
    rewards.item_totals, rewards.waiting_pickups, rewards.hand_over, rewards.settle, rewards.settled_lines, rewards.unsettled
    TO wellness_api;
GRANT EXECUTE ON FUNCTION rewards.release_lapsed_holds, identity.erase_resident TO wellness_worker;

ALTER TABLE rewards.redemption ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.settled_redemption ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rewards.redemption TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.settled_redemption TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON rewards.redemption FOR SELECT TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.settled_redemption FOR SELECT TO wellness_worker USING (true);

GRANT SELECT ON rewards.redemption, rewards.redemption_shown, rewards.partner, rewards.reward_item, rewards.settlement
    TO wellness_api;
GRANT SELECT (item, unit, is_taken) ON rewards.item_unit TO wellness_api;
GRANT INSERT ON rewards.partner, rewards.reward_item TO wellness_api;
GRANT UPDATE (name_ja, name_en) ON rewards.partner TO wellness_api;
GRANT UPDATE (offered_from, offered_to, withdrawn_at) ON rewards.reward_item TO wellness_api;
GRANT SELECT (resident_id, redemption_id, item, version, points, state, day) ON rewards.redemption TO wellness_worker;
