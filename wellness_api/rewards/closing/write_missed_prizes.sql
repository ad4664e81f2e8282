-- Stores what the lotteries would have paid, and deletes rows older than a month, which nobody is told any more.
WITH old AS (
    DELETE FROM rewards.missed_prize WHERE resident_id = ANY (:resident_ids::bigint[]) AND day < :kept_from
)
INSERT INTO rewards.missed_prize (resident_id, day, programme, version, rule, facts)
SELECT resident_id, day, :programme, :version, rule, facts::jsonb
FROM unnest(:missed_residents::bigint[], :missed_days::date[], :missed_rules::text[], :missed_facts::text[]) AS missed (resident_id, day, rule, facts)
ON CONFLICT (resident_id, day, programme, rule) DO NOTHING
