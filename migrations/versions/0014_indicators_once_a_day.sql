-- The days that indicators were worked out up to. The primary key sees to it that a day is worked out once, whatever is
-- started again and however many workers there are.
CREATE TABLE indicators.computation (
    last_day date PRIMARY KEY,
    computed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON indicators.computation TO wellness_worker;

-- What was worked out until now is to the last step and of days that were not over: the worker makes it anew at once.
DELETE FROM indicators.cell;

-- `lower` to `upper`: the 95% interval. `comparison`: with the rest of the city.
ALTER TABLE indicators.cell
    ADD COLUMN lower double precision,
    ADD COLUMN upper double precision,
    ADD COLUMN comparison text CHECK (comparison IN ('better', 'not_different', 'worse')),
    DROP CONSTRAINT cell_status_check,
    DROP CONSTRAINT cell_check,
    ADD CONSTRAINT cell_status_check CHECK (status IN (
        'shown', 'true_zero', 'no_data', 'primary', 'primary_rest', 'complementary', 'linked')),
    ADD CONSTRAINT cell_figures_of_shown CHECK (CASE WHEN status IN ('shown', 'true_zero')
        THEN num_nonnulls(value, lower, upper, count, denominator) = 5
        ELSE num_nonnulls(value, lower, upper, count, denominator, comparison) = 0 END);
