-- Residents without a valid row about how much they have to walk on the day $1, after resident $2.
SELECT resident_id
FROM identity.resident
LEFT JOIN rewards.next_award USING (resident_id)
WHERE resident_id > $2 AND (
    day IS NULL OR day < $1
    OR programmes <> (SELECT count(*) FROM rewards.programme)
    OR consents <> (SELECT count(*) FROM identity.consent WHERE consent.resident_id = resident.resident_id))
ORDER BY resident_id
LIMIT $3
