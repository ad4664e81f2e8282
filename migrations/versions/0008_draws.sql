-- Draws whose winners anyone can check, and the seeds of the daily lotteries.
--
-- Each step of a draw is a row of a table of its own, which no process may change or delete: made, closed, public value,
-- revealed, won, handed out. A later step refers to the one before it, so none can be taken out of turn.

-- draws ------------------------------------------------------------------------------------------------------------

-- `commitment`: the SHA-256 of the seed, both as hexadecimal text. `public_value_source`: which value, known only after
-- the list is fixed, is mixed into the draw; without it none is.
CREATE TABLE rewards.draw (
    code text PRIMARY KEY,
    programme text NOT NULL,
    name jsonb NOT NULL,
    entries_from date NOT NULL,
    entries_to date NOT NULL CHECK (entries_to >= entries_from),
    closes_on date NOT NULL CHECK (closes_on >= entries_to),
    draws_on date NOT NULL CHECK (draws_on >= closes_on + 2),
    points_per_entry integer CHECK (points_per_entry > 0),
    entries_per_person_max integer NOT NULL CHECK (entries_per_person_max > 0),
    one_prize_each boolean NOT NULL,
    prizes jsonb NOT NULL,
    public_value_source jsonb,
    claim jsonb NOT NULL,
    commitment text NOT NULL,
    made_at timestamptz NOT NULL,
    made_by bigint NOT NULL
);

CREATE TABLE rewards.draw_seed (
    draw text PRIMARY KEY REFERENCES rewards.draw,
    seed text NOT NULL
);

-- The list is fixed. `closed_on`: the city's day on which it was.
CREATE TABLE rewards.draw_closing (
    draw text PRIMARY KEY REFERENCES rewards.draw,
    closed_at timestamptz NOT NULL,
    closed_on date NOT NULL,
    list_digest text NOT NULL,
    entrants_count integer NOT NULL,
    entries_count bigint NOT NULL
);

-- The list as it is published: nobody in it can be recognised by it. `person` is random, new in each draw.
CREATE TABLE rewards.draw_list (
    draw text NOT NULL REFERENCES rewards.draw,
    person text NOT NULL,
    entries integer NOT NULL CHECK (entries > 0),
    PRIMARY KEY (draw, person)
);

-- Who the persons of the list are. It goes with an erased resident; the list stays.
CREATE TABLE rewards.draw_entrant (
    resident_id bigint NOT NULL,
    draw text NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (resident_id, draw)
);
CREATE INDEX draw_entrant_person ON rewards.draw_entrant (draw, person);

CREATE TABLE rewards.draw_public_value (
    draw text PRIMARY KEY REFERENCES rewards.draw_closing,
    value text NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by bigint NOT NULL
);

CREATE TABLE rewards.draw_reveal (
    draw text PRIMARY KEY REFERENCES rewards.draw_closing,
    seed text NOT NULL,
    revealed_at timestamptz NOT NULL
);

-- `place` from 1 on in the order of the draw; `prize` is the place of the prize in the draw's list, from 1 on.
CREATE TABLE rewards.draw_winner (
    draw text NOT NULL REFERENCES rewards.draw_reveal,
    place integer NOT NULL,
    prize integer NOT NULL,
    person text NOT NULL,
    number integer NOT NULL,
    PRIMARY KEY (draw, place)
);

CREATE TABLE rewards.draw_handed_out (
    draw text NOT NULL,
    place integer NOT NULL,
    handed_out_at timestamptz NOT NULL,
    handed_out_by bigint NOT NULL,
    PRIMARY KEY (draw, place),
    FOREIGN KEY (draw, place) REFERENCES rewards.draw_winner
);

-- What a resident has in each draw as the ledger stands now: points earned by awards whose period ends within the days,
-- less those taken back, and entries bought: redemptions confirmed by the last day for entries.
CREATE VIEW rewards.draw_standing WITH (security_invoker = true) AS
SELECT draw.code AS draw, counted.resident_id, counted.points_earned, counted.entries_bought,
    least(
        coalesce(counted.points_earned / draw.points_per_entry, 0) + counted.entries_bought,
        draw.entries_per_person_max
    )::integer AS entries
FROM rewards.draw
JOIN (
    SELECT draw, resident_id, greatest(sum(points), 0)::bigint AS points_earned, sum(bought)::bigint AS entries_bought
    FROM (
        SELECT draw.code AS draw, transfer.resident_id, 0 AS bought,
            CASE debit_account WHEN 'budget' THEN amount ELSE -amount END AS points
        FROM rewards.draw
        JOIN rewards.transfer ON transfer.programme = draw.programme
            AND transfer.period_end BETWEEN draw.entries_from AND draw.entries_to
        WHERE 'budget' IN (debit_account, credit_account) AND credit_account <> 'donated'
        UNION ALL
        SELECT draw.code, redemption.resident_id, 1, 0
        FROM rewards.draw
        JOIN rewards.reward_item ON reward_item.draw = draw.code
        JOIN rewards.redemption USING (item, version)
        WHERE redemption.state = 'confirmed' AND redemption.confirmed_on <= draw.closes_on
    ) AS move
    GROUP BY draw, resident_id
) AS counted ON counted.draw = draw.code;

-- Makes a draw and its seed: the seed is made here, and leaves the database only as its digest. False if there is one of
-- that code.
CREATE FUNCTION rewards.make_draw(definition jsonb, at timestamptz, by_whom bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one rewards.draw;
    -- Each UUID brings 122 random bits of the operating system's; three are more than a digest holds.
    secret CONSTANT text := encode(
        sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
BEGIN
    one := jsonb_populate_record(NULL::rewards.draw, definition);
    one.commitment := encode(sha256(convert_to(secret, 'UTF8')), 'hex');
    one.made_at := at;
    one.made_by := by_whom;
    INSERT INTO rewards.draw SELECT one.* ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO rewards.draw_seed (draw, seed) VALUES (one.code, secret);
    RETURN true;
END $$;

-- Reveals the seed of a draw whose turn it is on that day, once: its list has been out since the day before at least, and
-- the public value, if one is to be mixed in, has been entered. Null if it is not its turn, or was revealed before.
CREATE FUNCTION rewards.reveal_draw_seed(which text, today date, at timestamptz) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO rewards.draw_reveal (draw, seed, revealed_at)
    SELECT draw.code, draw_seed.seed, at
    FROM rewards.draw
    JOIN rewards.draw_seed ON draw_seed.draw = draw.code
    JOIN rewards.draw_closing ON draw_closing.draw = draw.code AND draw_closing.closed_on < today
    LEFT JOIN rewards.draw_public_value ON draw_public_value.draw = draw.code
    WHERE draw.code = which AND draw.draws_on <= today
        AND (draw.public_value_source IS NULL OR draw_public_value.draw IS NOT NULL)
    ON CONFLICT DO NOTHING
    RETURNING seed
$$;

-- Who won, for handing prizes out; nobody before the draw. Without a resident when they were erased.
CREATE FUNCTION rewards.winners_of_draw(which text)
RETURNS TABLE (
    place integer, prize integer, person text, number integer, resident_id bigint, display_name text,
    handed_out_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT won.place, won.prize, won.person, won.number, entrant.resident_id, principal.display_name,
        handed.handed_out_at
    FROM rewards.draw_winner AS won
    LEFT JOIN rewards.draw_entrant AS entrant ON entrant.draw = won.draw AND entrant.person = won.person
    LEFT JOIN identity.principal AS principal ON principal.principal_id = entrant.resident_id
    LEFT JOIN rewards.draw_handed_out AS handed ON handed.draw = won.draw AND handed.place = won.place
    WHERE won.draw = which
    ORDER BY won.place
$$;

-- daily lotteries --------------------------------------------------------------------------------------------------

-- A chain of seeds for 800 days: each day's seed is the SHA-256 of the next day's, and the anchor that of the first. The
-- anchor, published when the chain is made, fixes them all.
CREATE TABLE rewards.lottery_chain (
    programme text NOT NULL,
    first_day date NOT NULL,
    anchor bytea NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (programme, first_day)
);

CREATE TABLE rewards.lottery_secret (
    programme text NOT NULL,
    first_day date NOT NULL,
    last_seed bytea NOT NULL,
    PRIMARY KEY (programme, first_day)
);

-- Seeds of days that are over.
CREATE TABLE rewards.lottery_seed (
    programme text NOT NULL,
    day date NOT NULL,
    seed bytea NOT NULL,
    revealed_at timestamptz NOT NULL,
    PRIMARY KEY (programme, day)
);

-- who may do what --------------------------------------------------------------------------------------------------

ALTER TABLE rewards.draw_entrant ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rewards.draw_entrant TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON rewards.draw_entrant TO wellness_worker USING (true);

REVOKE EXECUTE ON FUNCTION rewards.make_draw, rewards.reveal_draw_seed, rewards.winners_of_draw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.make_draw, rewards.winners_of_draw TO wellness_api;
GRANT EXECUTE ON FUNCTION rewards.reveal_draw_seed TO wellness_worker;

-- Nobody is granted the seeds: they come out by the function above only.
GRANT SELECT ON rewards.draw, rewards.draw_closing, rewards.draw_list, rewards.draw_entrant, rewards.draw_public_value,
    rewards.draw_reveal, rewards.draw_winner, rewards.draw_handed_out, rewards.draw_standing
    TO wellness_api, wellness_worker;
GRANT SELECT (item, version, draw) ON rewards.reward_item TO wellness_worker;
GRANT SELECT (confirmed_on) ON rewards.redemption TO wellness_worker;
GRANT INSERT ON rewards.draw_public_value, rewards.draw_handed_out TO wellness_api;
GRANT INSERT ON rewards.draw_closing, rewards.draw_list, rewards.draw_entrant, rewards.draw_winner TO wellness_worker;

GRANT SELECT ON rewards.lottery_chain, rewards.lottery_seed TO wellness_api;
GRANT SELECT, INSERT ON rewards.lottery_chain, rewards.lottery_secret, rewards.lottery_seed TO wellness_worker;
