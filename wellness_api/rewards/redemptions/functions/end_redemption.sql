-- Confirms or cancels (`ending`) a resident's redemption; a repeated call does nothing more. `is_handed_over`: the call
-- comes from staff who hand the goods out; nobody else confirms these.
--
-- Returns {"obstacle": …} or {"redemption": …}; null when the resident has no such redemption.
CREATE OR REPLACE FUNCTION rewards.end_redemption(
    who bigint, number bigint, ending text, at timestamptz, city_day date, is_handed_over boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this_redemption rewards.redemption;
    of_kind text;
BEGIN
    PERFORM FROM rewards.wallet WHERE resident_id = who FOR UPDATE;
    SELECT * INTO this_redemption FROM rewards.redemption WHERE resident_id = who AND redemption_id = number;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT kind INTO STRICT of_kind FROM rewards.reward_item WHERE item = this_redemption.item AND version = this_redemption.version;
    IF this_redemption.state = 'held' THEN
        IF ending = 'confirmed' AND of_kind = 'pickup_goods' AND NOT is_handed_over THEN
            RETURN '{"obstacle": {"code": "confirmed_at_pickup"}}';
        ELSIF ending = 'confirmed' AND this_redemption.held_until <= at THEN
            RETURN '{"obstacle": {"code": "hold_lapsed"}}';
        END IF;
        PERFORM rewards.end_hold(who, number, ending, at, (
            SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident WHERE resident_id = who), city_day);
    ELSIF this_redemption.state = 'confirmed' AND ending <> 'confirmed' THEN
        RETURN '{"obstacle": {"code": "already_confirmed"}}';
    ELSIF this_redemption.state = 'cancelled' AND ending <> 'cancelled' THEN
        RETURN '{"obstacle": {"code": "already_cancelled"}}';
    ELSIF this_redemption.state = 'lapsed' AND ending <> 'cancelled' THEN
        RETURN '{"obstacle": {"code": "hold_lapsed"}}';
    END IF;
    RETURN jsonb_build_object('redemption', (
        SELECT shown FROM rewards.redemption_shown WHERE resident_id = who AND redemption_id = number));
END $$;

REVOKE EXECUTE ON FUNCTION rewards.end_redemption FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.end_redemption TO wellness_api;
