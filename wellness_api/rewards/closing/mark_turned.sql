-- The day is turned from $2 on; not if meanwhile earlier days are to be looked at again.
UPDATE rewards.open_day SET is_turned = true WHERE day = $1 AND turned_from = $2 AND NOT is_turned
