-- What steps are missing for more points, as of the day that was the resident's when the worker last looked, and of the day
-- after if nobody walks until then. `programmes`, `consents`: how many versions of programmes there were, and how many words
-- of the resident on consents; when there are more of either, the row says nothing any more. Points of 0: no steps earn any.
CREATE TABLE rewards.next_award (
    resident_id bigint PRIMARY KEY,
    day date NOT NULL,
    steps_needed bigint NOT NULL CHECK (steps_needed >= 0),
    points bigint NOT NULL CHECK ((points > 0) = (steps_needed > 0)),
    next_day_steps_needed bigint NOT NULL CHECK (next_day_steps_needed >= 0),
    next_day_points bigint NOT NULL CHECK ((next_day_points > 0) = (next_day_steps_needed > 0)),
    programmes integer NOT NULL,
    consents integer NOT NULL
) WITH (fillfactor = 70); -- Rewritten with every day that is counted: a row's next version fits beside it.

ALTER TABLE rewards.next_award ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rewards.next_award FOR SELECT TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON rewards.next_award TO wellness_worker USING (true);
GRANT SELECT ON rewards.next_award TO wellness_api;
GRANT SELECT, INSERT, UPDATE ON rewards.next_award TO wellness_worker;
