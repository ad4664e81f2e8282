-- Draws are a few rows, so nothing here takes long; what is required of new columns is filled in before.
-- squawk-ignore-file adding-foreign-key-constraint, adding-not-nullable-field, constraint-missing-not-valid, require-concurrent-index-creation

-- `purpose`: what the draw is held for; of a programme's draws of one purpose no two periods overlap. `public_value_terms`:
-- which form the value has, on which day its source publishes it, and the last day on which it may be entered.
-- `in_place_of`: the void draw whose place this one takes. `takes_over`: that one, and those before it, whose bought
-- entries count here.
ALTER TABLE rewards.draw
    ADD COLUMN purpose text,
    ADD COLUMN public_value_terms jsonb,
    ADD COLUMN in_place_of text REFERENCES rewards.draw,
    ADD COLUMN takes_over text[] NOT NULL DEFAULT '{}';
-- What was made before was a purpose of its own. Its value has to be entered within two weeks of the draw's day.
UPDATE rewards.draw
SET purpose = code,
    public_value_terms = CASE WHEN public_value_source IS NOT NULL THEN jsonb_build_object(
        'kind', 'characters', 'known_on', closes_on + 2, 'last_day', draws_on + 14) END;
ALTER TABLE rewards.draw
    ALTER COLUMN purpose SET NOT NULL,
    ADD CHECK ((public_value_terms IS NULL) = (public_value_source IS NULL));
CREATE UNIQUE INDEX draw_in_place_of ON rewards.draw (in_place_of) WHERE in_place_of IS NOT NULL;

-- A draw that will never be drawn, and why: its public value was not entered in time, or its list was fixed when the value
-- was public already.
CREATE TABLE rewards.draw_void (
    draw text PRIMARY KEY REFERENCES rewards.draw_closing,
    reason text NOT NULL CHECK (reason IN ('no_value_in_time', 'list_too_late')),
    voided_at timestamptz NOT NULL
);
GRANT SELECT ON rewards.draw_void TO wellness_api, wellness_worker;
-- Values come by a function that looks at the days.
REVOKE INSERT ON rewards.draw_public_value FROM wellness_api;

-- days abroad ------------------------------------------------------------------------------------------------------

-- The day of each time zone that residents live in, where it is or was another than the city's: what days decide is brought
-- to it for everybody from `turned_from` on once it `is_turned`. As rewards.open_day, of which it is never more than a day
-- away when it is opened.
CREATE TABLE rewards.zone_day (
    time_zone text PRIMARY KEY,
    day date NOT NULL,
    turned_from date NOT NULL,
    is_turned boolean NOT NULL
);
GRANT SELECT, UPDATE (is_turned) ON rewards.zone_day TO wellness_worker;

-- what the nightly check looks at ----------------------------------------------------------------------------------

-- `summaries_until`: the resident after whom the next check goes on with day summaries.
ALTER TABLE rewards.ledger_check
    ADD totals_differing integer,
    ADD summaries_differing integer,
    ADD summaries_until bigint;
