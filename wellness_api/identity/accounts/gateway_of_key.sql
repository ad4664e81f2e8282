-- The gateway of a key, once for each nonce: a request that came before finds no row.
WITH nonce AS (
    INSERT INTO identity.gateway_nonce (key_id, nonce, seen_at)
    SELECT key_id, $2, $3 FROM identity.gateway_key WHERE key_id = $1 AND revoked_at IS NULL
    ON CONFLICT DO NOTHING
    RETURNING key_id
)
SELECT principal_id, role, display_name
FROM nonce
JOIN identity.gateway_key USING (key_id)
JOIN identity.principal ON principal_id = gateway_id
