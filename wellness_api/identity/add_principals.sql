INSERT INTO identity.principal (role, display_name)
SELECT $1, display_name FROM unnest($2::text[]) AS enrolled (display_name)
RETURNING principal_id
