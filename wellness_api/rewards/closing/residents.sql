-- All residents after resident $2.
SELECT resident_id FROM identity.resident WHERE resident_id > $2 AND $1::date IS NOT NULL ORDER BY resident_id LIMIT $3
