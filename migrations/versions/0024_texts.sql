-- Names in tables are {language: text}, with one language at least.
--
-- A city has some hundred rows in each of these tables, so a scan takes no time; and no process of before goes on with a
-- schema that is not its own, so none misses the columns that go.
-- squawk-ignore-file adding-not-nullable-field, ban-drop-column, ban-drop-view, constraint-missing-not-valid

ALTER TABLE rewards.partner ADD COLUMN name jsonb;
UPDATE rewards.partner SET name = jsonb_build_object('ja', name_ja, 'en', name_en);
ALTER TABLE rewards.partner
    ALTER COLUMN name SET NOT NULL,
    ADD CONSTRAINT partner_name_is_text CHECK (jsonb_typeof(name) = 'object' AND name <> '{}');

ALTER TABLE rewards.reward_item ADD COLUMN name jsonb, ADD COLUMN description jsonb, ADD COLUMN place jsonb;
UPDATE rewards.reward_item
SET name = jsonb_build_object('ja', name_ja, 'en', name_en),
    description = jsonb_build_object('ja', description_ja, 'en', description_en),
    place = CASE WHEN place_ja IS NOT NULL THEN jsonb_build_object('ja', place_ja, 'en', place_en) END;

-- It names the columns that go, and is made anew from its file after the migrations.
DROP VIEW IF EXISTS rewards.redemption_shown;

ALTER TABLE rewards.reward_item
    DROP COLUMN name_ja, DROP COLUMN name_en,
    DROP COLUMN description_ja, DROP COLUMN description_en,
    DROP COLUMN place_ja, DROP COLUMN place_en,
    ALTER COLUMN name SET NOT NULL,
    ALTER COLUMN description SET NOT NULL,
    ADD CONSTRAINT reward_item_name_is_text CHECK (jsonb_typeof(name) = 'object' AND name <> '{}'),
    ADD CONSTRAINT reward_item_description_is_text CHECK (jsonb_typeof(description) = 'object' AND description <> '{}'),
    ADD CONSTRAINT reward_item_place_is_text CHECK (jsonb_typeof(place) = 'object' AND place <> '{}'),
    ADD CONSTRAINT reward_item_place_of_pickups CHECK ((kind = 'pickup_goods') = (place IS NOT NULL));
ALTER TABLE rewards.partner DROP COLUMN name_ja, DROP COLUMN name_en;
GRANT UPDATE (name) ON rewards.partner TO wellness_api;

ALTER TABLE indicators.zone ADD COLUMN name jsonb;
UPDATE indicators.zone SET name = jsonb_build_object('ja', name_ja, 'en', name_en);
ALTER TABLE indicators.zone
    DROP COLUMN name_ja, DROP COLUMN name_en,
    ALTER COLUMN name SET NOT NULL,
    ADD CONSTRAINT zone_name_is_text CHECK (jsonb_typeof(name) = 'object' AND name <> '{}');
