-- Runs before a resident's rows are deleted: held points are given back, and what was redeemed stays to be settled,
-- without a person.
CREATE OR REPLACE FUNCTION rewards.keep_redemptions_of_erased(who bigint, at timestamptz) RETURNS void
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
    -- A settlement that is under way ends first, so that the statements below see its redemptions as settled.
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

REVOKE EXECUTE ON FUNCTION rewards.keep_redemptions_of_erased FROM PUBLIC;
