-- Begins the day's check. It returns no row when the check is done, or when somebody began it within the last six
-- hours.
INSERT INTO rewards.ledger_check AS ledger_check (day, begun_at) VALUES ($1, $2)
ON CONFLICT (day) DO UPDATE SET begun_at = excluded.begun_at
WHERE ledger_check.checked_at IS NULL AND ledger_check.begun_at < excluded.begun_at - interval '6 hours'
RETURNING day
