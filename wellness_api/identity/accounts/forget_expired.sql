-- Deletes sessions that are over, codes that ended so long ago that nobody tries them by mistake, nonces of signed
-- requests that are too old to be accepted again, and keys of lists that nobody sends again after 90 days. The worker's
-- clock alone does not decide: somebody whom a clock that was ahead had signed out would stay signed out.
WITH due AS MATERIALIZED (
    SELECT rewards.due_until($1::timestamptz) AS until
), sessions AS (
    DELETE FROM identity.session USING due WHERE expires_at < until
), codes AS (
    DELETE FROM identity.sign_in_code USING due WHERE ended_at < until - interval '1 year'
), keys AS (
    DELETE FROM identity.list_key USING due WHERE asked_at < until - interval '90 days'
)
DELETE FROM identity.gateway_nonce USING due WHERE seen_at < until - interval '1 hour'
