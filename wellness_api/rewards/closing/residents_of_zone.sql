-- All residents of the time zone $1, after resident $2.
SELECT resident_id FROM identity.resident WHERE time_zone = $1 AND resident_id > $2 ORDER BY resident_id LIMIT $3
