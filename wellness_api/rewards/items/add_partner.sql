-- Adds the partner or renames it. No row: it is settled in another form.
INSERT INTO rewards.partner (partner, name_ja, name_en, form) VALUES (:partner, :name_ja, :name_en, :form)
ON CONFLICT (partner) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en
WHERE partner.form = excluded.form
RETURNING partner
