-- For each chain of programme $3 with days up to $1, the first day whose seed is not revealed. A chain has $2 days.
SELECT first_day, coalesce(
    (
        SELECT max(lottery_seed.day) + 1
        FROM rewards.lottery_seed
        WHERE lottery_seed.programme = lottery_chain.programme
            AND lottery_seed.day >= first_day AND lottery_seed.day < first_day + $2::integer
    ),
    first_day
) AS next_day
FROM rewards.lottery_chain
WHERE first_day <= $1 AND lottery_chain.programme = $3
ORDER BY first_day
