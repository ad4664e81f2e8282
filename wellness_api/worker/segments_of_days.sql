-- Every segment of the given (resident, day) pairs.
SELECT segment.resident_id, segment.day, metric, source, sequence, revision, received_at, times, values
FROM unnest($1::bigint[], $2::date[]) AS pair (resident_id, day)
JOIN health.segment USING (resident_id, day)
