-- Reward items and redemptions.

-- what is offered --------------------------------------------------------------------------------------------------

-- Who is paid or credited by a settlement file: a shop or a recipient of donations with sums (`by_sum`), a municipal
-- point system with a line for each redemption (`by_line`).
CREATE TABLE rewards.partner (
    partner text PRIMARY KEY,
    name_ja text NOT NULL,
    name_en text NOT NULL,
    form text NOT NULL CHECK (form IN ('by_sum', 'by_line'))
);

-- A version never changes but for its offer dates and its withdrawal, so a redemption keeps what it was made for.
-- `worth`: what one redemption is worth to the partner, in yen or in the partner's own points.
CREATE TABLE rewards.reward_item (
    item text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    kind text NOT NULL CHECK (kind IN (
        'voucher_code', 'shop_points', 'municipal_points', 'donation', 'draw_entry', 'pickup_goods')),
    name_ja text NOT NULL,
    name_en text NOT NULL,
    description_ja text NOT NULL,
    description_en text NOT NULL,
    price_points integer NOT NULL CHECK (price_points > 0),
    worth integer CHECK (worth > 0),
    partner text REFERENCES rewards.partner,
    place_ja text,
    place_en text,
    draw text,
    is_unlimited boolean NOT NULL,
    per_person_max integer CHECK (per_person_max > 0),
    per_person_span text CHECK (per_person_span IN ('total', 'fiscal_year', 'month', 'week', 'day')),
    offered_from date NOT NULL,
    offered_to date CHECK (offered_to >= offered_from),
    age_min smallint,
    age_max smallint,
    checkup_age_min smallint,
    checkup_age_max smallint,
    hold_hours integer NOT NULL CHECK (hold_hours > 0),
    added_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (item, version),
    CHECK ((per_person_max IS NULL) = (per_person_span IS NULL)),
    CHECK ((checkup_age_min IS NULL) = (checkup_age_max IS NULL)),
    CHECK ((kind = 'pickup_goods') = (place_ja IS NOT NULL AND place_en IS NOT NULL)),
    CHECK ((kind = 'draw_entry') = (draw IS NOT NULL)),
    CHECK (kind <> 'voucher_code' OR NOT is_unlimited),
    CHECK (kind NOT IN ('shop_points', 'municipal_points', 'donation') OR partner IS NOT NULL)
);

-- Stock: a row a unit, so that those who redeem at the same time each lock a row of their own. No person stands here.
CREATE TABLE rewards.item_unit (
    item text NOT NULL,
    unit bigint NOT NULL,
    code text,
    is_taken boolean NOT NULL DEFAULT false,
    PRIMARY KEY (item, unit)
);
CREATE UNIQUE INDEX item_unit_code ON rewards.item_unit (item, code);
CREATE INDEX item_unit_free ON rewards.item_unit (item, unit) WHERE NOT is_taken;

-- redemptions ------------------------------------------------------------------------------------------------------

CREATE SEQUENCE rewards.redemption_number;

-- `day`: the resident's, by which limits count. `confirmed_on`: the city's, by which it is settled. `voucher_code` is
-- copied from the unit when the redemption is confirmed, and not before: a code that was seen cannot be given back.
CREATE TABLE rewards.redemption (
    resident_id bigint NOT NULL,
    redemption_id bigint NOT NULL,
    idempotency_key uuid NOT NULL,
    content_digest uuid NOT NULL,
    item text NOT NULL,
    version integer NOT NULL,
    unit bigint,
    points integer NOT NULL CHECK (points > 0),
    state text NOT NULL CHECK (state IN ('held', 'confirmed', 'cancelled', 'lapsed')),
    day date NOT NULL,
    begun_at timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    ended_at timestamptz,
    confirmed_on date,
    account text,
    pickup_code text,
    voucher_code text,
    PRIMARY KEY (resident_id, redemption_id),
    UNIQUE (resident_id, idempotency_key),
    FOREIGN KEY (item, version) REFERENCES rewards.reward_item,
    CHECK ((state = 'held') = (ended_at IS NULL)),
    CHECK ((state = 'confirmed') = (confirmed_on IS NOT NULL)),
    CHECK (voucher_code IS NULL OR state = 'confirmed')
);
CREATE INDEX redemption_of_item ON rewards.redemption (resident_id, item, day);
CREATE INDEX redemption_held ON rewards.redemption (held_until) WHERE state = 'held';
CREATE INDEX redemption_pickup ON rewards.redemption (pickup_code) WHERE state = 'held';
CREATE INDEX redemption_confirmed ON rewards.redemption (item, version, confirmed_on) WHERE state = 'confirmed';

-- What is left of an erased resident's redemption, for the partner to be paid. No person, no account, no code, no time.
CREATE TABLE rewards.erased_redemption (
    redemption_id bigint PRIMARY KEY,
    item text NOT NULL,
    version integer NOT NULL,
    points integer NOT NULL,
    confirmed_on date NOT NULL,
    settlement bigint,
    FOREIGN KEY (item, version) REFERENCES rewards.reward_item
);

-- settlement -------------------------------------------------------------------------------------------------------

-- A settlement is made once for a partner's span of days, both included, and never changes.
CREATE TABLE rewards.settlement (
    settlement bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner text NOT NULL REFERENCES rewards.partner,
    from_day date NOT NULL,
    to_day date NOT NULL CHECK (to_day >= from_day),
    made_at timestamptz NOT NULL,
    UNIQUE (partner, from_day, to_day)
);

-- By which settlement a redemption was settled: by one, and never by another.
CREATE TABLE rewards.settled_redemption (
    resident_id bigint NOT NULL,
    redemption_id bigint NOT NULL,
    settlement bigint NOT NULL REFERENCES rewards.settlement,
    PRIMARY KEY (resident_id, redemption_id),
    FOREIGN KEY (resident_id, redemption_id) REFERENCES rewards.redemption
);
CREATE INDEX settled_redemption_settlement ON rewards.settled_redemption (settlement);
ALTER TABLE rewards.erased_redemption ADD FOREIGN KEY (settlement) REFERENCES rewards.settlement;

-- who may do what --------------------------------------------------------------------------------------------------

ALTER TABLE rewards.redemption ENABLE ROW LEVEL SECURITY;
ALTER TABLE rewards.settled_redemption ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rewards.redemption TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY own ON rewards.settled_redemption TO wellness_api USING (resident_id = identity.current_resident());
CREATE POLICY processing ON rewards.redemption FOR SELECT TO wellness_worker USING (true);
CREATE POLICY processing ON rewards.settled_redemption FOR SELECT TO wellness_worker USING (true);

GRANT SELECT ON rewards.redemption, rewards.partner, rewards.reward_item, rewards.settlement
    TO wellness_api;
GRANT SELECT (item, unit, is_taken) ON rewards.item_unit TO wellness_api;
GRANT INSERT ON rewards.partner, rewards.reward_item TO wellness_api;
GRANT UPDATE (name_ja, name_en) ON rewards.partner TO wellness_api;
GRANT UPDATE (offered_from, offered_to, withdrawn_at) ON rewards.reward_item TO wellness_api;
GRANT SELECT (resident_id, redemption_id, item, version, points, state, day) ON rewards.redemption TO wellness_worker;
