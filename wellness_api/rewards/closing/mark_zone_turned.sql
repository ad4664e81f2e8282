-- The zone's day is turned from $3 on; not if meanwhile earlier days are to be looked at again.
UPDATE rewards.zone_day SET is_turned = true WHERE time_zone = $1 AND day = $2 AND turned_from = $3 AND NOT is_turned
