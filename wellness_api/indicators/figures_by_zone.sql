-- Per zone: its population, how many residents sent steps in the period, the sums of their mean daily steps and of its
-- squares (each counts as $6 steps at most), and how many of them stay below the target of their age. Raw figures: nothing
-- of this leaves before disclosure control.
WITH walker AS (
    SELECT resident_id, least(avg(value), $6::integer) AS mean_steps
    FROM health.day_summary
    WHERE metric = $1 AND day BETWEEN $2 AND $3
    GROUP BY resident_id
)
SELECT zone.zone, zone.population,
    count(walker.resident_id)::integer AS walkers,
    coalesce(sum(walker.mean_steps), 0)::double precision AS steps,
    coalesce(sum(walker.mean_steps ^ 2), 0)::double precision AS steps_squared,
    count(*) FILTER (
        WHERE walker.mean_steps < CASE
            WHEN extract(year FROM $3::date) - resident.birth_year >= 65 THEN $5::integer ELSE $4::integer END
    )::integer AS below_target
FROM indicators.zone
LEFT JOIN (identity.resident JOIN walker USING (resident_id)) ON resident.zone = zone.zone
GROUP BY zone.zone, zone.population
ORDER BY zone.zone
