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

REVOKE EXECUTE ON FUNCTION rewards.append_transfer FROM PUBLIC;
