-- Ends a hold. The caller has locked the wallet and knows that the redemption is held. Points that are given back first
-- pay what is owed; only the rest goes to the wallet. Points that were good until a day before the ledger's day lapse
-- at once.
CREATE OR REPLACE FUNCTION rewards.end_hold(
    who bigint, number bigint, ending text, at timestamptz, resident_day date, city_day date)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ended rewards.redemption;
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
    RETURNING * INTO STRICT ended;
    SELECT kind INTO STRICT of_kind FROM rewards.reward_item WHERE item = ended.item AND version = ended.version;
    IF ending <> 'confirmed' THEN
        UPDATE rewards.item_unit SET is_taken = false WHERE item = ended.item AND unit = ended.unit;
        SELECT least(ended.points, owed) INTO STRICT to_owed FROM rewards.wallet WHERE resident_id = who;
    END IF;
    IF to_owed > 0 THEN
        PERFORM rewards.append_transfer(who, at, resident_day, 'held', 'owed', to_owed, number,
            jsonb_build_object('points', ended.points));
    END IF;
    IF to_owed < ended.points THEN
        PERFORM rewards.append_transfer(who, at, resident_day, 'held',
            CASE WHEN ending <> 'confirmed' THEN 'wallet' WHEN of_kind = 'donation' THEN 'donated' ELSE 'redeemed' END,
            ended.points - to_owed, number, jsonb_build_object('points', ended.points));
    END IF;
    IF ending <> 'confirmed' THEN
        FOR over IN SELECT * FROM rewards.lapsed_of_hold(who, number, ended.points, to_owed, today) LOOP
            PERFORM rewards.append_transfer(who, at, over.last_day, 'wallet', 'expired', over.points, NULL, '{}');
        END LOOP;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.end_hold FROM PUBLIC;
