-- A resident's week up to today, the newest measures and the wallet, in one answer.
WITH asking AS (
    SELECT set_config('wellness.resident_id', :resident_id::bigint::text, true)::bigint AS resident_id
), recent AS MATERIALIZED (
    -- Read once, by resident and day: if it also asked by figure, a planner without statistics might use the city's
    -- index.
    SELECT of_resident.*
    FROM asking, LATERAL (
        SELECT day, figure, value, measured_at
        FROM health.day_summary
        WHERE resident_id = asking.resident_id AND day BETWEEN :today::date - 30 AND :today::date
        OFFSET 0 -- Keeps the planner from reading the table before the resident is set.
    ) AS of_resident
)
SELECT
    (SELECT coalesce(json_agg(json_build_object('day', day, 'steps', value)), '[]')
        FROM recent
        WHERE day >= :today::date - 6 AND figure = :steps::smallint) AS steps,
    (SELECT coalesce(json_agg(json_build_object('day', period_start, 'points', points)), '[]')
        FROM (
            SELECT period_start, sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END) AS points
            FROM rewards.transfer
            WHERE resident_id = asking.resident_id AND period_start BETWEEN :today::date - 6 AND :today::date
                AND period_end = period_start -- What weeks and months give is in the wallet's entries.
                AND 'budget' IN (debit_account, credit_account)
            GROUP BY period_start) AS of_day) AS points,
    (SELECT coalesce(json_agg(json_build_object('figure', figure, 'value', value, 'measured_at', measured_at)), '[]')
        FROM (
            SELECT DISTINCT ON (figure) figure, value, measured_at
            FROM recent
            WHERE figure = ANY (:measured::smallint[])
            ORDER BY figure, day DESC) AS newest) AS measures,
    (SELECT json_build_object('day', night, 'minutes', minutes)
        FROM (
            -- A night begins in the evening of the day before.
            SELECT CASE figure WHEN :late_sleep::smallint THEN day + 1 ELSE day END AS night, sum(value) AS minutes
            FROM recent
            WHERE figure IN (:early_sleep::smallint, :late_sleep::smallint)
            GROUP BY 1) AS nights
        WHERE night <= :today::date
        ORDER BY night DESC
        LIMIT 1) AS night,
    (SELECT coalesce(json_agg(json_build_object('day', day, 'rule', rule,
            'facts', facts, 'definition', definition)), '[]')
        FROM rewards.missed_prize
        JOIN rewards.programme ON (code, programme.version) = (missed_prize.programme, missed_prize.version)
        WHERE resident_id = asking.resident_id AND day = :today::date - 1
            AND NOT EXISTS ( -- Late steps may have won the prize after all.
                SELECT FROM rewards.transfer
                WHERE transfer.resident_id = asking.resident_id AND transfer.programme = missed_prize.programme
                    AND period_start = missed_prize.day AND transfer.rule = missed_prize.rule)) AS missed,
    (SELECT coalesce(json_agg(json_build_object('day', day, 'figure', figure, 'left_out', left_out,
            'definition', definition) ORDER BY day DESC, code, figure), '[]')
        FROM rewards.day_in_time
        JOIN rewards.programme ON (code, programme.version) = (day_in_time.programme, day_in_time.version)
        WHERE resident_id = asking.resident_id AND day BETWEEN :today::date - 6 AND :today::date AND left_out IS NOT NULL
            -- Only the version that the day belongs to.
            AND day >= in_force_from AND (in_force_to IS NULL OR day <= in_force_to)
            AND NOT EXISTS (
                SELECT FROM rewards.programme AS later
                WHERE later.code = programme.code AND later.version > programme.version
                    AND later.in_force_from <= day_in_time.day)) AS left_out,
    (SELECT coalesce(json_agg(definition ORDER BY code), '[]')
        FROM (
            -- The programmes of the days of which phones kept steps before the resident joined.
            SELECT DISTINCT ON (code, programme.version) code, definition
            FROM recent
            JOIN rewards.programme ON day >= in_force_from AND (in_force_to IS NULL OR day <= in_force_to)
            WHERE day BETWEEN :today::date - 6 AND :joined_on::date - 1 AND figure = :steps::smallint
                AND NOT EXISTS (
                    SELECT FROM rewards.programme AS later
                    WHERE later.code = programme.code AND later.version > programme.version
                        AND later.in_force_from <= recent.day)) AS of_before) AS of_before_joining,
    (SELECT measured_at FROM recent WHERE day = :today::date AND figure = :steps::smallint) AS updated_at,
    coalesce((SELECT balance FROM rewards.wallet WHERE resident_id = asking.resident_id), 0) AS balance,
    coalesce((SELECT pending FROM rewards.wallet WHERE resident_id = asking.resident_id), 0) AS pending,
    coalesce((SELECT owed FROM rewards.wallet WHERE resident_id = asking.resident_id), 0) AS owed,
    next_award.steps_needed, next_award.next_points
FROM asking
LEFT JOIN LATERAL (
    -- The stored next award, if it is of this day or of the day before, and nothing has changed since that it depends
    -- on.
    SELECT CASE day WHEN :today::date THEN steps_needed ELSE next_day_steps_needed END AS steps_needed,
        CASE day WHEN :today::date THEN points ELSE next_day_points END AS next_points
    FROM rewards.next_award
    WHERE resident_id = asking.resident_id AND day BETWEEN :today::date - 1 AND :today::date
        AND programmes = (SELECT count(*) FROM rewards.programme)
        AND consents = (SELECT count(*) FROM identity.consent WHERE consent.resident_id = asking.resident_id)
    OFFSET 0 -- As above.
) AS next_award ON true
