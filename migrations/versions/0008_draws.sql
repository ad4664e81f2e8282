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

-- Nobody is granted the seeds: they come out by a function only.
GRANT SELECT ON rewards.draw, rewards.draw_closing, rewards.draw_list, rewards.draw_entrant, rewards.draw_public_value,
    rewards.draw_reveal, rewards.draw_winner, rewards.draw_handed_out
    TO wellness_api, wellness_worker;
GRANT SELECT (item, version, draw) ON rewards.reward_item TO wellness_worker;
GRANT SELECT (confirmed_on) ON rewards.redemption TO wellness_worker;
GRANT INSERT ON rewards.draw_public_value, rewards.draw_handed_out TO wellness_api;
GRANT INSERT ON rewards.draw_closing, rewards.draw_list, rewards.draw_entrant, rewards.draw_winner TO wellness_worker;

GRANT SELECT ON rewards.lottery_chain, rewards.lottery_seed TO wellness_api;
GRANT SELECT, INSERT ON rewards.lottery_chain, rewards.lottery_secret, rewards.lottery_seed TO wellness_worker;
