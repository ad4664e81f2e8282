-- Drops the oldest month whose days are all closed, and returns its name; null when there is none.
--
-- Dropping a partition takes an ACCESS EXCLUSIVE lock on health.segment itself, which every upload and every page waits
-- for. DETACH PARTITION CONCURRENTLY would need less, but it runs in no function and no transaction, and only for the
-- table's owner, which the worker must not be. So this function waits for the lock for half a second at most, and new
-- uploads queue behind it during that time. If it does not get the lock, nothing happened, and the next hour tries again.
-- One month in each call keeps the lock short: the file is removed after the lock is released.
CREATE OR REPLACE FUNCTION health.drop_closed_month() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    month CONSTANT text := (
        SELECT child.relname
        FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid, health.retention
        WHERE inhparent = 'health.segment'::regclass
            AND child.relname ~ '^segment_[0-9]{6}$'
            AND to_date(substr(child.relname, 9), 'YYYYMM') + interval '1 month' <= retention.first_day
        ORDER BY child.relname
        LIMIT 1);
BEGIN
    IF month IS NOT NULL THEN
        EXECUTE format('DROP TABLE IF EXISTS health.%I', month); -- Another worker may have been first.
    END IF;
    RETURN month;
END $$;

REVOKE EXECUTE ON FUNCTION health.drop_closed_month FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health.drop_closed_month TO wellness_worker;
