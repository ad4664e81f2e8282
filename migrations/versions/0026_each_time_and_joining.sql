-- A day has as many checkups (47) and classes (48) as there were, where it had one at most. So the days that know of any are
-- worked out anew, once: what their rules give besides comes as a correction, and is proven with the rest.
INSERT INTO health.pending_day (resident_id, day, sequence, received_at)
SELECT resident_id, day, nextval('health.upload_sequence'), now()
FROM (SELECT DISTINCT resident_id, day FROM health.day_summary WHERE metric IN (47, 48)) AS attended
JOIN identity.resident USING (resident_id)
WHERE day >= (SELECT first_day FROM health.retention); -- Of days before it no samples are kept to count.

-- What was in force until now paid for days before a resident joined; it goes on to. From now on a programme says so.
UPDATE rewards.programme SET definition = definition || '{"pays_before_joining": true}';
