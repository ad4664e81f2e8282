-- Appends one transfer of a resident's own points and updates the balances. The functions use it by which points are
-- held, redeemed, given back, or lapse. The wallet's checks raise an error when the points are not there.
CREATE OR REPLACE FUNCTION rewards.append_transfer(
    who bigint, at timestamptz, on_day date, debit text, credit text, points integer, redemption bigint, facts jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head rewards.wallet;
    new_transfer rewards.transfer;
BEGIN
    SELECT * INTO STRICT head FROM rewards.wallet WHERE resident_id = who FOR UPDATE;
    new_transfer.resident_id := who;
    new_transfer.transfer_id := head.last_transfer_id + 1;
    new_transfer.posted_at := at;
    new_transfer.period_start := on_day;
    new_transfer.period_end := on_day;
    new_transfer.debit_account := debit;
    new_transfer.credit_account := credit;
    new_transfer.amount := points;
    new_transfer.redemption_id := redemption;
    new_transfer.facts := facts;
    new_transfer.hash := sha256(head.chain_head || convert_to(rewards.transfer_line(new_transfer), 'UTF8'));
    INSERT INTO rewards.transfer SELECT new_transfer.*;
    UPDATE rewards.wallet SET
        balance = balance + CASE 'wallet' WHEN credit THEN points WHEN debit THEN -points ELSE 0 END,
        owed = owed + CASE 'owed' WHEN debit THEN points WHEN credit THEN -points ELSE 0 END,
        held = held + CASE 'held' WHEN credit THEN points WHEN debit THEN -points ELSE 0 END,
        last_transfer_id = new_transfer.transfer_id, chain_head = new_transfer.hash, updated_at = at
    WHERE resident_id = who;
    IF credit = 'expired' THEN
        INSERT INTO rewards.expiring_points AS lot (resident_id, expires_on, credited, lapsed)
        VALUES (who, on_day, 0, points)
        ON CONFLICT (resident_id, expires_on) DO UPDATE SET lapsed = lot.lapsed + excluded.lapsed;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.append_transfer FROM PUBLIC;
