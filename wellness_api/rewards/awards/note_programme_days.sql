INSERT INTO work.programme_day (resident_id, day, item)
SELECT resident_id, day, item
FROM unnest($1::bigint[], $2::date[]) AS worked_out (resident_id, day), unnest($3::text[]) AS aside (item)
ON CONFLICT DO NOTHING
