-- Sessions and sign-in codes that are over, and the nonces of signed requests that are too old to be accepted again.
WITH sessions AS (
    DELETE FROM identity.session WHERE expires_at < $1::timestamptz
), codes AS (
    DELETE FROM identity.sign_in_code WHERE expires_at < $1::timestamptz
)
DELETE FROM identity.gateway_nonce WHERE seen_at < $1::timestamptz - interval '1 hour'
