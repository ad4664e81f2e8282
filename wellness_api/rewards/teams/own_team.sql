SELECT team_name, size_max, from_day, members, total FROM rewards.team_of(:resident_id, :figure, :first_day, :last_day)
