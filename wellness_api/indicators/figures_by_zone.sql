-- Per zone: its population, how many residents sent steps in the period, the sums of their mean daily steps and of its
-- squares (each counts as :steps_max steps at most), and how many of them stay below the target of their age. Raw figures: nothing
-- of this leaves before disclosure control. A day that could not be worked out is set aside: what is kept of it is of before, and
-- is no part of any figure.
WITH walker AS (
    SELECT resident_id, least(avg(value), :steps_max::integer) AS mean_steps
    FROM health.day_summary
    WHERE figure = :figure AND day BETWEEN :first_day AND :last_day
        AND NOT EXISTS (
            SELECT FROM work.set_aside
            WHERE set_aside.resident_id = day_summary.resident_id AND kind = 'day' AND item = to_char(day, 'YYYY-MM-DD'))
    GROUP BY resident_id
)
SELECT zone.zone, zone.population,
    count(walker.resident_id)::integer AS walkers,
    coalesce(sum(walker.mean_steps), 0)::double precision AS steps,
    coalesce(sum(walker.mean_steps ^ 2), 0)::double precision AS steps_squared,
    count(*) FILTER (
        WHERE walker.mean_steps < CASE
            WHEN extract(year FROM :last_day::date) - resident.birth_year >= 65 THEN :target_steps_older::integer ELSE :target_steps::integer END
    )::integer AS below_target
FROM indicators.zone
LEFT JOIN (identity.resident JOIN walker USING (resident_id)) ON resident.zone = zone.zone
GROUP BY zone.zone, zone.population
ORDER BY zone.zone
