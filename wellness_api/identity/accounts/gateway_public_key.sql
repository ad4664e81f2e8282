SELECT public_key FROM identity.gateway_key WHERE key_id = $1 AND revoked_at IS NULL
