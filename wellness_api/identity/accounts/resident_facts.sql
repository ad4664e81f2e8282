-- What rules need to know besides samples about each resident in $1, in that order. Days are the resident's own.
SELECT resident_id, birth_year, time_zone, zone, channel,
    (enrolled_at AT TIME ZONE time_zone)::date AS joined_day,
    coalesce(team_ids, '{}') AS team_ids, coalesce(from_days, '{}') AS from_days, coalesce(to_days, '{}') AS to_days,
    coalesce(purposes, '{}') AS purposes, coalesce(givens, '{}') AS givens, coalesce(consent_days, '{}') AS consent_days
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (resident_id, place)
JOIN identity.resident USING (resident_id)
JOIN identity.principal ON principal_id = resident_id
CROSS JOIN LATERAL (
    SELECT array_agg(team_id ORDER BY from_day) AS team_ids, array_agg(from_day ORDER BY from_day) AS from_days,
        array_agg(to_day ORDER BY from_day) AS to_days
    FROM rewards.team_member AS member
    WHERE member.resident_id = asked.resident_id
) AS memberships
CROSS JOIN LATERAL (
    SELECT array_agg(purpose ORDER BY consent_id) AS purposes, array_agg(given ORDER BY consent_id) AS givens,
        array_agg((at AT TIME ZONE time_zone)::date ORDER BY consent_id) AS consent_days
    FROM identity.consent
    WHERE consent.resident_id = asked.resident_id
) AS consents
ORDER BY place
