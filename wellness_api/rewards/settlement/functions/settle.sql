-- Settles the partner's redemptions in the span that are in no settlement yet; null when there are none. The same span
-- again returns the settlement that was made of it.
CREATE OR REPLACE FUNCTION rewards.settle(with_partner text, first_day date, last_day date, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    -- One settlement with a partner at a time. No erasure runs meanwhile: it would take redemptions that are about to
    -- be settled.
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

REVOKE EXECUTE ON FUNCTION rewards.settle FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.settle TO wellness_api;
