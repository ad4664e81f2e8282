-- What could still hold up others is taken alone.

ALTER TABLE work.set_aside
    DROP CONSTRAINT set_aside_kind_check,
    ADD CONSTRAINT set_aside_kind_check CHECK (kind IN
        ('day', 'fold', 'import', 'erasure', 'closing', 'draw', 'indicators', 'proof', 'upload', 'chore', 'hold',
        'programme'));

-- holds that lapse ---------------------------------------------------------------------------------------------------

GRANT SELECT (held_until) ON rewards.redemption TO wellness_worker;

-- files --------------------------------------------------------------------------------------------------------------

-- How often the file was begun to be read since a piece of it was last stored: one that never gets anywhere, or ends its
-- reader each time, lets others go first.
ALTER TABLE health.import ADD COLUMN readings integer NOT NULL DEFAULT 0 CHECK (readings >= 0);

-- halls --------------------------------------------------------------------------------------------------------------

-- What staff call the places whose lists they send: of a name in Japanese the source keeps a digest only, and residents
-- want to read where they were.
CREATE TABLE health.venue (
    source text PRIMARY KEY,
    name text NOT NULL
);

GRANT SELECT, INSERT ON health.venue TO wellness_api;

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
