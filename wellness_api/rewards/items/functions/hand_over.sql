-- Confirms that the goods of a pick-up code were handed out. A repeated call answers that they were, when and by whom.
-- This serves a confirmation whose answer got lost, and a code that is shown a second time.
--
-- Returns {"obstacle": …} or {"handed_out": …, "is_repeated": …}; null for a code under which nothing waits.
CREATE OR REPLACE FUNCTION rewards.hand_over(of_code text, staff bigint, at timestamptz, city_day date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this_redemption record;
    outcome jsonb;
BEGIN
    SELECT resident_id, redemption_id INTO this_redemption FROM rewards.redemption
    WHERE state = 'held' AND pickup_code = of_code;
    IF FOUND THEN
        -- Of two members of staff who type the code at once, the second waits here, and is told that the goods were
        -- handed out.
        PERFORM FROM rewards.wallet WHERE resident_id = this_redemption.resident_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM rewards.redemption
            WHERE resident_id = this_redemption.resident_id AND redemption_id = this_redemption.redemption_id AND state = 'held')
        THEN
            outcome := rewards.end_redemption(this_redemption.resident_id, this_redemption.redemption_id, 'confirmed', at, city_day, true);
            IF outcome ? 'obstacle' THEN
                RETURN outcome;
            END IF;
            UPDATE rewards.redemption SET handed_out_by = staff
            WHERE resident_id = this_redemption.resident_id AND redemption_id = this_redemption.redemption_id;
            RETURN jsonb_build_object('is_repeated', false, 'handed_out', rewards.handed_out(of_code));
        END IF;
    END IF;
    outcome := rewards.handed_out(of_code);
    RETURN CASE WHEN outcome IS NOT NULL THEN jsonb_build_object('is_repeated', true, 'handed_out', outcome) END;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.hand_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.hand_over TO wellness_api;
