-- Marks the zone's day as turned from $3 on, unless earlier days have to be looked at again meanwhile.
UPDATE rewards.zone_day SET is_turned = true WHERE time_zone = $1 AND day = $2 AND turned_from = $3 AND NOT is_turned
