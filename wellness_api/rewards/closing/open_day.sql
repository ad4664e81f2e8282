-- The function decides whether the day may be opened; see 0012_ledger_day.sql.
SELECT day, turned_from, is_turned, waits FROM rewards.open_next_day($1, $2)
