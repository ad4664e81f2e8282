-- Whether there was a sign of life at least every seven days from `opened`, the day that was opened last, up to
-- `wanted`. A sign of life is a received upload, or the operator's word. Database and worker may run on one machine and
-- share a wrong clock. But a clock that jumps leaves a gap, and no upload after the jump fills it. Seven days: a server
-- that was off over the New Year goes on by itself, and points lapse a week early at worst.
CREATE OR REPLACE FUNCTION rewards.days_are_lived(opened date, wanted date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    lived date := greatest(opened, (SELECT max(day) FROM rewards.day_confirmed WHERE day <= wanted));
    received date;
BEGIN
    -- Uploads are read only when days are missing, once for each week of them.
    WHILE wanted > lived + 7 LOOP
        SELECT max(received_at AT TIME ZONE 'UTC')::date INTO received
        FROM health.upload
        WHERE received_at >= (lived + 1)::timestamp AT TIME ZONE 'UTC'
            AND received_at < (lived + 8)::timestamp AT TIME ZONE 'UTC';
        IF received IS NULL THEN
            RETURN false;
        END IF;
        lived := received;
    END LOOP;
    RETURN true;
END $$;
