-- What could still hold up others is taken alone.

ALTER TABLE work.set_aside
    DROP CONSTRAINT set_aside_kind_check,
    ADD CONSTRAINT set_aside_kind_check CHECK (kind IN
        ('day', 'fold', 'import', 'erasure', 'closing', 'draw', 'indicators', 'proof', 'upload', 'chore', 'hold',
        'programme'));

-- holds that lapse ---------------------------------------------------------------------------------------------------

DROP FUNCTION rewards.release_lapsed_holds;

-- Gives back the points and units of the given holds that have lapsed; what ended meanwhile is left as it is. Wallets are
-- locked in the order in which everybody locks several of them, so the holds come by resident and number.
CREATE FUNCTION rewards.release_lapsed_holds(at timestamptz, city_day date, residents bigint[], redemptions bigint[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    due_until CONSTANT timestamptz := rewards.due_until(at);
BEGIN
    FOR one IN
        SELECT resident_id, redemption_id
        FROM unnest(residents, redemptions) WITH ORDINALITY AS given (resident_id, redemption_id, place)
        ORDER BY place
    LOOP
        PERFORM FROM rewards.wallet WHERE resident_id = one.resident_id FOR UPDATE;
        IF EXISTS (
            SELECT FROM rewards.redemption
            WHERE resident_id = one.resident_id AND redemption_id = one.redemption_id AND state = 'held'
                AND held_until <= due_until)
        THEN
            PERFORM rewards.end_hold(one.resident_id, one.redemption_id, 'lapsed', at, (
                SELECT (at AT TIME ZONE time_zone)::date FROM identity.resident
                WHERE resident_id = one.resident_id), city_day);
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION rewards.release_lapsed_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.release_lapsed_holds TO wellness_worker;
GRANT SELECT (held_until) ON rewards.redemption TO wellness_worker;

-- files --------------------------------------------------------------------------------------------------------------

-- How often the file was begun to be read since a piece of it was last stored: one that never gets anywhere, or ends its
-- reader each time, lets others go first.
ALTER TABLE health.import ADD COLUMN readings integer NOT NULL DEFAULT 0 CHECK (readings >= 0);

-- settlements --------------------------------------------------------------------------------------------------------

-- What `settle` would settle of the span, or has settled of exactly that span. Nothing is written and nobody waits.
CREATE FUNCTION rewards.what_would_be_settled(with_partner text, first_day date, last_day date)
RETURNS TABLE (settlement bigint, redemptions bigint, points bigint, worth bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH made AS (
        SELECT settlement FROM rewards.settlement
        WHERE partner = with_partner AND from_day = first_day AND to_day = last_day
    ), line AS (
        SELECT item, version, points
        FROM rewards.redemption
        JOIN rewards.reward_item USING (item, version)
        LEFT JOIN rewards.settled_redemption AS settled USING (resident_id, redemption_id)
        WHERE partner = with_partner AND state = 'confirmed' AND confirmed_on BETWEEN first_day AND last_day
            AND settled.settlement IS NOT DISTINCT FROM (SELECT settlement FROM made)
        UNION ALL
        SELECT item, version, points
        FROM rewards.erased_redemption
        JOIN rewards.reward_item USING (item, version)
        WHERE partner = with_partner AND confirmed_on BETWEEN first_day AND last_day
            AND erased_redemption.settlement IS NOT DISTINCT FROM (SELECT settlement FROM made)
    )
    SELECT (SELECT settlement FROM made), count(*), coalesce(sum(line.points), 0), coalesce(sum(worth), 0)
    FROM line
    JOIN rewards.reward_item USING (item, version)
$$;

REVOKE EXECUTE ON FUNCTION rewards.what_would_be_settled FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.what_would_be_settled TO wellness_api;

-- halls --------------------------------------------------------------------------------------------------------------

-- What staff call the places whose lists they send: of a name in Japanese the source keeps a digest only, and residents
-- want to read where they were.
CREATE TABLE health.venue (
    source text PRIMARY KEY,
    name text NOT NULL
);

GRANT SELECT, INSERT ON health.venue TO wellness_api;

-- months -------------------------------------------------------------------------------------------------------------

-- Makes the partitions of the months around `today`. Month follows month: whatever a clock once said, none between two is
-- left out, whose samples would have no place. A clock that is ahead by decades makes no more than three years' months
-- beyond the ledger's day.
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
        -- Months before the first start are the archive's.
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
        -- pcodec's output does not compress again; trying to costs time.
        EXECUTE format('ALTER TABLE health.%I ALTER times SET STORAGE EXTERNAL, ALTER values SET STORAGE EXTERNAL',
            'segment_' || to_char(month, 'YYYYMM'));
    END LOOP;
END $$;

-- programmes ---------------------------------------------------------------------------------------------------------

-- Days that were worked out while a programme was set aside (`item`, as there): they are worked out again once it is not.
CREATE TABLE work.programme_day (
    resident_id bigint NOT NULL,
    day date NOT NULL,
    item text NOT NULL,
    PRIMARY KEY (resident_id, day, item)
);

ALTER TABLE work.programme_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY processing ON work.programme_day TO wellness_worker USING (true);
GRANT SELECT, INSERT, DELETE ON work.programme_day TO wellness_worker;

-- Lets the next turn look again at what is given at days' ends from `first_day` on: it was passed over for a programme. A
-- turn that is under way does not count for it: it knows its own first day.
CREATE FUNCTION rewards.turn_again_from(first_day date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE rewards.open_day SET is_turned = false,
        turned_from = least(CASE WHEN is_turned THEN day ELSE turned_from END, first_day) - 1
$$;

REVOKE EXECUTE ON FUNCTION rewards.turn_again_from FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.turn_again_from TO wellness_worker;
