-- Marks the day as turned from $2 on, unless earlier days have to be looked at again meanwhile.
UPDATE rewards.open_day SET is_turned = true WHERE day = $1 AND turned_from = $2 AND NOT is_turned
