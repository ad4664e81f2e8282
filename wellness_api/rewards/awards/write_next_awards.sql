-- Stores how much the residents have to walk for more points, in place of what was stored for them.
INSERT INTO rewards.next_award (resident_id, day, steps_needed, points, next_day_steps_needed, next_day_points, programmes,
    consents)
SELECT resident_id, :day, steps_needed, points, next_day_steps_needed, next_day_points, :programmes, consents
FROM unnest(:resident_ids::bigint[], :steps_needed::bigint[], :points::bigint[], :next_day_steps_needed::bigint[],
    :next_day_points::bigint[], :consents::integer[])
    AS worked_out (resident_id, steps_needed, points, next_day_steps_needed, next_day_points, consents)
ON CONFLICT (resident_id) DO UPDATE
SET day = excluded.day, steps_needed = excluded.steps_needed, points = excluded.points,
    next_day_steps_needed = excluded.next_day_steps_needed, next_day_points = excluded.next_day_points,
    programmes = excluded.programmes, consents = excluded.consents
