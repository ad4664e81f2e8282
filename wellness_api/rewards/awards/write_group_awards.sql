INSERT INTO rewards.group_award (programme, resident_id, period_start, period_end, rule, points, facts)
SELECT :programme, resident_id, period_start, period_end, rule, points, facts::jsonb
FROM unnest(:resident_ids::bigint[], :period_starts::date[], :period_ends::date[], :rules::text[], :points::integer[], :facts::text[])
    AS award (resident_id, period_start, period_end, rule, points, facts)
ON CONFLICT (resident_id, programme, rule, period_start, period_end)
    DO UPDATE SET points = excluded.points, facts = excluded.facts
