-- The text from which a transfer's hash is made, apart from the hash of the resident's transfer before it. Days are
-- counted from 2000-01-01.
CREATE OR REPLACE FUNCTION rewards.transfer_line(of rewards.transfer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat(of.resident_id, '|', of.transfer_id, '|', (extract(epoch FROM of.posted_at) * 1000000)::bigint, '|',
        of.programme, '|', of.version, '|', of.rule, '|',
        of.period_start - date '2000-01-01', '|', of.period_end - date '2000-01-01', '|',
        of.debit_account, '|', of.credit_account, '|', of.amount, '|',
        of.spendable_from - date '2000-01-01', '|',
        CASE WHEN isfinite(of.expires_on) THEN (of.expires_on - date '2000-01-01')::text ELSE of.expires_on::text END, '|',
        of.redemption_id, '|', of.facts)
$$;
