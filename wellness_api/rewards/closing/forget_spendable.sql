DELETE FROM rewards.pending_points WHERE resident_id = ANY ($1::bigint[]) AND spendable_from <= $2 AND points = 0
