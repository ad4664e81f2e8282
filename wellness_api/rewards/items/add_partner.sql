-- Adds the partner or renames it. It returns no row when the partner is settled in another form.
INSERT INTO rewards.partner (partner, name, form) VALUES (:partner, :name::jsonb, :form)
ON CONFLICT (partner) DO UPDATE SET name = excluded.name
WHERE partner.form = excluded.form
RETURNING partner
