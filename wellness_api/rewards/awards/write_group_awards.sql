INSERT INTO rewards.group_award (programme, resident_id, period_start, period_end, rule, points, facts)
SELECT $1, resident_id, period_start, period_end, rule, points, facts::jsonb
FROM unnest($2::bigint[], $3::date[], $4::date[], $5::text[], $6::integer[], $7::text[])
    AS award (resident_id, period_start, period_end, rule, points, facts)
ON CONFLICT (resident_id, programme, rule, period_start, period_end)
    DO UPDATE SET points = excluded.points, facts = excluded.facts
