INSERT INTO identity.resident (resident_id, birth_year, sex, zone, time_zone, channel)
SELECT * FROM unnest(:resident_ids::bigint[], :birth_years::smallint[], :sexes::text[], :zones::text[], :time_zones::text[], :channels::text[])
