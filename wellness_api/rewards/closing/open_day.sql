-- The function rewards.open_next_day decides whether the day may be opened.
SELECT day, turned_from, is_turned, waits FROM rewards.open_next_day($1, $2)
