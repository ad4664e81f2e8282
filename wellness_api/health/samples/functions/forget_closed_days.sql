-- Deletes what the residents have of closed days: samples in the archive partition, records, whole states, receipts and
-- pending days. Summaries and the ledger stay.
CREATE OR REPLACE FUNCTION health.forget_closed_days(residents bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM health.segment
    WHERE resident_id = ANY (residents) AND day < (SELECT first_day FROM health.retention);
    DELETE FROM health.record
    WHERE resident_id = ANY (residents) AND last_day < (SELECT first_day FROM health.retention);
    DELETE FROM health.whole_state
    WHERE resident_id = ANY (residents) AND last_day < (SELECT first_day FROM health.retention);
    DELETE FROM health.pending_day
    WHERE resident_id = ANY (residents) AND day < (SELECT first_day FROM health.retention);
    -- A receipt is younger than its samples, so a receipt from before the first day speaks of closed days only. The day
    -- begins earlier in time zones ahead of UTC.
    DELETE FROM health.upload
    WHERE resident_id = ANY (residents)
        AND received_at < (SELECT first_day - 1 FROM health.retention)::timestamp AT TIME ZONE 'UTC';
$$;

REVOKE EXECUTE ON FUNCTION health.forget_closed_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health.forget_closed_days TO wellness_worker;
