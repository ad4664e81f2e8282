-- Redeems one unit of an item, in one call, so that a resident's answer takes one round trip. A resident who redeems
-- twice at the same moment waits at their own wallet; nobody waits for another resident.
--
-- Returns {"obstacle": …}, or {"redemption": …, "is_repeated": …}. `content`: the content of the request, which tells a
-- repeat from another request under the same key.
CREATE OR REPLACE FUNCTION rewards.redeem(
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
        -- The statement skips units that others are taking at this moment, so nobody waits and no unit is taken twice.
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

REVOKE EXECUTE ON FUNCTION rewards.redeem FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.redeem TO wellness_api;
