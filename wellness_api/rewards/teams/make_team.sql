SELECT rewards.make_team($1, $2, $3, $4, $5)
