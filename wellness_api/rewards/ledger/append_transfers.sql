-- Appends the transfers and updates the balances. Every balance is worked out from the rows as they were inserted, so
-- it cannot differ from them. The wallets exist and are locked (lock_wallets.sql). A transfer number that exists
-- already is an error: transfers that were worked out from an old head are not appended. Returns how many wallets
-- moved, and for how many last days more was taken back than had lapsed.
WITH posted AS (
    INSERT INTO rewards.transfer
        (resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end,
        debit_account, credit_account, amount, spendable_from, expires_on, redemption_id, facts, hash)
    SELECT resident_id, transfer_id, :now, programme, version, rule, period_start, period_end,
        debit_account, credit_account, amount, spendable_from, expires_on, redemption_id, facts::jsonb, hash
    FROM unnest(:resident_ids::bigint[], :transfer_ids::bigint[], :programmes::text[], :versions::integer[], :rules::text[], :period_starts::date[], :period_ends::date[], :debit_accounts::text[],
        :credit_accounts::text[], :amounts::integer[], :spendable_froms::date[], :expires_ons::date[], :redemption_ids::bigint[], :facts::text[], :hashes::bytea[])
        AS transfer (resident_id, transfer_id, programme, version, rule, period_start, period_end, debit_account,
        credit_account, amount, spendable_from, expires_on, redemption_id, facts, hash)
    RETURNING resident_id, transfer_id, programme, version, period_end, debit_account, credit_account, amount,
        spendable_from, expires_on, hash
), moved AS (
    UPDATE rewards.wallet
    SET balance = wallet.balance + change.balance, owed = wallet.owed + change.owed,
        pending = wallet.pending + change.pending, held = wallet.held + change.held,
        last_transfer_id = change.last_transfer_id, chain_head = change.chain_head, updated_at = :now
    FROM (
        SELECT resident_id,
            sum(CASE 'wallet' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END) AS balance,
            sum(CASE 'owed' WHEN debit_account THEN amount WHEN credit_account THEN -amount ELSE 0 END) AS owed,
            sum(CASE 'pending' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END) AS pending,
            sum(CASE 'held' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END) AS held,
            max(transfer_id) AS last_transfer_id,
            (array_agg(hash ORDER BY transfer_id DESC))[1] AS chain_head
        FROM posted
        GROUP BY resident_id
    ) AS change
    WHERE wallet.resident_id = change.resident_id
    RETURNING wallet.resident_id
), waiting AS (
    INSERT INTO rewards.pending_points (resident_id, spendable_from, expires_on, points)
    SELECT resident_id, spendable_from, expires_on,
        sum(CASE 'pending' WHEN credit_account THEN amount ELSE -amount END)
    FROM posted
    WHERE 'pending' IN (debit_account, credit_account)
    GROUP BY resident_id, spendable_from, expires_on
    ON CONFLICT (resident_id, spendable_from, expires_on)
        DO UPDATE SET points = pending_points.points + excluded.points
), expiring AS (
    -- A transfer of lapsed points has their last day as its period's end.
    INSERT INTO rewards.expiring_points (resident_id, expires_on, credited, lapsed)
    SELECT resident_id, coalesce(expires_on, period_end),
        sum(CASE WHEN credit_account = 'wallet' THEN amount WHEN credit_account = 'budget' THEN -amount ELSE 0 END),
        sum(CASE 'expired' WHEN credit_account THEN amount WHEN debit_account THEN -amount ELSE 0 END)
    FROM posted
    WHERE 'expired' IN (debit_account, credit_account)
        OR ('wallet' IN (debit_account, credit_account) AND expires_on IS NOT NULL)
    GROUP BY resident_id, coalesce(expires_on, period_end)
    ON CONFLICT (resident_id, expires_on) DO UPDATE
        SET credited = expiring_points.credited + excluded.credited, lapsed = expiring_points.lapsed + excluded.lapsed
    RETURNING lapsed
), changed AS (
    INSERT INTO rewards.award_change (programme, version, points, residents)
    SELECT award.programme, award.version, sum(award.points), count(*) FILTER (WHERE earlier.transfer_id IS NULL)
    FROM (
        SELECT resident_id, programme, version,
            sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END) AS points
        FROM posted
        WHERE 'budget' IN (debit_account, credit_account)
        GROUP BY resident_id, programme, version
    ) AS award
    -- The ledger as it was before this statement. The order is that of an index: one look at each resident's transfers,
    -- and never at the whole ledger, whatever the statistics say.
    LEFT JOIN LATERAL (
        SELECT transfer_id
        FROM rewards.transfer
        WHERE resident_id = award.resident_id AND programme = award.programme AND version = award.version
        ORDER BY resident_id, programme, period_start
        LIMIT 1
    ) AS earlier ON true
    GROUP BY award.programme, award.version
)
SELECT (SELECT count(*) FROM moved) AS moved, (SELECT count(*) FROM expiring WHERE lapsed < 0) AS overdrawn
