SELECT rewards.ledger_day($1)
