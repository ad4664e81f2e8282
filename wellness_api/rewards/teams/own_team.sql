SELECT team_name, size_max, from_day, members, total FROM rewards.team_of($1, $2, $3, $4)
