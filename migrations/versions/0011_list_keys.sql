-- What a member of staff asked under an idempotency key, as 128-bit digests: another list under the same key is refused.
-- Of whom the list is, is not kept here, and no resident sends one: an erasure finds nothing here.
CREATE TABLE identity.list_key (
    staff_id bigint NOT NULL,
    idempotency_key uuid NOT NULL,
    asked uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, idempotency_key)
);

CREATE INDEX list_key_age ON identity.list_key (asked_at);

GRANT SELECT, INSERT ON identity.list_key TO wellness_api;
GRANT SELECT, DELETE ON identity.list_key TO wellness_worker;
