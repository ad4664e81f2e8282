-- What the lotteries would have paid; what is older than a month is nobody's regret any more.
WITH old AS (
    DELETE FROM rewards.missed_prize WHERE resident_id = ANY ($1::bigint[]) AND day < $2
)
INSERT INTO rewards.missed_prize (resident_id, day, programme, version, rule, facts)
SELECT resident_id, day, $3, $4, rule, facts::jsonb
FROM unnest($5::bigint[], $6::date[], $7::text[], $8::text[]) AS missed (resident_id, day, rule, facts)
ON CONFLICT (resident_id, day, programme, rule) DO NOTHING
