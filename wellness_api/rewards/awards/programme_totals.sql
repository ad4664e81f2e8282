SELECT programme, version, points_awarded, residents_awarded FROM rewards.programme_total
