SELECT rewards.join_team($1, $2, $3)
