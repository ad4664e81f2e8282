-- Makes the partitions of the months around `today`, month after month. Whatever a clock once said, it leaves no month
-- out between two others, because that month's samples would have no place. If a clock is ahead by decades, this makes at
-- most three years of months beyond the ledger's day.
CREATE OR REPLACE FUNCTION health.ensure_segment_partitions(today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    month date;
    month_first date := date_trunc('month', today) - interval '12 months';
    month_last CONSTANT date := least(date_trunc('month', today) + interval '3 months',
        (SELECT date_trunc('month', day) + interval '39 months' FROM rewards.open_day));
BEGIN
    -- Two workers that start together must not both make a month.
    PERFORM pg_advisory_xact_lock(hashtext('health.ensure_segment_partitions'));
    IF to_regclass('health.segment_archive') IS NULL THEN
        -- The archive holds all months before the first start.
        EXECUTE format('CREATE TABLE health.segment_archive PARTITION OF health.segment FOR VALUES FROM (MINVALUE) TO (%L)',
            month_first);
    ELSE
        SELECT coalesce(max(to_date(child.relname, '"segment_"YYYYMM') + interval '1 month'), month_first)
        INTO month_first
        FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'health.segment'::regclass AND child.relname <> 'segment_archive';
    END IF;
    FOR month IN SELECT generate_series(month_first, month_last, interval '1 month')::date LOOP
        EXECUTE format('CREATE TABLE health.%I PARTITION OF health.segment FOR VALUES FROM (%L) TO (%L)',
            'segment_' || to_char(month, 'YYYYMM'), month, month + interval '1 month');
        -- pcodec's output does not get smaller when it is compressed again, and the attempt costs time.
        EXECUTE format('ALTER TABLE health.%I ALTER times SET STORAGE EXTERNAL, ALTER values SET STORAGE EXTERNAL',
            'segment_' || to_char(month, 'YYYYMM'));
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION health.ensure_segment_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION health.ensure_segment_partitions TO wellness_worker;
