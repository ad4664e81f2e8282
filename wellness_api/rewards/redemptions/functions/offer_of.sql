-- The version of an item that is offered on a day: the newest version that has begun, or else the first one to come.
CREATE OR REPLACE FUNCTION rewards.offer_of(wanted text, today date) RETURNS rewards.reward_item LANGUAGE sql STABLE AS $$
    SELECT * FROM rewards.reward_item WHERE item = wanted
    ORDER BY offered_from <= today DESC, CASE WHEN offered_from <= today THEN -version ELSE version END
    LIMIT 1
$$;
