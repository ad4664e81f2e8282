-- What cannot be taken back is done by clocks that agree, and for days that have really come.

-- the ledger's day -------------------------------------------------------------------------------------------------

-- Days of which the operator said that they had really come (`wellness ledger confirm-day`).
CREATE TABLE rewards.day_confirmed (
    day date PRIMARY KEY,
    confirmed_at timestamptz NOT NULL
);

-- That the day is not opened, and why; no row while nothing waits. `since`: by the database's clock, as `database_at`.
-- `clocks_apart`: the worker's clock is not the database's. `days_missing`: more than seven days without a sign of life.
-- `day_is_past`: the ledger's day is later than the clocks say.
CREATE TABLE rewards.day_waiting (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    reason text NOT NULL CHECK (reason IN ('clocks_apart', 'days_missing', 'day_is_past')),
    since timestamptz NOT NULL,
    wanted_day date NOT NULL,
    worker_at timestamptz NOT NULL,
    database_at timestamptz NOT NULL
);

REVOKE INSERT, UPDATE ON rewards.open_day FROM wellness_worker;
GRANT UPDATE (is_turned) ON rewards.open_day TO wellness_worker;
GRANT SELECT ON rewards.day_waiting TO wellness_api, wellness_worker;

-- what is owed comes first ---------------------------------------------------------------------------------------------

-- Whatever comes to the wallet passes what is owed: points that become spendable, and those of a redemption that ended.
ALTER TABLE rewards.transfer
    DROP CONSTRAINT transfer_accounts,
    ADD CONSTRAINT transfer_accounts CHECK ((debit_account, credit_account) IN (
        ('budget', 'pending'), ('budget', 'wallet'), ('budget', 'owed'), -- an award
        ('pending', 'budget'), ('wallet', 'budget'), ('owed', 'budget'), -- an award taken back
        ('pending', 'wallet'), ('pending', 'owed'),                      -- points become spendable
        ('wallet', 'expired'),
        ('wallet', 'held'), ('held', 'wallet'), ('held', 'owed'),        -- a redemption begun, and cancelled
        ('held', 'redeemed'), ('held', 'donated'), ('redeemed', 'wallet'), ('redeemed', 'owed'),
        ('budget', 'donated'),                                           -- a goal of the whole city
        ('wallet', 'owed')                                               -- what stood beside each other, once
    ));

-- For the statement below: appends one transfer of a resident's own points and brings the balances along.
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
END $$;

-- Wallets that had points and owed some are brought right by one transfer each, in their chains as any other.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT wallet.resident_id, least(balance, owed)::integer AS points,
            (now() AT TIME ZONE coalesce(time_zone, 'UTC'))::date AS on_day
        FROM rewards.wallet
        LEFT JOIN identity.resident USING (resident_id)
        WHERE balance > 0 AND owed > 0
        ORDER BY wallet.resident_id
    LOOP
        PERFORM rewards.append_transfer(one.resident_id, now(), one.on_day, 'wallet', 'owed', one.points, NULL, '{}');
    END LOOP;
END $$;

ALTER TABLE rewards.wallet ADD CONSTRAINT wallet_has_or_owes CHECK (balance = 0 OR owed = 0);

-- redemptions and settlements beside the transfers ------------------------------------------------------------------

-- Redemptions, and lines of settlements, that the nightly check found to be otherwise.
ALTER TABLE rewards.ledger_check ADD redemptions_differing integer;
