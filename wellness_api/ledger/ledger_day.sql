SELECT day FROM rewards.open_day
