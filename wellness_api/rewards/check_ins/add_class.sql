WITH venue AS (
    INSERT INTO health.venue (source, name) VALUES ($2, $6) ON CONFLICT (source) DO NOTHING
), made AS (
    INSERT INTO rewards.class (name, source, secret) VALUES ($1, $2, $3) RETURNING class_id
), sessions AS (
    INSERT INTO rewards.class_session (class_id, opens_at, closes_at)
    SELECT class_id, opens_at, closes_at
    FROM made, unnest($4::timestamptz[], $5::timestamptz[]) AS given (opens_at, closes_at)
)
SELECT class_id FROM made
