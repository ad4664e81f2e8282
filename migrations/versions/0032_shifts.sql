-- Residents correct a clock that was wrong now and then, so their shifts are few.
-- squawk-ignore-file require-concurrent-index-creation

-- An upload of a day from which samples were moved by hand has the days worked out anew to which they were moved
-- (wellness_api/health/corrections/functions/days_moved_to.sql). Uploads of several residents are stored by one statement.
CREATE INDEX correction_shift ON health.correction (resident_id, source) WHERE kind = 'shift';
CREATE POLICY own_of_many ON health.correction FOR SELECT TO wellness_api
    USING (resident_id = ANY (identity.current_residents()));
