-- Confirms or cancels (`ending`) a resident's redemption; again is the same as once. `is_handed_over`: by the staff who
-- hand the goods out, which nobody else confirms.
--
-- Returns {"obstacle": …} or {"redemption": …}; null when the resident has no such redemption.
CREATE OR REPLACE FUNCTION rewards.end_redemption(
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

REVOKE EXECUTE ON FUNCTION rewards.end_redemption FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.end_redemption TO wellness_api;
