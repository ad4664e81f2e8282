-- Stores the version if it is new, and returns the stored version.
WITH added AS (
    INSERT INTO rewards.programme (code, version, definition, in_force_from, in_force_to)
    VALUES (:code, :version, :definition::jsonb, :in_force_from, :in_force_to)
    ON CONFLICT (code, version) DO NOTHING
    RETURNING definition
)
SELECT definition FROM added
UNION ALL
SELECT definition FROM rewards.programme WHERE code = :code AND version = :version
LIMIT 1
