SELECT rewards.leave_team($1, $2)
