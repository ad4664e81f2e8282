INSERT INTO identity.resident (resident_id, birth_year, sex, zone, time_zone, channel)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[])
