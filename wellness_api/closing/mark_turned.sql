UPDATE rewards.open_day SET is_turned = true WHERE day = $1 AND NOT is_turned
