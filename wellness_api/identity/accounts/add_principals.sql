INSERT INTO identity.principal (role, display_name, enrolled_at)
SELECT $1, display_name, coalesce($3, now()) FROM unnest($2::text[]) AS enrolled (display_name)
RETURNING principal_id
