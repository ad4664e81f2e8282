-- The ledger's other accounts, its chain of hashes, and the day up to which it is settled.

-- transfers --------------------------------------------------------------------------------------------------------

-- Awards name programme, version and rule; what moves points of a resident's own (spendable, held, redeemed, expired)
-- does not. `period_start` and `period_end`, both included, are the award's; else the day of the move, and of points that
-- lapse the last day on which they were good.
-- `spendable_from`: of points that come to `pending` or leave it. `expires_on`: of these, and of an award's points that
-- come to the wallet or leave it.
ALTER TABLE rewards.transfer
    ALTER programme DROP NOT NULL,
    ALTER version DROP NOT NULL,
    ALTER rule DROP NOT NULL,
    ALTER transfer_id DROP IDENTITY,
    ALTER posted_at DROP DEFAULT,
    ADD period_end date,
    ADD spendable_from date,
    ADD expires_on date,
    ADD redemption_id bigint,
    ADD hash bytea,
    DROP CONSTRAINT transfer_debit_account_check,
    DROP CONSTRAINT transfer_credit_account_check,
    DROP CONSTRAINT transfer_check,
    ADD CONSTRAINT transfer_accounts CHECK ((debit_account, credit_account) IN (
        ('budget', 'pending'), ('budget', 'wallet'), ('budget', 'owed'), -- an award
        ('pending', 'budget'), ('wallet', 'budget'), ('owed', 'budget'), -- an award taken back
        ('pending', 'wallet'),                                           -- points become spendable
        ('wallet', 'expired'),
        ('wallet', 'held'), ('held', 'wallet'),                          -- a redemption begun, and cancelled
        ('held', 'redeemed'), ('held', 'donated'), ('redeemed', 'wallet'),
        ('budget', 'donated')                                            -- a goal of the whole city
    )),
    ADD CONSTRAINT transfer_of_award CHECK (
        ('budget' IN (debit_account, credit_account)) = (programme IS NOT NULL AND version IS NOT NULL AND rule IS NOT NULL)
    ),
    ADD CONSTRAINT transfer_pending CHECK (('pending' IN (debit_account, credit_account)) = (spendable_from IS NOT NULL));

-- Points were spendable at once and for ever.
UPDATE rewards.transfer SET period_end = period_start,
    expires_on = CASE WHEN 'wallet' IN (debit_account, credit_account) THEN date 'infinity' END;

ALTER TABLE rewards.transfer ADD CONSTRAINT transfer_expires CHECK (
    ('pending' IN (debit_account, credit_account)
        OR (debit_account, credit_account) IN (('budget', 'wallet'), ('wallet', 'budget')))
    = (expires_on IS NOT NULL)
);

-- For the statement below: what a transfer's hash is made of, beside the hash of the resident's transfer before it. Days are counted from 2000-01-01.
CREATE FUNCTION rewards.transfer_line(of rewards.transfer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat(of.resident_id, '|', of.transfer_id, '|', (extract(epoch FROM of.posted_at) * 1000000)::bigint, '|',
        of.programme, '|', of.version, '|', of.rule, '|',
        of.period_start - date '2000-01-01', '|', of.period_end - date '2000-01-01', '|',
        of.debit_account, '|', of.credit_account, '|', of.amount, '|',
        of.spendable_from - date '2000-01-01', '|',
        CASE WHEN isfinite(of.expires_on) THEN (of.expires_on - date '2000-01-01')::text ELSE of.expires_on::text END, '|',
        of.redemption_id, '|', of.facts)
$$;

-- balances ---------------------------------------------------------------------------------------------------------

-- A resident's transfers are numbered from 1; `chain_head` is the hash of the last.
ALTER TABLE rewards.wallet
    ADD pending bigint NOT NULL DEFAULT 0 CHECK (pending >= 0),
    ADD held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    ADD last_transfer_id bigint NOT NULL DEFAULT 0,
    ADD chain_head bytea NOT NULL DEFAULT '';

DO $$
DECLARE
    one rewards.transfer;
    numbered_before bigint;
    number bigint;
    head bytea;
    resident bigint;
BEGIN
    FOR one IN SELECT * FROM rewards.transfer ORDER BY resident_id, transfer_id LOOP
        IF one.resident_id IS DISTINCT FROM resident THEN
            resident := one.resident_id;
            number := 0;
            head := '';
        END IF;
        -- Numbers were the whole city's until now, so a resident's own are never above them.
        number := number + 1;
        numbered_before := one.transfer_id;
        one.transfer_id := number;
        head := sha256(head || convert_to(rewards.transfer_line(one), 'UTF8'));
        UPDATE rewards.transfer SET transfer_id = number, hash = head
        WHERE resident_id = one.resident_id AND transfer_id = numbered_before;
        UPDATE rewards.wallet SET last_transfer_id = number, chain_head = head
        WHERE resident_id = one.resident_id;
    END LOOP;
END $$;

ALTER TABLE rewards.transfer ALTER period_end SET NOT NULL, ALTER hash SET NOT NULL;

-- Points that are not spendable yet, by the day from which they are. The rows of a day go as a whole when it has come.
CREATE TABLE rewards.pending_points (
    resident_id bigint NOT NULL,
    spendable_from date NOT NULL,
    expires_on date NOT NULL,
    points bigint NOT NULL,
    PRIMARY KEY (resident_id, spendable_from, expires_on)
);
CREATE INDEX pending_points_day ON rewards.pending_points (spendable_from);

-- What awards put into the wallet, on balance, by the last day on which it is good (infinity: for ever). The oldest
-- points are spent first, so of the wallet's balance, what exceeds the sum of the rows after a day lapses with that day.
-- A row is below zero where points were taken back of an award that had gone to what was owed: it counts as zero.
CREATE TABLE rewards.expiring_points (
    resident_id bigint NOT NULL,
    expires_on date NOT NULL,
    credited bigint NOT NULL,
    PRIMARY KEY (resident_id, expires_on)
);

INSERT INTO rewards.expiring_points (resident_id, expires_on, credited)
SELECT resident_id, expires_on, sum(CASE WHEN credit_account = 'wallet' THEN amount ELSE -amount END)
FROM rewards.transfer
WHERE 'wallet' IN (debit_account, credit_account) AND expires_on IS NOT NULL
GROUP BY resident_id, expires_on;

-- days -------------------------------------------------------------------------------------------------------------

-- The day that is today for the ledger: what is decided at a day's end is decided for the days before it. `is_turned`:
-- whether everybody's points have been brought to it, from `turned_from` on. It moves forward only.
CREATE TABLE rewards.open_day (
    is_the_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_only_row),
    day date NOT NULL,
    turned_from date NOT NULL,
    is_turned boolean NOT NULL
);

-- For the default below: the periods that ended before this day have been given what groups reached in them.
CREATE FUNCTION rewards.settled_before() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT CASE WHEN is_turned THEN day ELSE turned_from END FROM rewards.open_day $$;

-- Kept with each erasure, since what somebody brought to a pair or a league is gone with them.
ALTER TABLE identity.erasure ADD settled_before date DEFAULT rewards.settled_before();

-- What the nightly check found: how many residents' balances, transfers (by their chain) and how many awards differ. A row
-- is begun before it is done (`checked_at`), so that one worker of several does it. `fingerprint`: of all chains' heads.
CREATE TABLE rewards.ledger_check (
    day date PRIMARY KEY,
    begun_at timestamptz NOT NULL,
    checked_at timestamptz,
    balances_differing integer,
    chains_differing integer,
    awards_differing integer,
    fingerprint bytea
);

-- Where a programme counts something else than the day's summary says, since samples came after its late window.
-- No value: nothing came in time.
CREATE TABLE rewards.day_in_time (
    resident_id bigint NOT NULL,
    programme text NOT NULL,
    version integer NOT NULL,
    day date NOT NULL,
    metric smallint NOT NULL,
    value double precision,
    PRIMARY KEY (resident_id, programme, version, day, metric)
);

-- What a daily lottery would have paid, had the day reached its goal: told to the resident on the next day. No points.
CREATE TABLE rewards.missed_prize (
    resident_id bigint NOT NULL,
    day date NOT NULL,
    programme text NOT NULL,
    rule text NOT NULL,
    version integer NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (resident_id, day, programme, rule)
);

-- who may do what --------------------------------------------------------------------------------------------------

ALTER TABLE rewards.pending_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.expiring_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.day_in_time ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.missed_prize ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rewards.pending_points TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.expiring_points TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.day_in_time TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.missed_prize TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON rewards.missed_prize TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.pending_points TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.expiring_points TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.day_in_time TO wellness_worker USING (true);

GRANT SELECT ON rewards.pending_points, rewards.expiring_points, rewards.day_in_time, rewards.open_day,
    rewards.ledger_check TO wellness_api;
GRANT SELECT ON rewards.missed_prize TO wellness_api;
GRANT SELECT, INSERT, DELETE ON rewards.missed_prize TO wellness_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON rewards.pending_points, rewards.expiring_points, rewards.day_in_time
    TO wellness_worker;
GRANT SELECT (settled_before) ON identity.erasure TO wellness_worker;
GRANT SELECT, INSERT, UPDATE ON rewards.open_day, rewards.ledger_check TO wellness_worker;

-- erasure ----------------------------------------------------------------------------------------------------------

-- What is left of an erased resident's transfers: sums by account. Those that no rule made have none.
ALTER TABLE rewards.erased_total
    DROP CONSTRAINT erased_total_pkey,
    ALTER programme DROP NOT NULL,
    ALTER version DROP NOT NULL,
    ALTER rule DROP NOT NULL,
    ADD UNIQUE NULLS NOT DISTINCT (programme, version, rule, debit_account, credit_account);
