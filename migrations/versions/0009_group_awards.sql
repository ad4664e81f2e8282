-- What pairs, teams, leagues and the city gave each resident before any cap: the rest of an evaluation needs it, and to
-- work it out needs everybody's days. Of what was given and is no more, a row of no points says why.
CREATE TABLE rewards.group_award (
    resident_id bigint NOT NULL,
    programme text NOT NULL,
    rule text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    points integer NOT NULL CHECK (points >= 0),
    facts jsonb NOT NULL,
    PRIMARY KEY (resident_id, programme, rule, period_start, period_end)
);

ALTER TABLE rewards.group_award ENABLE ROW LEVEL SECURITY;
CREATE POLICY processing ON rewards.group_award TO wellness_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON rewards.group_award TO wellness_worker;

-- Until now no cap was for them, so they are what the ledger holds; group rules are known by their facts.
INSERT INTO rewards.group_award (resident_id, programme, rule, period_start, period_end, points, facts)
SELECT resident_id, programme, rule, period_start, period_end,
    sum(CASE WHEN debit_account = 'budget' THEN amount ELSE -amount END),
    (array_agg(facts - '{points,points_before}'::text[] ORDER BY transfer_id DESC)
        FILTER (WHERE facts ?| '{team_days,of_league,own_total}'))[1]
FROM rewards.transfer
WHERE 'budget' IN (debit_account, credit_account) AND credit_account <> 'donated'
GROUP BY resident_id, programme, rule, period_start, period_end
HAVING bool_or(facts ?| '{team_days,of_league,own_total}');
