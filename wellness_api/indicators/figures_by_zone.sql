-- For each zone: its population; the number of residents who sent steps in the period; the sum of their mean daily
-- steps and the sum of its squares (each mean counts as :steps_max steps at most); and how many of them stay below the
-- target of their age. These are raw figures, and nothing of them leaves before disclosure control. A day that could
-- not be worked out is set aside: its stored summary is outdated, so it is part of no figure.
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
