-- What comes after its last day lapses at once, and what lapsed is taken back out of what lapsed.

-- transfers ----------------------------------------------------------------------------------------------------------

-- `expires_on` is also of an award's points that are taken back after they lapsed. What lapses has its last day as its
-- period, as before.
ALTER TABLE rewards.transfer
    DROP CONSTRAINT transfer_accounts,
    DROP CONSTRAINT transfer_expires,
    ADD CONSTRAINT transfer_accounts CHECK ((debit_account, credit_account) IN (
        ('budget', 'pending'), ('budget', 'wallet'), ('budget', 'owed'), -- an award
        ('pending', 'budget'), ('wallet', 'budget'), ('owed', 'budget'), -- an award taken back
        ('expired', 'budget'),                                           -- and one whose points had lapsed
        ('pending', 'wallet'), ('pending', 'owed'),                      -- points become spendable
        ('wallet', 'expired'),
        ('wallet', 'held'), ('held', 'wallet'), ('held', 'owed'),        -- a redemption begun, and cancelled
        ('held', 'redeemed'), ('held', 'donated'), ('redeemed', 'wallet'), ('redeemed', 'owed'),
        ('budget', 'donated'),                                           -- a goal of the whole city
        ('wallet', 'owed')                                               -- what stood beside each other, once
    )),
    ADD CONSTRAINT transfer_expires CHECK (
        ('pending' IN (debit_account, credit_account)
            OR (debit_account, credit_account) IN (('budget', 'wallet'), ('wallet', 'budget'), ('expired', 'budget')))
        = (expires_on IS NOT NULL)
    );

-- What of the points that were good until a day lapsed, and was not taken back since. What awards put into the wallet
-- (`credited`) goes down with it when it is taken back, so that their difference is what came and did not lapse.
ALTER TABLE rewards.expiring_points ADD lapsed bigint NOT NULL DEFAULT 0;

INSERT INTO rewards.expiring_points (resident_id, expires_on, credited, lapsed)
SELECT resident_id, period_end, 0, sum(amount)
FROM rewards.transfer
WHERE credit_account = 'expired'
GROUP BY resident_id, period_end
ON CONFLICT (resident_id, expires_on) DO UPDATE SET lapsed = excluded.lapsed;

-- settlements --------------------------------------------------------------------------------------------------------

-- Settlements of nothing tell a partner nothing, and one that somebody made up looks the same.
DELETE FROM rewards.settlement
WHERE NOT EXISTS (SELECT FROM rewards.settled_redemption AS line WHERE line.settlement = settlement.settlement)
    AND NOT EXISTS (SELECT FROM rewards.erased_redemption AS line WHERE line.settlement = settlement.settlement);
