-- The ledger's day moves on to today, never back. Before a new day nothing is decided yet; at the very first, nothing of
-- all the days before it. What was not turned yet when the next day comes is made up for: `turned_from` stays.
INSERT INTO rewards.open_day AS open_day (day, turned_from, is_turned) VALUES ($1, '2000-01-01', false)
ON CONFLICT (is_the_only_row) DO UPDATE
SET turned_from = CASE WHEN open_day.is_turned AND open_day.day < excluded.day THEN open_day.day ELSE open_day.turned_from END,
    is_turned = open_day.is_turned AND open_day.day >= excluded.day,
    day = greatest(open_day.day, excluded.day)
RETURNING day, turned_from, is_turned
