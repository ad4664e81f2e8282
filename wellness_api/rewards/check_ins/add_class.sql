WITH venue AS (
    INSERT INTO health.venue (source, name) VALUES (:source, :venue_name) ON CONFLICT (source) DO NOTHING
), made AS (
    INSERT INTO rewards.class (name, source, secret) VALUES (:name, :source, :secret) RETURNING class_id
), sessions AS (
    INSERT INTO rewards.class_session (class_id, opens_at, closes_at)
    SELECT class_id, opens_at, closes_at
    FROM made, unnest(:opens_ats::timestamptz[], :closes_ats::timestamptz[]) AS session_times (opens_at, closes_at)
)
SELECT class_id FROM made
